import { type Language, useLanguage } from './language'

type Entry = string | ((...values: never[]) => string)
/** The other languages say what English says: the same keys, taking the same values. */
type Said<English> = {
  [Key in keyof English]: English[Key] extends string
    ? string
    : English[Key] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : never
}

/** One room's texts in every language; a missing key is an error of the compiler. */
export function texts<English extends Record<string, Entry>>(
  en: English,
  others: Record<Exclude<Language, 'en'>, Said<English>>,
): () => Said<English> {
  const all = { en: en as unknown as Said<English>, ...others } as Record<Language, Said<English>>
  return function useTexts() {
    return all[useLanguage()]
  }
}
