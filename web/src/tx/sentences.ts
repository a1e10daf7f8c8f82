import { errors } from '../generated/errors'
import type { Language } from '../i18n/language'
import { de } from './sentences/de'
import { en } from './sentences/en'
import type { ErrorName, Sentences } from './sentences/shape'
import { type Speaking, type Words, wordsFor } from './words'

const ALL: Record<Language, Sentences> = { en, de }

/** What a contract's error says to the reader; `values` in the order of the ABI. */
export function sentenceFor(
  name: ErrorName,
  values: readonly unknown[],
  speaking: Speaking,
): string {
  const inputs = errors.find((one) => one.name === name)?.inputs ?? []
  const named = Object.fromEntries(inputs.map((input, place) => [input.name, values[place]]))
  const sentence = ALL[speaking.language][name] as (values: object, words: Words) => string
  return sentence(named, wordsFor(speaking))
}
