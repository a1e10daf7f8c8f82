import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { read, written } from './scenarioText'
import { tomlOf } from './toml'
import { tomlIn } from './tomlRead'

const FOLDER = new URL('../../../../examples/', import.meta.url)
const EXAMPLES = readdirSync(FOLDER).filter((name) => name.endsWith('.toml'))

describe('a scenario as TOML', () => {
  it('is written with plain values first, then tables', () => {
    const scenario = {
      loss: { shortage: 0.5 },
      game: 'dispatch',
      demand: [1, 2.5],
      left: null,
      nodes: [{ kind: 'a', bounds: [0, 1] }, { kind: 'b "c"' }],
    }
    expect(tomlOf(scenario)).toBe(
      [
        'game = "dispatch"',
        'demand = [1, 2.5]',
        '',
        '[loss]',
        'shortage = 0.5',
        '',
        '[[nodes]]',
        'kind = "a"',
        'bounds = [0, 1]',
        '',
        '[[nodes]]',
        'kind = "b \\"c\\""',
        '',
      ].join('\n'),
    )
  })

  it('breaks long lists into lines that fit', () => {
    const text = tomlOf({ price: Array.from({ length: 60 }, (_, at) => at / 100) })
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true)
    expect(tomlIn(text)).toEqual({ price: Array.from({ length: 60 }, (_, at) => at / 100) })
  })

  it('keeps tables in lists in lists, and numbers beyond 64 bits', () => {
    const scenario = {
      types: [[{ probability: 0.6, sizes: Array.from({ length: 40 }, () => 123456) }], [{ p: 1 }]],
      large: 1e30,
      small: 1e-30,
      'odd name': -0.5,
    }
    expect(tomlIn(tomlOf(scenario))).toEqual(scenario)
  })

  it.each(EXAMPLES)('%s reads, and what is written reads back', (name) => {
    const scenario = tomlIn(readFileSync(new URL(name, FOLDER), 'utf8'))
    expect(scenario['game']).toBe(name.replace('.toml', ''))
    expect(tomlIn(tomlOf(scenario))).toEqual(scenario)
    expect(read(written(scenario, 'json'), 'json')).toEqual({ scenario })
  })
})

describe('TOML by hand', () => {
  it('may use all of its forms', () => {
    const text = `
      # a comment
      a.b = 1_000 # another
      "quoted key" = 'C:\\x'
      list = [ 1, # one
        2,
      ]
      text = "tab \\t, euro \\u20ac"
      inline = { x = -1.5e3, y = { z = true } }
      [t.u]
      v = 0x10
      [[rows]]
      n = 1
      [[rows]]
      n = 2
      [rows.inner]
      m = 3
    `
    expect(tomlIn(text)).toEqual({
      a: { b: 1000 },
      'quoted key': 'C:\\x',
      list: [1, 2],
      text: 'tab \t, euro €',
      inline: { x: -1500, y: { z: true } },
      t: { u: { v: 16 } },
      rows: [{ n: 1 }, { n: 2, inner: { m: 3 } }],
    })
  })

  it.each([
    ['a = 1\nb = ', 2, 'expected a value'],
    ['a = 1\n\nb = [1, 2\nc = 3', 4, 'expected , or ]'],
    ['a = 1\na = 2', 2, 'a is given twice'],
    ['[t]\n[t]', 2, 't is given twice'],
    ['a = 01', 1, '01 is no number, text, list or table'],
    ['a = 1 b = 2', 1, 'expected a new line'],
    ['a = "open', 1, 'expected a text in quotes'],
  ])('%j says where it is wrong', (text, line, message) => {
    expect(read(text, 'toml')).toEqual({ line, message })
  })
})
