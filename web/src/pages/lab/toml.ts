import { isList, isTable, type Json, type Table } from './json'

const WIDTH = 96

/** A scenario as a TOML document, as `wattmarket solve FILE` reads it.
 *
 * Plain values come first, then tables under headings, then lists of tables, as TOML asks for.
 */
export function tomlOf(scenario: Table): string {
  const lines: string[] = []
  writeTable(lines, scenario, [])
  return `${lines.join('\n')}\n`
}

function writeTable(lines: string[], table: Table, path: readonly string[]): void {
  const entries = Object.entries(table).filter(([, value]) => value !== null)
  for (const [name, value] of entries) {
    if (!isTable(value) && !isTables(value)) lines.push(`${keyOf(name)} = ${valueOf(value)}`)
  }
  for (const [name, value] of entries) {
    const here = [...path, keyOf(name)]
    if (isTable(value)) {
      lines.push('', `[${here.join('.')}]`)
      writeTable(lines, value, here)
    } else if (isTables(value)) {
      for (const item of value) {
        lines.push('', `[[${here.join('.')}]]`)
        writeTable(lines, item, here)
      }
    }
  }
}

function isTables(value: Json): value is readonly Table[] {
  return isList(value) && value.length > 0 && value.every(isTable)
}

function keyOf(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : textOf(name)
}

function valueOf(value: Json): string {
  if (isList(value)) return listOf(value)
  if (isTable(value)) return inlineOf(value)
  if (typeof value === 'number') return numberOf(value)
  return typeof value === 'string' ? textOf(value) : String(value)
}

/** Whole numbers stay integers, which games take where they ask for numbers, too. */
function numberOf(value: number): string {
  if (!Number.isFinite(value)) throw new Error('a scenario holds finite numbers alone')
  const text = Object.is(value, -0) ? '-0.0' : String(value)
  // TOML has no integers beyond 64 bits.
  return Number.isInteger(value) && Math.abs(value) >= 2 ** 53 ? value.toExponential() : text
}

function listOf(items: readonly Json[]): string {
  const texts = items.map(valueOf)
  const line = `[${texts.join(', ')}]`
  if (line.length <= WIDTH && !line.includes('\n')) return line
  if (items.some((item) => isList(item) || isTable(item)))
    return `[\n${texts.map((text) => `    ${text.replaceAll('\n', '\n    ')},`).join('\n')}\n]`
  return `[\n${filled(texts)
    .map((row) => `    ${row}`)
    .join('\n')}\n]`
}

/** As many to a line as fit. */
function filled(texts: readonly string[]): readonly string[] {
  const rows: string[] = []
  for (const text of texts) {
    const last = rows.at(-1)
    if (last !== undefined && last.length + text.length + 2 <= WIDTH - 4)
      rows[rows.length - 1] = `${last} ${text},`
    else rows.push(`${text},`)
  }
  return rows
}

function inlineOf(table: Table): string {
  const entries = Object.entries(table).filter(([, value]) => value !== null)
  if (entries.length === 0) return '{}'
  return `{ ${entries.map(([name, value]) => `${keyOf(name)} = ${oneLine(valueOf(value))}`).join(', ')} }`
}

/** An inline table stands on one line. */
function oneLine(text: string): string {
  return text
    .replace(/\[\n\s*/g, '[')
    .replace(/,?\n\s*\]/g, ']')
    .replace(/\n\s*/g, ' ')
}

function textOf(text: string): string {
  // JSON's escapes are TOML's, but for control characters that JSON leaves as they are.
  return JSON.stringify(text).replace(/\u007f/g, '\\u007f')
}
