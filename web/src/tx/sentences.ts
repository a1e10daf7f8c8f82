import type { AbiParameterToPrimitiveType } from 'viem'
import { errors } from '../generated/errors'
import type { Language } from '../i18n/language'
import { de } from './sentences/de'
import { en } from './sentences/en'
import { type Speaking, type Words, wordsFor } from './words'

export type ErrorName = (typeof errors)[number]['name']
type ErrorOf<Name extends ErrorName> = Extract<(typeof errors)[number], { name: Name }>
/** An error's arguments by their names, as the ABI types them. */
export type Values<Name extends ErrorName> = {
  [Input in ErrorOf<Name>['inputs'][number] as Input['name']]: AbiParameterToPrimitiveType<Input>
}
/** One sentence for every custom error of the contracts; a missing one is an error of the compiler. */
export type Sentences = {
  [Name in ErrorName]: (values: Values<Name>, words: Words) => string
}

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
