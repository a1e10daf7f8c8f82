import { type Client, type Hash, type Hex, isHex } from 'viem'
import { call, getTransaction } from 'viem/actions'
import type { Market } from '../api/market'
import { sentenceOf } from './problem'

/** What a mined transaction failed with: as the node remembers it, where it does; else the same
 * call again, on the block before it, which knows nothing of deadlines that passed meanwhile.
 *
 * Null where the repeated call does not fail. Throws what the node says when it cannot be asked.
 */
export async function replayed(client: Client, hash: Hash): Promise<unknown> {
  const data = await remembered(client, hash)
  if (data !== null) return { data }
  const sent = await getTransaction(client, { hash })
  if (sent.blockNumber === null) return null
  try {
    await call(client, {
      account: sent.from,
      to: sent.to,
      data: sent.input,
      value: sent.value,
      blockNumber: sent.blockNumber - 1n,
    })
    return null
  } catch (error) {
    return error
  }
}

/** The revert data of a mined transaction, of nodes that tell it to explorers. */
async function remembered(client: Client, hash: Hash): Promise<Hex | null> {
  try {
    const ask = client.request as (call: { method: string; params: unknown[] }) => Promise<unknown>
    const data = await ask({ method: 'ots_getTransactionError', params: [hash] })
    return isHex(data) && data.length >= 10 ? data : null
  } catch {
    return null
  }
}

/** Why a mined transaction failed, as a sentence; '' where it is not known. */
export async function replay(client: Client, hash: Hash, market: Market): Promise<string> {
  try {
    const error = await replayed(client, hash)
    return error === null ? '' : sentenceOf(error, market)
  } catch (error) {
    return sentenceOf(error, market)
  }
}
