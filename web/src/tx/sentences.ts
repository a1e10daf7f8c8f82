import type { errors } from '../generated/errors'
import { type Language, language } from '../i18n/language'
import { en } from './sentences.en'
import { de } from './sentences.de'

export type ErrorName = (typeof errors)[number]['name']
/** One sentence for every custom error of the contracts; a missing one is an error of the compiler. */
export type Sentences = Record<ErrorName, (values: readonly unknown[]) => string>
export type Plain = 'rejected' | 'unauthorized' | 'waiting' | 'funds' | 'node' | 'lost' | 'unknown'

const ALL: Record<Language, { errors: Sentences; plain: Record<Plain, string> }> = { en, de }

export function sentenceFor(name: ErrorName, values: readonly unknown[]): string {
  return ALL[language()].errors[name](values)
}

export function plainSentence(which: Plain): string {
  return ALL[language()].plain[which]
}
