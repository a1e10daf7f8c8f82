import type { Address, Hash, Hex } from 'viem'

/** An event in which an address is named, as the node tells it. */
export interface Mention {
  address: Address
  topics: readonly Hex[]
  data: Hex
  blockNumber: Hex
  transactionHash: Hash
  logIndex: Hex
}

/** One transaction that an address had part in. */
export interface Deed {
  hash: Hash
  block: bigint
  /** Its place among the block's, or of its first event there. */
  place: number
  from: Address | null
  to: Address | null
  input: Hex | null
  events: readonly Mention[]
}

interface Sent {
  hash: Hash
  from: Address
  to: Address | null
  input: Hex
  blockNumber: bigint
  transactionIndex: number
}

/** Transactions sent or called, and events that name the address: one line a transaction, newest first. */
export function deedsOf(
  address: Address,
  sent: readonly Sent[],
  mentions: readonly Mention[],
): readonly Deed[] {
  const wanted = address.toLowerCase()
  const deeds = new Map<Hash, Deed>()
  for (const one of sent) {
    if (one.from.toLowerCase() !== wanted && one.to?.toLowerCase() !== wanted) continue
    deeds.set(one.hash, {
      hash: one.hash,
      block: one.blockNumber,
      place: one.transactionIndex,
      from: one.from,
      to: one.to,
      input: one.input,
      events: [],
    })
  }
  const seen = new Set<string>()
  for (const one of mentions) {
    const key = `${one.transactionHash} ${one.logIndex}`
    if (seen.has(key)) continue
    seen.add(key)
    const known = deeds.get(one.transactionHash)
    deeds.set(one.transactionHash, {
      hash: one.transactionHash,
      block: BigInt(one.blockNumber),
      place: known?.place ?? Number(one.logIndex),
      from: known?.from ?? null,
      to: known?.to ?? null,
      input: known?.input ?? null,
      events: [...(known?.events ?? []), one],
    })
  }
  return [...deeds.values()].toSorted((a, b) =>
    a.block === b.block ? b.place - a.place : a.block < b.block ? 1 : -1,
  )
}
