import { useId } from 'react'
import { useConnection } from 'wagmi'
import { useFormat } from '../../api/market'
import { useClock } from '../../chain/time'
import { ContestCard } from './ContestCard'
import { type Contest, entriesOf, roundsOf, wonBy } from './draws'
import { useFund, useWalletElecoins } from './queries'
import { useTexts } from './texts'

interface Props {
  contests: readonly Contest[]
  /** The round that the address names. */
  chosen: number | null
  choose: (round: number) => void
}

/** The draws, round by round: the reader's own part in them first. */
export function Draws({ contests, chosen, choose }: Props) {
  const t = useTexts()
  const rounds = roundsOf(contests)
  const [newest] = rounds
  if (newest === undefined) return <p className="soft">{t.none}</p>
  const round = chosen !== null && rounds.includes(chosen) ? chosen : newest
  return (
    <>
      <Own contests={contests} newest={newest} />
      <Steps rounds={rounds} round={round} choose={choose} />
      <div className="panels">
        {contests
          .filter((one) => one.round === round)
          .map((one) => (
            <ContestCard key={one.zone} contest={one} />
          ))}
      </div>
    </>
  )
}

/** What is there to win, and what of it is the reader's. */
function Own({ contests, newest }: { contests: readonly Contest[]; newest: number }) {
  const t = useTexts()
  const format = useFormat()
  const { address } = useConnection()
  const fund = useFund()
  const wallet = useWalletElecoins()
  const won = wonBy(contests, address)
  const mine = contests
    .filter((one) => one.round === newest)
    .flatMap((one) => entriesOf(one, address).map((entry) => ({ ...entry, zone: one.zone })))
    .find((entry) => entry.own)
  const ele = (wei: bigint | undefined) => (wei === undefined ? '–' : `${format.wad(wei)} ELE`)
  return (
    <dl className="cards">
      <div>
        <dt>{t.fund}</dt>
        <dd>{ele(fund)}</dd>
        <dd className="soft">{t.fundSaid}</dd>
      </div>
      {address === undefined ? null : (
        <>
          <div>
            <dt>{t.ownOdds}</dt>
            <dd>{mine === undefined ? '–' : format.percent(mine.odds)}</dd>
            <dd className="soft">
              {mine === undefined ? t.ownNone : t.ownSaid(format.kwh(mine.tickets), mine.zone)}
            </dd>
          </div>
          <div>
            <dt>{t.waiting}</dt>
            <dd>{ele(won.waiting)}</dd>
            <dd className="soft">{t.paid(format.wad(won.paid))}</dd>
          </div>
          <div>
            <dt>{t.wallet}</dt>
            <dd>{ele(wallet)}</dd>
            <dd className="soft">{t.walletSaid}</dd>
          </div>
        </>
      )}
    </dl>
  )
}

interface StepsProps {
  /** The newest first. */
  rounds: readonly number[]
  round: number
  choose: (round: number) => void
}

function Steps({ rounds, round, choose }: StepsProps) {
  const t = useTexts()
  const format = useFormat()
  const id = useId()
  const clock = useClock()
  const each = clock.schedule.round_periods
  const said = (one: number) =>
    t.roundAt(
      format.number(one, 0),
      format.time(clock.startOf(one * each)),
      format.clock(clock.startOf((one + 1) * each)),
    )
  const place = rounds.indexOf(round)
  const [earlier, later] = [rounds[place + 1], rounds[place - 1]]
  return (
    <div className="round-steps">
      <button
        type="button"
        disabled={earlier === undefined}
        onClick={() => earlier !== undefined && choose(earlier)}
      >
        ← {t.earlier}
      </button>
      <label htmlFor={id}>{t.round}</label>
      <select id={id} value={round} onChange={(event) => choose(Number(event.target.value))}>
        {rounds.map((one) => (
          <option key={one} value={one}>
            {said(one)}
          </option>
        ))}
      </select>
      <button
        type="button"
        disabled={later === undefined}
        onClick={() => later !== undefined && choose(later)}
      >
        {t.later} →
      </button>
    </div>
  )
}
