import { useReadContract, useReadContracts } from 'wagmi'
import { useFormat, useMarket } from '../../api/market'
import { addressOf } from '../../chain/contracts'
import { abi } from '../../generated/abi/TullockRewards'
import { texts } from '../../i18n/catalogue'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import type { Me } from './reads'

/** So many rounds are looked through for an unpaid prize. */
const ROUNDS = 12
const SLOW = { refetchInterval: 15_000 } as const

const useTexts = texts(
  {
    title: 'Prizes',
    none: 'No prize waits for you.',
    won: (round: number, prize: string) =>
      `You won ${prize} in the contest of round ${round}. It is paid to your wallet.`,
    go: 'Collect the prize',
    what: (prize: string, round: number) => `Collect ${prize} of round ${round}`,
  },
  {
    de: {
      title: 'Preise',
      none: 'Kein Preis wartet auf Sie.',
      won: (round: number, prize: string) =>
        `Sie haben im Wettbewerb der Runde ${round} ${prize} gewonnen. Er geht in Ihre Wallet.`,
      go: 'Preis abholen',
      what: (prize: string, round: number) => `${prize} der Runde ${round} abholen`,
    },
  },
)

interface Prize {
  round: number
  zone: number
  wei: bigint
}

/** Prizes that she won and that nobody has paid out yet, in the last rounds. */
function usePrizes(me: Me): Prize[] {
  const market = useMarket()
  const rewards = { address: addressOf(market, 'TullockRewards'), abi }
  const next = useReadContract({ ...rewards, functionName: 'nextRound', query: SLOW })
  const end = Number(next.data ?? 0n)
  const places = Array.from({ length: Math.min(ROUNDS, end) }, (_, n) => end - 1 - n).flatMap(
    (round) => market.zones.map((_, zone) => ({ round, zone })),
  )
  const pools = useReadContracts({
    allowFailure: false,
    contracts: places.map(({ round, zone }) => ({
      ...rewards,
      functionName: 'pool' as const,
      args: [BigInt(round), zone] as const,
    })),
    query: { ...SLOW, enabled: places.length > 0 },
  })
  const won = places.filter((_, place) => {
    const pool = pools.data?.[place]
    return pool !== undefined && !pool.paid && pool.winner === me.address
  })
  const contests = useReadContracts({
    allowFailure: false,
    contracts: won.map(({ round }) => ({
      ...rewards,
      functionName: 'contest' as const,
      args: [BigInt(round)] as const,
    })),
    query: { ...SLOW, enabled: won.length > 0 },
  })
  return won.flatMap((one, place) => {
    const contest = contests.data?.[place]
    return contest === undefined ? [] : [{ ...one, wei: contest.prize }]
  })
}

export function Prizes({ me }: { me: Me }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const prizes = usePrizes(me)
  return (
    <>
      <h3>{t.title}</h3>
      {prizes.length === 0 ? <p>{t.none}</p> : null}
      {prizes.map(({ round, zone, wei }) => {
        const prize = `${format.wad(wei)} ELE`
        return (
          <div key={`${round} ${zone}`}>
            <p>{t.won(round, prize)}</p>
            <ActButton
              call={callOf({
                address: addressOf(market, 'TullockRewards'),
                abi,
                functionName: 'claim',
                args: [BigInt(round), zone],
              })}
              what={t.what(prize, round)}
            >
              {t.go}
            </ActButton>
          </div>
        )
      })}
    </>
  )
}
