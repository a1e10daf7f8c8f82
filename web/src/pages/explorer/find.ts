import { getBlock, getBlockNumber, getTransaction } from 'viem/actions'
import { BlockNotFoundError, TransactionNotFoundError } from 'viem'
import { absent } from './absent'
import type { useChain } from './queries'
import type { Wanted } from './classify'

/** Where a search leads: a place, several to choose from, or the reason why to none. */
export type Found =
  | { kind: 'place'; path: string }
  | { kind: 'choice'; items: readonly Named[] }
  | { kind: 'nothing'; why: 'hash' | 'number' | 'name' | 'hex' | 'empty'; latest?: bigint }

/** One answer of the service to a searched name. */
export interface Named {
  kind: 'member' | 'period' | 'round'
  /** Her name or address; the number. */
  text: string
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
    case 'hex':
      // The beginning of a member's address.
      return wanted.digits >= 2 && wanted.digits < 40
        ? chosen(await names(wanted.text), 'hex')
        : { kind: 'nothing', why: 'hex' }
    case 'name':
      return chosen(await names(wanted.name), 'name')
  }
}

/** The only one at once; several to choose from. */
function chosen(items: readonly Named[], why: 'hex' | 'name'): Found {
  const [only, second] = items
  if (only === undefined) return { kind: 'nothing', why }
  return second === undefined ? { kind: 'place', path: only.path } : { kind: 'choice', items }
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
