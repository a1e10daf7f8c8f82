import { isList, type Json } from './json'

/** Numbers and flags as a person types them: one; a list with commas or blanks; rows on lines of
 * their own (or ended by a semicolon); tables of rows with an empty line between. */

type One = (word: string) => Json | undefined

const numberOf: One = (word) => {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word)) return undefined
  const value = Number(word)
  return Number.isFinite(value) ? value : undefined
}

const flagOf: One = (word) => {
  if (/^(true|yes|1)$/i.test(word)) return true
  return /^(false|no|0)$/i.test(word) ? false : undefined
}

/** The numbers that a text holds, in one of the allowed ranks; undefined where it holds none. */
export function numbersIn(text: string, ranks: readonly number[]): Json | undefined {
  return entriesIn(text, ranks, numberOf)
}

export function flagsIn(text: string, ranks: readonly number[]): Json | undefined {
  return entriesIn(text, ranks, flagOf)
}

function entriesIn(text: string, ranks: readonly number[], one: One): Json | undefined {
  const whole = text.trim()
  if (whole === '') return undefined
  const rank = rankOf(whole, ranks)
  if (rank === undefined) return undefined
  if (rank === 0) return one(whole)
  if (rank === 1) return all(wordsOf(whole), one)
  const rows = (part: string) => all(rowsOf(part), (row) => all(wordsOf(row), one))
  return rank === 2 ? rows(whole) : all(whole.split(/\n\s*\n/), rows)
}

/** The rank that a text shows by its separators, or the only one that is allowed. */
function rankOf(text: string, ranks: readonly number[]): number | undefined {
  const shown = /\n\s*\n/.test(text) ? 3 : /[\n;]/.test(text) ? 2 : /[\s,]/.test(text) ? 1 : 0
  if (ranks.includes(shown)) return shown
  // A single number may be a list of one, a single row a table of one.
  return ranks.filter((rank) => rank > shown).toSorted((a, b) => a - b)[0]
}

function rowsOf(text: string): readonly string[] {
  return text.split(/[\n;]+/).filter((row) => row.trim() !== '')
}

function wordsOf(row: string): readonly string[] {
  return row.split(/[\s,]+/).filter((word) => word !== '')
}

function all(parts: readonly string[], one: (part: string) => Json | undefined): Json | undefined {
  const values = parts.map(one)
  return values.length === 0 || values.includes(undefined) ? undefined : (values as Json[])
}

/** The text that reads back as this value, where such ranks are allowed. */
export function textOf(value: Json | undefined, ranks: readonly number[]): string {
  if (value === undefined || value === null) return ''
  if (!isList(value)) return String(value)
  const rank = depthOf(value)
  if (rank === 1) {
    const text = lineOf(value)
    return value.length === 1 && ranks.includes(0) ? `${text},` : text
  }
  if (rank === 2) {
    const text = value.map(lineOf).join('\n')
    return value.length === 1 && Math.min(...ranks) < 2 ? `${text};` : text
  }
  return value.map((table) => (isList(table) ? table.map(lineOf).join('\n') : '')).join('\n\n')
}

function lineOf(items: Json): string {
  return isList(items) ? items.map(String).join(', ') : String(items)
}

/** How deep numbers lie in lists. */
export function depthOf(value: Json | undefined): number {
  return isList(value) ? 1 + depthOf(value[0]) : 0
}
