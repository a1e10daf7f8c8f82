import { decodeErrorResult, type Hex, isHex } from 'viem'
import type { Market } from '../api/market'
import { errors } from '../generated/errors'
import { plainSentenceOf } from './plain'
import { sentenceFor } from './sentences'
import { speakingOf } from './words'

/** The revert data that an error carries somewhere, as nodes and wallets wrap it in many ways. */
export function revertData(error: unknown): Hex | null {
  const seen = new Set<unknown>()
  const queue: unknown[] = [error]
  while (queue.length > 0) {
    const one = queue.shift()
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    for (const key of ['data', 'raw', 'originalError', 'cause', 'error', 'result']) {
      const value = (one as Record<string, unknown>)[key]
      if (isHex(value) && value.length >= 10) return value
      queue.push(value)
    }
  }
  return null
}

/** One sentence in the reader's language for whatever went wrong with a call or a transaction. */
export function sentenceOf(error: unknown, market: Market): string {
  const speaking = speakingOf(market)
  const data = revertData(error)
  if (data !== null) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: errors, data })
      return sentenceFor(errorName, args ?? [], speaking)
    } catch {
      // Not one of ours: what is said of any failure.
    }
  }
  return plainSentenceOf(error)
}
