import { getBlock, getBlockNumber, getTransaction } from 'viem/actions'
import { BlockNotFoundError, TransactionNotFoundError } from 'viem'
import { absent } from './absent'
import type { useChain } from './queries'
import type { Wanted } from './classify'

/** Where a search leads: a place, several to choose from, or the reason why to none. */
export type Found =
  | { kind: 'place'; path: string }
  | { kind: 'choice'; items: readonly { label: string; path: string }[] }
  | { kind: 'nothing'; why: 'hash' | 'number' | 'name' | 'hex' | 'empty'; latest?: bigint }

/** One answer of the service to a searched name. */
export interface Named {
  kind: string
  label: string
  path: string
}

type Chain = ReturnType<typeof useChain>

/** Looks for what a text asks for; `names` asks the service for names. */
export async function find(
  chain: Chain,
  wanted: Wanted,
  names: (text: string) => Promise<readonly Named[]>,
): Promise<Found> {
  switch (wanted.kind) {
    case 'empty':
      return { kind: 'nothing', why: 'empty' }
    case 'hex':
      return { kind: 'nothing', why: 'hex' }
    case 'address':
      return { kind: 'place', path: `/explorer/address/${wanted.address}` }
    case 'contract':
      return { kind: 'place', path: `/explorer/contract/${wanted.name}` }
    case 'posting':
      return { kind: 'place', path: `/explorer/posting/${wanted.feed}/${wanted.epoch}` }
    case 'hash':
      return findHash(chain, wanted.hash)
    case 'number': {
      const latest = await getBlockNumber(chain, { cacheTime: 0 })
      if (wanted.number <= latest)
        return { kind: 'place', path: `/explorer/block/${wanted.number}` }
      const items = await names(wanted.number.toString()).catch(() => [])
      return items.length > 0
        ? { kind: 'choice', items }
        : { kind: 'nothing', why: 'number', latest }
    }
    case 'name': {
      const items = await names(wanted.name)
      const [only, second] = items
      if (only !== undefined && second === undefined) return { kind: 'place', path: only.path }
      return only === undefined ? { kind: 'nothing', why: 'name' } : { kind: 'choice', items }
    }
  }
}

/** A hash is a transaction's or a block's: both are asked. */
async function findHash(chain: Chain, hash: `0x${string}`): Promise<Found> {
  const [transaction, block] = await Promise.all([
    getTransaction(chain, { hash }).catch(absent(TransactionNotFoundError)),
    getBlock(chain, { blockHash: hash }).catch(absent(BlockNotFoundError)),
  ])
  if (transaction !== null) return { kind: 'place', path: `/explorer/tx/${hash}` }
  if (block !== null) return { kind: 'place', path: `/explorer/block/${hash}` }
  return { kind: 'nothing', why: 'hash' }
}
