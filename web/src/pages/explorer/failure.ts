import { decodeErrorResult, type Hex } from 'viem'
import { errors } from '../../generated/errors'
import { sentenceFor } from '../../tx/sentences'

/** The custom error of revert data, or null where no contract of the project has it. */
export function errorOf(data: Hex): { name: string; sentence: string } | null {
  try {
    const { errorName, args } = decodeErrorResult({ abi: errors, data })
    return { name: errorName, sentence: sentenceFor(errorName, (args ?? []) as readonly unknown[]) }
  } catch {
    return null
  }
}

/** What revert data says: its sentence and its name, or null where it is not known. */
export function revertSentence(data: Hex): string | null {
  const known = errorOf(data)
  return known === null ? null : `${known.sentence} (${known.name})`
}
