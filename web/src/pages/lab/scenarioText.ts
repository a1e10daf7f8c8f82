import { isTable, type Table } from './json'
import { tomlOf } from './toml'
import { TomlError, tomlIn } from './tomlRead'

export type Language = 'toml' | 'json'

/** A scenario as the text of a file. */
export function written(scenario: Table, language: Language): string {
  return language === 'toml' ? tomlOf(scenario) : `${JSON.stringify(scenario, null, 2)}\n`
}

/** What a text says, or in which line it says nothing that can be read (null: unknown). */
export type Read = { scenario: Table } | { line: number | null; message: string }

export function read(text: string, language: Language): Read {
  try {
    const found: unknown = language === 'toml' ? tomlIn(text) : JSON.parse(text)
    return isTable(found) ? { scenario: found } : { line: null, message: 'a table is needed' }
  } catch (error) {
    if (error instanceof TomlError) return { line: error.line, message: error.message }
    return { line: null, message: error instanceof Error ? error.message : String(error) }
  }
}
