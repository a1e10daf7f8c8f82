import { useQuery } from '@tanstack/react-query'
import { getAbiItem } from 'viem'
import { getLogs } from 'viem/actions'
import { useMarket } from '../../api/market'
import { addressOf } from '../../chain/contracts'
import { fieldsOf } from '../../chain/fields'
import { texts } from '../../i18n/catalogue'
import { abi } from '../../generated/abi/EquilibriumOracle'
import { TransactionLink } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { useChain } from './queries'
import { Fields } from './Value'

const FEEDS = { electricity: 0, elecoin: 1 } as const
const POSTED = getAbiItem({ abi, name: 'Posted' })
const VOIDED = getAbiItem({ abi, name: 'Voided' })
const MOST_EPOCH = 2n ** 32n - 1n

const useTexts = texts(
  {
    electricity: (epoch: string) => `Electricity price of period ${epoch}`,
    elecoin: (epoch: string) => `Elecoin price of epoch ${epoch}`,
    wrong: 'A posting is named by its feed and epoch: electricity:12 or elecoin:3.',
    none: 'No price was posted for it, or the oracle has forgotten it and no event tells.',
    posted: 'Posted in',
    voided: 'Refuted in',
    earlier: 'Earlier',
    later: 'Later',
  },
  {
    de: {
      electricity: (epoch: string) => `Strompreis der Periode ${epoch}`,
      elecoin: (epoch: string) => `Elecoin-Preis der Epoche ${epoch}`,
      wrong: 'Ein Preis heißt nach Reihe und Epoche: electricity:12 oder elecoin:3.',
      none: 'Dafür wurde kein Preis gemeldet, oder das Orakel hat ihn vergessen und kein Ereignis berichtet davon.',
      posted: 'Gemeldet in',
      voided: 'Widerlegt in',
      earlier: 'Früher',
      later: 'Später',
    },
  },
)

interface Props {
  feed: string
  epoch: string
}

/** What was posted for an epoch of a feed, and by which transaction. */
export function PostingView({ feed, epoch }: Props) {
  const t = useTexts()
  if (!(feed === 'electricity' || feed === 'elecoin') || !/^\d{1,10}$/.test(epoch)) {
    return <p role="alert">{t.wrong}</p>
  }
  if (BigInt(epoch) > MOST_EPOCH) return <p role="alert">{t.wrong}</p>
  return <Shown feed={feed} epoch={BigInt(epoch)} />
}

function Shown({ feed, epoch }: { feed: 'electricity' | 'elecoin'; epoch: bigint }) {
  const t = useTexts()
  const chain = useChain()
  const market = useMarket()
  const address = addressOf(market, 'EquilibriumOracle')
  const query = useQuery({
    queryKey: ['posting', 'explorer', feed, epoch.toString()],
    queryFn: async () => {
      const args = { feed: FEEDS[feed], epoch: Number(epoch) }
      const range = { address, args, fromBlock: BigInt(market.deploy_block ?? 0) }
      const [posted, voided] = await Promise.all([
        getLogs(chain, { ...range, event: POSTED }),
        getLogs(chain, { ...range, event: VOIDED }),
      ])
      const last = posted.at(-1)
      return { last, voided: voided.at(-1)?.transactionHash ?? null }
    },
  })
  return (
    <>
      <h2>{t[feed](epoch.toString())}</h2>
      <nav className="steps">
        {epoch > 0n ? (
          <Link to={`/explorer/posting/${feed}/${epoch - 1n}`}>← {t.earlier}</Link>
        ) : null}
        <Link to={`/explorer/posting/${feed}/${epoch + 1n}`}>{t.later} →</Link>
      </nav>
      <Asked query={query}>
        {({ last, voided }) =>
          last === undefined ? (
            <p role="status">{t.none}</p>
          ) : (
            <>
              <p>
                {t.posted} <TransactionLink hash={last.transactionHash} />
              </p>
              {voided === null ? null : (
                <p className="bad">
                  {t.voided} <TransactionLink hash={voided} />
                </p>
              )}
              <Fields
                fields={fieldsOf(
                  'EquilibriumOracle',
                  POSTED.name,
                  POSTED.inputs,
                  POSTED.inputs.map((input) => last.args[input.name]),
                )}
              />
            </>
          )
        }
      </Asked>
    </>
  )
}
