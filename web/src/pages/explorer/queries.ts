import { skipToken, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Block, Hash, Hex } from 'viem'
import { getBlock, getBlockNumber, getTransaction, getTransactionReceipt } from 'viem/actions'
import { BlockNotFoundError, TransactionNotFoundError, TransactionReceiptNotFoundError } from 'viem'
import { useConfig } from 'wagmi'
import { useLive } from '../../api/events'
import { useMarket } from '../../api/market'
import { absent } from './absent'

export type FullBlock = Block<bigint, true, 'latest'>

/** The chain that the service forwards to. */
export function useChain() {
  return useConfig().getClient()
}

/** The latest block's number: as the service tells it, else asked for; null while unknown. */
export function useHead(): bigint | null {
  const chain = useChain()
  const told = useLive().head?.block
  const asked = useQuery({
    queryKey: ['explorer', 'head'],
    queryFn: () => getBlockNumber(chain, { cacheTime: 0 }),
    refetchInterval: 4000,
    enabled: told === undefined,
  })
  const known = asked.data ?? null
  if (told === undefined) return known
  const live = BigInt(told)
  return known !== null && known > live ? known : live
}

/** Blocks after which edge servers take a block for good; null where the service does not say. */
export function useDepth(): number | null {
  return useMarket().depth
}

function blockOptions(chain: ReturnType<typeof useChain>, number: bigint) {
  return {
    queryKey: ['explorer', 'block', number.toString()],
    queryFn: () => getBlock(chain, { blockNumber: number, includeTransactions: true }),
    staleTime: Infinity,
  }
}

/** The latest `count` blocks with their transactions, newest first, as far as they are there.
 *
 * Each is asked for once; where a newer one does not stand on it, it was taken back and is asked for anew.
 */
export function useLatestBlocks(head: bigint | null, count: number): readonly FullBlock[] {
  const chain = useChain()
  const queries = useQueryClient()
  const numbers = useMemo(() => {
    if (head === null) return []
    const length = head + 1n < BigInt(count) ? Number(head + 1n) : count
    return Array.from({ length }, (_, index) => head - BigInt(index))
  }, [head, count])
  const asked = useQueries({ queries: numbers.map((number) => blockOptions(chain, number)) })
  const blocks = asked.map((one) => one.data).filter((one) => one !== undefined)
  const broken = blocks.find((one, index) => {
    const below = blocks[index + 1]
    return below !== undefined && below.number === one.number - 1n && below.hash !== one.parentHash
  })
  const stale = broken === undefined ? null : (broken.number - 1n).toString()
  useEffect(() => {
    if (stale !== null) void queries.invalidateQueries({ queryKey: ['explorer', 'block', stale] })
  }, [stale, queries])
  return blocks
}

/** A block by number or hash; null where the chain has none. */
export function useBlock(which: { number: bigint } | { hash: Hash } | null) {
  const chain = useChain()
  const key = which === null ? '' : 'hash' in which ? which.hash : which.number.toString()
  return useQuery({
    queryKey: ['explorer', 'one-block', key],
    queryFn:
      which === null
        ? skipToken
        : () =>
            getBlock(chain, {
              ...('hash' in which ? { blockHash: which.hash } : { blockNumber: which.number }),
              includeTransactions: true,
            }).catch(absent(BlockNotFoundError)),
    // One that is not there yet may come.
    refetchInterval: (query) => (query.state.data === null ? 3000 : false),
  })
}

/** Which of a block's transactions failed, by hash; empty where the node does not tell. */
export function useFailures(block: FullBlock | null | undefined) {
  const chain = useChain()
  return useQuery({
    queryKey: ['explorer', 'receipts', block?.hash],
    queryFn:
      block == null
        ? skipToken
        : async (): Promise<readonly string[]> => {
            // viem has no action for it; older nodes have no such method.
            const request = chain.request as (asked: {
              method: string
              params: readonly unknown[]
            }) => Promise<{ transactionHash: Hash; status: Hex }[] | null>
            const receipts = await request({
              method: 'eth_getBlockReceipts',
              params: [`0x${block.number.toString(16)}`],
            })
            return (receipts ?? [])
              .filter((one) => one.status === '0x0')
              .map((one) => one.transactionHash)
          },
    retry: false,
    staleTime: Infinity,
  })
}

/** A transaction and its receipt; the transaction null where the chain does not know it. */
export function useTransaction(hash: Hash) {
  const chain = useChain()
  return useQuery({
    queryKey: ['explorer', 'transaction', hash],
    queryFn: async () => {
      const [transaction, receipt] = await Promise.all([
        getTransaction(chain, { hash }).catch(absent(TransactionNotFoundError)),
        getTransactionReceipt(chain, { hash }).catch(absent(TransactionReceiptNotFoundError)),
      ])
      return { transaction, receipt }
    },
    refetchInterval: (query) => (query.state.data?.receipt == null ? 2000 : 15_000),
  })
}
