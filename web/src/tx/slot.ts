import {
  type Address,
  type Client,
  type Hash,
  type Hex,
  type TransactionReceipt,
  TransactionNotFoundError,
  TransactionReceiptNotFoundError,
} from 'viem'
import {
  getBlock,
  getBlockNumber,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
} from 'viem/actions'

/** A transaction by its sender and nonce, of which the chain takes only one, and what it does. */
export interface Slot {
  from: Address
  nonce: number
  to: Address | null
  input: Hex
}

/** What the chain says of a transaction that was sent. */
export type Found =
  /** Mined, itself or, where `instead` says so, another with its nonce. */
  | { receipt: TransactionReceipt; instead?: { hash: Hash; same: boolean } }
  /** The node has it, not yet in a block. */
  | { slot: Slot }
  /** The node does not have it, and no block has another with its nonce. */
  | 'unknown'

/** Looks for a transaction, or for what took its place.
 *
 * `known` is what an earlier look found of it: nodes forget what was replaced. No block is skipped,
 * however many came since. Throws what the node says when it cannot be asked.
 */
export async function lookFor(client: Client, hash: Hash, known?: Slot): Promise<Found> {
  const receipt = await receiptOf(client, hash)
  if (receipt !== null) return { receipt }
  const waiting = await slotOf(client, hash)
  const slot = waiting ?? known
  if (slot === undefined) return 'unknown'
  const after = async (blockNumber: bigint) =>
    (await getTransactionCount(client, { address: slot.from, blockNumber })) > slot.nonce
  const head = await getBlockNumber(client, { cacheTime: 0 })
  if (!(await after(head))) return waiting === undefined ? 'unknown' : { slot }
  const block = await getBlock(client, {
    blockNumber: await firstWhere(head, after),
    includeTransactions: true,
  })
  const taken = block.transactions.find(
    (one) => one.from.toLowerCase() === slot.from.toLowerCase() && one.nonce === slot.nonce,
  )
  // A block that was reorganised away meanwhile: the next look finds its successor.
  if (taken === undefined) return { slot }
  const mined = await getTransactionReceipt(client, { hash: taken.hash })
  if (taken.hash === hash) return { receipt: mined }
  const same = taken.to === slot.to && taken.input === slot.input
  return { receipt: mined, instead: { hash: taken.hash, same } }
}

/** The lowest block that something holds for, which holds for `head` and all after the first.
 *
 * Goes back in steps that double, as what is looked for is mostly new and nodes forget old states.
 */
export async function firstWhere(
  head: bigint,
  holds: (block: bigint) => Promise<boolean>,
): Promise<bigint> {
  let high = head
  let step = 1n
  while (high - step >= 0n && (await holds(high - step))) {
    high -= step
    step *= 2n
  }
  let low = high - step < 0n ? -1n : high - step
  while (high - low > 1n) {
    const middle = (high + low) / 2n
    if (await holds(middle)) high = middle
    else low = middle
  }
  return high
}

async function receiptOf(client: Client, hash: Hash): Promise<TransactionReceipt | null> {
  try {
    return await getTransactionReceipt(client, { hash })
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null
    throw error
  }
}

async function slotOf(client: Client, hash: Hash): Promise<Slot | undefined> {
  try {
    const { from, nonce, to, input } = await getTransaction(client, { hash })
    return { from, nonce, to, input }
  } catch (error) {
    if (error instanceof TransactionNotFoundError) return undefined
    throw error
  }
}
