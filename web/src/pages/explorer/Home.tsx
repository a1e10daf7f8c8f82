import { useFormat } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { type Column, Table } from '../../parts/Table'
import { Contracts } from './Contracts'
import { type FullBlock, useHead, useLatestBlocks } from './queries'
import { useTexts as useWords } from './texts'
import { BlockLink, TransactionTable } from './TransactionTable'

const BLOCKS = 12
const TRANSACTIONS = 15

const useTexts = texts(
  {
    blocks: 'Latest blocks',
    each: 'Newest first.',
    count: 'Transactions',
    gas: 'Gas used',
    transactions: 'Latest transactions',
    scanned: (blocks: string) => `Of the latest ${blocks} blocks.`,
    none: 'No transactions in these blocks.',
    loading: 'Reading the chain …',
  },
  {
    de: {
      blocks: 'Neueste Blöcke',
      each: 'Neueste zuerst.',
      count: 'Transaktionen',
      gas: 'Gas verbraucht',
      transactions: 'Neueste Transaktionen',
      scanned: (blocks: string) => `Aus den neuesten ${blocks} Blöcken.`,
      none: 'Keine Transaktionen in diesen Blöcken.',
      loading: 'Die Kette wird gelesen …',
    },
  },
)

/** The chain as it grows: its latest blocks and transactions. */
export function Home() {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const blocks = useLatestBlocks(useHead(), BLOCKS)
  const transactions = blocks
    .flatMap((block) => [...block.transactions].toReversed())
    .slice(0, TRANSACTIONS)
  const columns: Column<FullBlock>[] = [
    { head: words.block, cell: (block) => <BlockLink number={block.number} /> },
    { head: words.time, cell: (block) => format.time(block.timestamp) },
    { head: t.count, number: true, cell: (block) => format.number(block.transactions.length, 0) },
    { head: t.gas, number: true, cell: (block) => format.number(Number(block.gasUsed), 0) },
  ]
  return (
    <>
      <div className="panels explorer-home">
        <section className="panel">
          <h2>{t.blocks}</h2>
          <Table
            caption={t.each}
            columns={columns}
            rows={blocks}
            keyOf={(block) => block.number.toString()}
            empty={t.loading}
          />
        </section>
        <section className="panel">
          <h2>{t.transactions}</h2>
          <TransactionTable
            caption={t.scanned(format.number(blocks.length, 0))}
            transactions={transactions}
            empty={blocks.length === 0 ? t.loading : t.none}
            blocks
          />
        </section>
      </div>
      <Contracts />
    </>
  )
}
