import { isHash } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { Facts } from './Facts'
import { Final } from './Final'
import { type FullBlock, useBlock, useFailures, useHead } from './queries'
import { useTexts as useWords } from './texts'
import { TransactionTable } from './TransactionTable'

const useTexts = texts(
  {
    title: (number: string) => `Block ${number}`,
    wrong: (text: string) => `“${text}” is neither the number nor the hash of a block.`,
    none: (text: string) => `The chain has no block ${text}.`,
    parent: 'Stands on',
    state: 'State',
    gas: 'Gas',
    gasOf: (used: string, limit: string, share: string) => `${used} of ${limit} (${share})`,
    fee: 'Base fee of gas',
    sealer: 'Sealed by',
    earlier: 'Earlier',
    later: 'Later',
    empty: 'No transactions in this block.',
  },
  {
    de: {
      title: (number: string) => `Block ${number}`,
      wrong: (text: string) => `„${text}“ ist weder Nummer noch Hash eines Blocks.`,
      none: (text: string) => `Die Kette hat keinen Block ${text}.`,
      parent: 'Steht auf',
      state: 'Stand',
      gas: 'Gas',
      gasOf: (used: string, limit: string, share: string) => `${used} von ${limit} (${share})`,
      fee: 'Grundgebühr je Gas',
      sealer: 'Gesiegelt von',
      earlier: 'Früher',
      later: 'Später',
      empty: 'Keine Transaktionen in diesem Block.',
    },
  },
)

/** A block by its number or hash. */
export function BlockView({ which }: { which: string }) {
  const t = useTexts()
  const wanted = isHash(which)
    ? { hash: which }
    : /^\d{1,18}$/.test(which)
      ? { number: BigInt(which) }
      : null
  const query = useBlock(wanted)
  if (wanted === null) return <p role="alert">{t.wrong(which)}</p>
  return (
    <Asked query={query}>
      {(block) => (block === null ? <p role="status">{t.none(which)}</p> : <Shown block={block} />)}
    </Asked>
  )
}

function Shown({ block }: { block: FullBlock }) {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const market = useMarket()
  const head = useHead()
  const failures = useFailures(block)
  const number = (value: bigint) => format.number(Number(value), 0)
  const later = head === null || block.number < head
  return (
    <>
      <h2>{t.title(number(block.number))}</h2>
      <nav className="steps">
        {block.number > 0n ? (
          <Link to={`/explorer/block/${block.number - 1n}`}>← {t.earlier}</Link>
        ) : null}
        {later ? <Link to={`/explorer/block/${block.number + 1n}`}>{t.later} →</Link> : null}
      </nav>
      <Facts
        facts={[
          [words.time, format.time(block.timestamp)],
          [t.state, <Final key="final" block={block.number} />],
          [words.hash, <code key="hash">{block.hash}</code>],
          [
            t.parent,
            block.number === 0n ? null : (
              <Link key="parent" to={`/explorer/block/${block.parentHash}`}>
                <code>{block.parentHash}</code>
              </Link>
            ),
          ],
          [
            t.gas,
            t.gasOf(
              number(block.gasUsed),
              number(block.gasLimit),
              format.percent(Number(block.gasUsed) / Number(block.gasLimit)),
            ),
          ],
          [
            t.fee,
            block.baseFeePerGas === null
              ? null
              : `${format.number(Number(block.baseFeePerGas) / 1e9, 9)} G${market.currency}`,
          ],
          [
            t.sealer,
            /^0x0+$/.test(block.miner) ? null : <Account key="sealer" address={block.miner} />,
          ],
        ]}
      />
      <TransactionTable
        caption={words.transactions}
        transactions={block.transactions}
        failed={failures.data ?? []}
        empty={t.empty}
      />
    </>
  )
}
