import { useQuery } from '@tanstack/react-query'
import { type Address, numberToHex, pad } from 'viem'
import { getBlock } from 'viem/actions'
import { useMarket } from '../../api/market'
import { deedsOf, type Mention } from './deeds'
import { useChain } from './queries'

/** Blocks whose transactions are read one by one, and blocks whose events are looked through. */
const SCANNED_BLOCKS = 40n
const SCANNED_EVENT_BLOCKS = 200_000n
const MOST_ROWS = 60

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
