import type { Json, Table } from './json'

/** What a scenario file cannot be read by: the line, and why. */
export class TomlError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message)
    this.name = 'TomlError'
  }
}

type Open = { [name: string]: Open | Json }

/** Reads the TOML that scenarios are written in: all of TOML but dates and texts over many lines. */
export function tomlIn(text: string): Table {
  return new Reader(text).document()
}

class Reader {
  private at = 0
  /** Tables that a heading or a key has made, so that none is made twice. */
  private readonly made = new Set<Open>()

  constructor(private readonly text: string) {}

  document(): Table {
    const root: Open = {}
    let table = root
    for (this.blank(); this.at < this.text.length; this.blank()) {
      if (this.peek() === '[') table = this.heading(root)
      else this.pair(table)
      this.endOfLine()
    }
    return root as Table
  }

  private heading(root: Open): Open {
    const listed = this.text.startsWith('[[', this.at)
    this.at += listed ? 2 : 1
    const path = this.path()
    this.expect(listed ? ']]' : ']')
    const last = path.pop() ?? ''
    const parent = this.walk(root, path)
    const there = own(parent, last)
    if (listed) {
      const list = there === undefined ? [] : there
      if (!Array.isArray(list)) throw this.fault(`${last} is no list of tables`)
      const table: Open = {}
      list.push(table)
      parent[last] = list as Json
      return table
    }
    if (there !== undefined && (!isOpen(there) || this.made.has(there)))
      throw this.fault(`${last} is given twice`)
    const table: Open = isOpen(there) ? there : {}
    this.made.add(table)
    parent[last] = table
    return table
  }

  /** The table at a path, made where it is not there; of a list of tables the last one. */
  private walk(from: Open, path: readonly string[]): Open {
    return path.reduce((table, name) => {
      const there = own(table, name)
      if (there === undefined) {
        const fresh: Open = {}
        table[name] = fresh
        return fresh
      }
      const found: unknown = Array.isArray(there) ? there.at(-1) : there
      if (!isOpen(found)) throw this.fault(`${name} is no table`)
      return found
    }, from)
  }

  private pair(table: Open): void {
    const path = this.path()
    const name = path.pop() ?? ''
    this.expect('=')
    const holder = this.walk(table, path)
    if (own(holder, name) !== undefined) throw this.fault(`${name} is given twice`)
    this.space()
    holder[name] = this.value()
  }

  private path(): string[] {
    const parts: string[] = []
    do {
      this.space()
      parts.push(this.key())
      this.space()
    } while (this.take('.'))
    return parts
  }

  private key(): string {
    const first = this.peek()
    if (first === '"') return this.basic()
    if (first === "'") return this.literal()
    return this.match(/[A-Za-z0-9_-]+/y) ?? this.lost('a name')
  }

  private value(): Json {
    switch (this.peek()) {
      case '"':
        return this.basic()
      case "'":
        return this.literal()
      case '[':
        return this.list()
      case '{':
        return this.inline()
      default:
        return this.plain()
    }
  }

  private plain(): Json {
    const word = this.match(/[^\s,\]}#]+/y) ?? this.lost('a value')
    if (word === 'true' || word === 'false') return word === 'true'
    if (/^0x[0-9a-f]+$|^0o[0-7]+$|^0b[01]+$/i.test(word)) return Number(word)
    const digits = word.replace(/(?<=\d)_(?=\d)/g, '')
    if (!/^[-+]?(0|[1-9]\d*)(\.\d+)?(e[-+]?\d+)?$/i.test(digits))
      throw this.fault(`${word} is no number, text, list or table`)
    return Number(digits)
  }

  private list(): Json {
    const items: Json[] = []
    this.at++
    for (this.blank(); !this.take(']'); this.blank()) {
      items.push(this.value())
      this.blank()
      if (!this.take(',') && this.peek() !== ']') this.lost(', or ]')
    }
    return items
  }

  private inline(): Json {
    const table: Open = {}
    this.at++
    this.space()
    while (!this.take('}')) {
      this.pair(table)
      this.space()
      if (!this.take(',') && this.peek() !== '}') this.lost(', or }')
      this.space()
    }
    return table as Table
  }

  private basic(): string {
    const quoted = this.match(/"(?:[^"\\\n]|\\.)*"/y) ?? this.lost('a text in quotes')
    const escaped = quoted.replace(/\\U([0-9a-fA-F]{8})/g, (_, code: string) =>
      JSON.stringify(String.fromCodePoint(parseInt(code, 16))).slice(1, -1),
    )
    try {
      return JSON.parse(escaped.replaceAll('\t', '\\t').replaceAll('\\e', '\\u001b')) as string
    } catch {
      throw this.fault('a text with an unknown escape')
    }
  }

  private literal(): string {
    return (this.match(/'[^'\n]*'/y) ?? this.lost('a text in quotes')).slice(1, -1)
  }

  private endOfLine(): void {
    this.match(/[ \t]*(#[^\n]*)?/y)
    if (this.at < this.text.length && this.match(/\r?\n/y) === undefined) this.lost('a new line')
  }

  private blank(): void {
    this.match(/(?:\s|#[^\n]*)*/y)
  }

  private space(): void {
    this.match(/[ \t]*/y)
  }

  private peek(): string {
    return this.text[this.at] ?? ''
  }

  private take(mark: string): boolean {
    const found = this.text.startsWith(mark, this.at)
    if (found) this.at += mark.length
    return found
  }

  private expect(mark: string): void {
    this.space()
    if (!this.take(mark)) this.lost(mark)
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private lost(wanted: string): never {
    throw this.fault(`expected ${wanted}`)
  }

  private fault(message: string): TomlError {
    return new TomlError(this.text.slice(0, this.at).split('\n').length, message)
  }
}

function own(table: Open, name: string): Open | Json | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function isOpen(value: unknown): value is Open {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
