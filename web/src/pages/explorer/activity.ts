import { useQuery } from '@tanstack/react-query'
import { type Address, type Hash, type Hex, numberToHex, pad } from 'viem'
import { getBlock } from 'viem/actions'
import { useMarket } from '../../api/market'
import { useChain } from './queries'

/** Blocks whose transactions are read one by one, and blocks whose events are looked through. */
export const SCANNED_BLOCKS = 40n
const SCANNED_EVENT_BLOCKS = 200_000n
export const MOST_ROWS = 60

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

/** What an address did lately, and what was looked through to say so. */
export function useDeeds(address: Address, head: bigint | null) {
  const chain = useChain()
  const { contracts, deploy_block } = useMarket()
  return useQuery({
    queryKey: ['explorer', 'deeds', address],
    enabled: head !== null,
    queryFn: async () => {
      const latest = head ?? 0n
      const first = latest > SCANNED_BLOCKS ? latest - SCANNED_BLOCKS + 1n : 0n
      const start = BigInt(deploy_block ?? 0)
      const reach = latest > SCANNED_EVENT_BLOCKS ? latest - SCANNED_EVENT_BLOCKS : 0n
      const eventsFrom = reach > start ? reach : start
      const word = pad(address)
      // viem's getLogs takes topics by event; here any event will do.
      const request = chain.request as (asked: {
        method: string
        params: readonly unknown[]
      }) => Promise<Mention[]>
      const named = [
        [null, word],
        [null, null, word],
        [null, null, null, word],
      ].map((topics) =>
        request({
          method: 'eth_getLogs',
          params: [
            {
              address: Object.values(contracts),
              topics,
              fromBlock: numberToHex(eventsFrom),
              toBlock: numberToHex(latest),
            },
          ],
        }),
      )
      const numbers = Array.from(
        { length: Number(latest - first + 1n) },
        (_, index) => first + BigInt(index),
      )
      const [blocks, mentions] = await Promise.all([
        Promise.all(
          numbers.map((blockNumber) => getBlock(chain, { blockNumber, includeTransactions: true })),
        ),
        Promise.all(named),
      ])
      const sent = blocks.flatMap((block) => block.transactions)
      const deeds = deedsOf(address, sent, mentions.flat())
      return { deeds: deeds.slice(0, MOST_ROWS), total: deeds.length, first, latest, eventsFrom }
    },
    staleTime: 10_000,
  })
}
