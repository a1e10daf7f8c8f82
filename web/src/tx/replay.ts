import type { Client, Hash } from 'viem'
import { call, getTransaction } from 'viem/actions'
import type { Market } from '../api/market'
import { sentenceOf } from './problem'

/** Why a mined transaction failed: the same call again, on the block before it. */
export async function replay(client: Client, hash: Hash, market: Market): Promise<string> {
  try {
    const sent = await getTransaction(client, { hash })
    if (sent.blockNumber === null) return ''
    await call(client, {
      account: sent.from,
      to: sent.to,
      data: sent.input,
      value: sent.value,
      blockNumber: sent.blockNumber - 1n,
    })
    return ''
  } catch (error) {
    return sentenceOf(error, market)
  }
}
