import { BaseError, decodeErrorResult, type Hex, isHex } from 'viem'
import { errors } from '../generated/errors'
import { plainSentence, sentenceFor } from './sentences'

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
export function sentenceOf(error: unknown): string {
  const data = revertData(error)
  if (data !== null) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: errors, data })
      return sentenceFor(errorName, (args ?? []) as readonly unknown[])
    } catch {
      // Not one of ours: the texts below.
    }
  }
  const code = codeOf(error)
  if (code === 4001) return plainSentence('rejected')
  if (code === 4100) return plainSentence('unauthorized')
  if (code === -32002) return plainSentence('waiting')
  if (error instanceof BaseError) {
    if (/insufficient funds/i.test(error.message)) return plainSentence('funds')
    if (/HTTP request failed|fetch failed|Failed to fetch|took too long/i.test(error.message))
      return plainSentence('node')
    return error.shortMessage
  }
  if (error instanceof Error && error.message === 'lost') return plainSentence('lost')
  return error instanceof Error ? error.message : plainSentence('unknown')
}
