import { BaseError, decodeErrorResult, type Hex, isHex } from 'viem'
import type { Market } from '../api/market'
import { errors } from '../generated/errors'
import { type Plain, plainSentence, sentenceFor } from './sentences'
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

function codeOf(error: unknown): number | null {
  const walked =
    error instanceof BaseError
      ? error.walk((e) => typeof (e as { code?: unknown }).code === 'number')
      : error
  const code = (walked as { code?: unknown } | null)?.code
  return typeof code === 'number' ? code : null
}

/** One sentence in the reader's language for whatever went wrong with a call or a transaction. */
export function sentenceOf(error: unknown, market: Market): string {
  const speaking = speakingOf(market)
  const plain = (which: Plain) => plainSentence(which, speaking)
  const data = revertData(error)
  if (data !== null) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: errors, data })
      return sentenceFor(errorName, args ?? [], speaking)
    } catch {
      // Not one of ours: the texts below.
    }
  }
  const code = codeOf(error)
  if (code === 4001) return plain('rejected')
  if (code === 4100) return plain('unauthorized')
  if (code === -32002) return plain('waiting')
  if (error instanceof BaseError) {
    if (/insufficient funds/i.test(error.message)) return plain('funds')
    if (/HTTP request failed|fetch failed|Failed to fetch|took too long/i.test(error.message))
      return plain('node')
    return error.shortMessage
  }
  if (error instanceof Error && error.message === 'lost') return plain('lost')
  return error instanceof Error ? error.message : plain('unknown')
}
