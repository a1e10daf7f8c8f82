import { useConnection, useReadContract } from 'wagmi'
import { useFormat, useMarket } from '../../api/market'
import { Account, TransactionLink } from '../../parts/Account'
import { short } from '../../parts/short'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/call'
import { type Contest, entriesOf, proofHolds, same } from './draws'
import { useRewards } from './queries'
import { useStates, useTexts } from './texts'
import { TicketFigure } from './TicketFigure'

/** A zone's draw of a round: tickets, odds, and once it is drawn the winner with the proof. */
export function ContestCard({ contest }: { contest: Contest }) {
  const t = useTexts()
  const states = useStates()
  const format = useFormat()
  const { address } = useConnection()
  const id = `contest-${contest.round}-${contest.zone}`
  return (
    <section className="panel" aria-labelledby={id}>
      <h3 id={id}>{t.zone(contest.zone)}</h3>
      <p>{states[contest.state]}</p>
      <p>
        <strong>
          {contest.prize_wei === null
            ? contest.state === 'open'
              ? t.prizeOpen
              : null
            : t.prize(format.wad(BigInt(contest.prize_wei)))}
        </strong>{' '}
        <span className="soft">
          {t.tickets(format.number(contest.total, 0), format.number(contest.least, 0))}
        </span>
      </p>
      <Winner contest={contest} />
      {same(contest.winner, address) && contest.state === 'drawn' ? (
        <Collect contest={contest} />
      ) : null}
      <TicketFigure zone={contest.zone} entries={entriesOf(contest, address)} />
    </section>
  )
}

function Winner({ contest }: { contest: Contest }) {
  const t = useTexts()
  const format = useFormat()
  const { winner, proof, seed } = contest
  if (winner === null) return null
  const number = (value: number) => format.number(value, 0)
  return (
    <div className="winner">
      <p>
        {t.winner} <Account address={winner} />
      </p>
      {proof === null || seed === null ? null : (
        <>
          <p>
            {t.proofSaid(short(seed), number(proof.number), number(contest.total))}{' '}
            {t.proofEntry(number(proof.index), number(proof.first), number(proof.last))}
          </p>
          <p className={proofHolds(contest) ? 'good' : 'problem'}>
            {proofHolds(contest) ? t.proofHolds : t.proofFails}
          </p>
        </>
      )}
      {contest.transactions.length === 0 ? null : (
        <p className="soft">
          {t.steps}:{' '}
          {contest.transactions.map((hash) => (
            <span key={hash}>
              <TransactionLink hash={hash} />{' '}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}

function Collect({ contest }: { contest: Contest }) {
  const t = useTexts()
  const format = useFormat()
  const { zones } = useMarket()
  const rewards = useRewards()
  const zone = contest.proof?.zone_number ?? zones.indexOf(contest.zone)
  const amount = format.wad(BigInt(contest.prize_wei ?? 0))
  // The record waits until the payment's block is deep enough; the chain knows it at once.
  const pool = useReadContract({
    ...rewards,
    functionName: 'pool',
    args: [BigInt(contest.round), zone],
  })
  if (pool.data?.paid === true) return <p className="good">{t.collected(amount)}</p>
  return (
    <ActButton
      call={callOf({ ...rewards, functionName: 'claim', args: [BigInt(contest.round), zone] })}
      what={t.collectSaid(format.number(contest.round, 0))}
    >
      {t.collect(amount)}
    </ActButton>
  )
}
