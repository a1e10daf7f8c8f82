import type { Language } from '../../i18n/language'
import { useLanguage } from '../../i18n/language'
import { ABOUT } from './german/about'
import { FIELDS } from './german/fields'
import { TEXTS } from './german/texts'
import { UNITS } from './german/units'
import { wordsOf } from './texts'

/** What the games' schemas say, in the reader's language. */
export interface LabWords {
  field(name: string): string
  about(text: string): string
  unit(unit: string): string
  /** Of a game or an example. */
  text(text: string): string
}

type Words = Readonly<Record<string, string>>

/** What is newer than its translation stays English. */
const by =
  (words: Words, otherwise: (text: string) => string) =>
  (text: string): string =>
    words[text] ?? otherwise(text)
const same = (text: string) => text

const IN: Record<Language, LabWords> = {
  en: { field: wordsOf, about: same, unit: same, text: same },
  de: {
    field: by(FIELDS, wordsOf),
    about: by(ABOUT, same),
    unit: by(UNITS, same),
    text: by(TEXTS, same),
  },
}

export function useWords(): LabWords {
  return IN[useLanguage()]
}
