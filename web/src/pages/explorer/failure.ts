import { decodeErrorResult, type Hex } from 'viem'
import type { Market } from '../../api/market'
import { errors } from '../../generated/errors'
import { sentenceFor } from '../../tx/sentences'
import { speakingOf } from '../../tx/words'

/** The custom error of revert data, or null where no contract of the project has it. */
export function errorOf(data: Hex, market: Market): { name: string; sentence: string } | null {
  try {
    const { errorName, args } = decodeErrorResult({ abi: errors, data })
    return { name: errorName, sentence: sentenceFor(errorName, args ?? [], speakingOf(market)) }
  } catch {
    return null
  }
}

/** What revert data says: its sentence and its name, or null where it is not known. */
export function revertSentence(data: Hex, market: Market): string | null {
  const known = errorOf(data, market)
  return known === null ? null : `${known.sentence} (${known.name})`
}
