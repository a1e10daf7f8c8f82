import type { Transaction } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { decodeCall, useRegistry } from '../../chain/registry'
import { TransactionLink } from '../../parts/Account'
import { Link } from '../../parts/Link'
import { type Column, Table } from '../../parts/Table'
import { useTexts } from './texts'
import { Address, useContractName } from './Value'

export type Mined = Transaction<bigint, number, false>

interface Props {
  caption: string
  transactions: readonly Mined[]
  empty: string
  /** Hashes of those that failed, where it is known. */
  failed?: readonly string[]
  /** Also says the block of each. */
  blocks?: boolean
}

/** Transactions, one a line, with what each calls. */
export function TransactionTable({ caption, transactions, empty, failed = [], blocks }: Props) {
  const t = useTexts()
  const format = useFormat()
  const { currency } = useMarket()
  const columns: Column<Mined>[] = [
    {
      head: t.hash,
      cell: (one) => (
        <>
          <TransactionLink hash={one.hash} />
          {failed.includes(one.hash) ? <strong className="bad"> {t.failed}</strong> : null}
        </>
      ),
    },
    ...(blocks
      ? [{ head: t.block, cell: (one: Mined) => <BlockLink number={one.blockNumber} /> }]
      : []),
    { head: t.what, cell: (one) => <Calls transaction={one} /> },
    { head: t.from, cell: (one) => <Address address={one.from} /> },
    {
      head: t.to,
      cell: (one) => (one.to === null ? t.newContract : <Address address={one.to} />),
    },
    {
      head: t.value,
      number: true,
      cell: (one) => (one.value === 0n ? '' : `${format.wad(one.value)} ${currency}`),
    },
  ]
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={transactions}
      keyOf={(one) => one.hash}
      empty={empty}
    />
  )
}

/** What a transaction calls: a function's name, or its selector where nobody here knows it. */
function Calls({ transaction }: { transaction: Mined }) {
  const t = useTexts()
  const registry = useRegistry()
  const contract = useContractName(transaction.to)
  if (transaction.to === null) return t.newContract
  if (transaction.input === '0x') return t.transfer
  const call = registry && decodeCall(registry, transaction.input, contract)
  return <code>{call?.name ?? transaction.input.slice(0, 10)}</code>
}

export function BlockLink({ number }: { number: bigint }) {
  const format = useFormat()
  return <Link to={`/explorer/block/${number}`}>{format.number(Number(number), 0)}</Link>
}
