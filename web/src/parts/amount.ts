import type { Language } from '../i18n/language'

/** How a language writes a number: between whole and part, and between thousands. */
const MARKS: Record<Language, { point: string; group: string }> = {
  en: { point: '.', group: ',' },
  de: { point: ',', group: '.' },
}
/** Spaces that stand between thousands in any language. */
const SPACES = /[\s\u00a0\u202f]/g

export type AmountProblem = 'malformed' | 'fine'
export type Parsed = { value: bigint } | { problem: AmountProblem } | null

/** A number as the reader typed it, in units of 10^-decimals, exact.
 *
 * Thousands may be marked, in groups of three only, so that a point in the wrong language is
 * never read as another number. Null: nothing was typed. `fine`: more digits than the unit has.
 */
export function parseAmount(text: string, decimals: number, language: Language): Parsed {
  const typed = text.trim()
  if (typed === '') return null
  const { point, group } = MARKS[language]
  const [whole = '', part, ...more] = typed.replaceAll(SPACES, '').split(point)
  const groups = whole.split(group)
  const grouped =
    groups.length === 1 ||
    (groups.every((one, place) => /^\d+$/.test(one) && (place === 0 || one.length === 3)) &&
      (groups[0] ?? '').length <= 3)
  const digits = groups.join('')
  const missing = digits === '' && (part ?? '') === ''
  if (more.length > 0 || !grouped || missing || !/^\d*$/.test(digits + (part ?? '')))
    return { problem: 'malformed' }
  const fraction = (part ?? '').replace(/0+$/, '')
  if (fraction.length > decimals) return { problem: 'fine' }
  return { value: BigInt(digits + fraction.padEnd(decimals, '0')) }
}

/** The same number as a text that {@link parseAmount} reads back, without thousands. */
export function writeAmount(value: bigint, decimals: number, language: Language): string {
  const unit = 10n ** BigInt(decimals)
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  const part = (size % unit).toString().padStart(decimals, '0').replace(/0+$/, '')
  return `${sign}${size / unit}${part === '' || decimals === 0 ? '' : MARKS[language].point + part}`
}

/** A number as one language wrote it, as another writes it; what is no number stays as typed. */
export function translateAmount(text: string, from: Language, to: Language): string {
  if (from === to) return text
  const digits = text.length
  const parsed = parseAmount(text, digits, from)
  return parsed !== null && 'value' in parsed ? writeAmount(parsed.value, digits, to) : text
}
