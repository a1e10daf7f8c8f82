import { useState } from 'react'
import { useLanguage } from '../i18n/language'
import { type Parsed, parseAmount, translateAmount, writeAmount } from './amount'

interface TypedAmount {
  text: string
  parsed: Parsed
  write(text: string): void
  set(value: bigint | null): void
}

/** A number as the reader types it, in units of 10^-decimals.
 *
 * It keeps its value when the page's language changes: the marks in its text change.
 */
export function useTypedAmount(decimals: number, first: bigint | null): TypedAmount {
  const language = useLanguage()
  const textOf = (value: bigint | null) =>
    value === null ? '' : writeAmount(value, decimals, language)
  const [typed, setTyped] = useState(() => ({ text: textOf(first), in: language }))
  const text = translateAmount(typed.text, typed.in, language)
  const write = (written: string) => setTyped({ text: written, in: language })
  return {
    text,
    parsed: parseAmount(text, decimals, language),
    write,
    set: (value) => write(textOf(value)),
  }
}
