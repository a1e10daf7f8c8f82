import { blo } from 'blo'
import type { Address } from 'viem'
import { Link } from './Link'
import { short } from './short'

export { short } from './short'

/** An address, short, with its picture; a press shows it in the explorer. */
export function Account({ address }: { address: string }) {
  return (
    <Link to={`/explorer/address/${address}`} className="account" title={address}>
      <img src={blo(address as Address)} alt="" width={16} height={16} />
      <code>{short(address)}</code>
    </Link>
  )
}

/** A hash of a transaction, short. */
export function TransactionLink({ hash }: { hash: string }) {
  return (
    <Link to={`/explorer/tx/${hash}`} title={hash}>
      <code>{short(hash)}</code>
    </Link>
  )
}
