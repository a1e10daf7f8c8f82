import { parseAmount } from '../../parts/amount'

/** The lines of a bill, in its order; others come after these, under their own names. */
export const LINES = [
  'energy',
  'network',
  'levy',
  'grid_import',
  'feed_in',
  'grid_network',
  'grid_levy',
  'vat',
  'standing_charge',
  'corrections',
] as const
export type LineName = (typeof LINES)[number]

export interface Line {
  name: string
  unit: string
  amount: string
}

/** An exact decimal of the service, in units of 10^-18. Throws where it is none. */
export function exact(amount: string): bigint {
  const negative = amount.startsWith('-')
  const parsed = parseAmount(negative ? amount.slice(1) : amount, 18, 'en')
  if (parsed === null || !('value' in parsed)) throw new Error(`${amount}: not a decimal`)
  return negative ? -parsed.value : parsed.value
}

/** The sum of lines by unit, in the order in which units come. */
export function sumsOf(lines: readonly Line[]): [unit: string, sum: bigint][] {
  const sums = new Map<string, bigint>()
  for (const { unit, amount } of lines) sums.set(unit, (sums.get(unit) ?? 0n) + exact(amount))
  return [...sums]
}

/** Lines in the bill's order, those that are nothing left out. */
export function shownLines(lines: readonly Line[]): Line[] {
  const place = ({ name }: Line) => {
    const found = LINES.findIndex((one) => one === name)
    return found < 0 ? LINES.length : found
  }
  return lines.filter(({ amount }) => exact(amount) !== 0n).toSorted((a, b) => place(a) - place(b))
}
