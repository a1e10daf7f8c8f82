import type { Client, Hash } from 'viem'
import { call, getTransaction } from 'viem/actions'
import type { Market } from '../api/market'
import { sentenceOf } from './problem'

/** What a mined transaction failed with: the same call again, on the block before it.
 *
 * Null where the repeated call does not fail. Throws what the node says when it cannot be asked.
 */
export async function replayed(client: Client, hash: Hash): Promise<unknown> {
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

/** Why a mined transaction failed, as a sentence; '' where it is not known. */
export async function replay(client: Client, hash: Hash, market: Market): Promise<string> {
  try {
    const error = await replayed(client, hash)
    return error === null ? '' : sentenceOf(error, market)
  } catch (error) {
    return sentenceOf(error, market)
  }
}
