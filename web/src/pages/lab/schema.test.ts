import { describe, expect, it } from 'vitest'
import { check } from './check'
import { nameOf, same, within, withAt } from './json'
import { blankOf, type Field, fieldsOf, type Schema, shapeOf, strangers } from './schema'

const NUMBER: Schema = { type: 'number', minimum: 0, maximum: 10 }
const LIST: Schema = { type: 'array', items: NUMBER, minItems: 1 }
const SCHEMA: Schema = {
  type: 'object',
  $defs: {
    Node: {
      type: 'object',
      required: ['kind', 'power'],
      properties: {
        kind: { type: 'string', enum: ['load', 'plant'] },
        power: NUMBER,
        inertia: { anyOf: [NUMBER, { type: 'null' }], default: null },
      },
    },
  },
  required: ['game', 'costs', 'nodes'],
  properties: {
    game: { const: 'made_up' },
    costs: { ...LIST, description: 'of each', unit: 'ELE/kWh', shape: '[N]' },
    weight: {
      anyOf: [NUMBER, LIST, { type: 'array', items: LIST, minItems: 1 }],
      default: 0.5,
      unit: '–',
    },
    nodes: { type: 'array', items: { $ref: '#/$defs/Node' }, minItems: 1, maxItems: 2 },
    place: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'string', pattern: 'csv$' }] },
    types: { type: 'array', items: { type: 'array', items: { $ref: '#/$defs/Node' } } },
    steps: { type: 'integer', minimum: 1, default: 100 },
    ways: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    names: { type: 'array', items: { type: 'string' } },
    open: { type: 'boolean', default: false },
  },
}

const FIELDS = fieldsOf(SCHEMA)

function field(name: string): Field {
  const found = FIELDS.find((one) => one.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('a form from a schema', () => {
  it('has every field but the game, with its unit, default and what it is', () => {
    expect(FIELDS.map((one) => one.name)).not.toContain('game')
    expect(field('costs')).toMatchObject({
      required: true,
      about: 'of each',
      unit: 'ELE/kWh',
      size: '[N]',
    })
    expect(field('weight')).toMatchObject({ required: false, preset: 0.5, unit: '' })
  })

  it('takes a number, a list or rows where the schema does', () => {
    expect(field('weight').shape).toMatchObject({ kind: 'numbers', ranks: [0, 1, 2] })
    expect(field('costs').shape).toMatchObject({ kind: 'numbers', ranks: [1] })
    expect(field('steps').shape).toMatchObject({ kind: 'numbers', whole: true, least: 1 })
  })

  it('knows tables, lists of them, lists of those, choices, names and flags', () => {
    expect(field('nodes').shape).toMatchObject({ kind: 'list', of: { kind: 'table' } })
    expect(field('types').shape).toMatchObject({ kind: 'list', of: { kind: 'list' } })
    expect(field('ways').shape).toEqual({ kind: 'choices', options: ['a', 'b'] })
    expect(field('names').shape.kind).toBe('texts')
    expect(field('open').shape.kind).toBe('flags')
  })

  it('offers no path of a file: the service refuses them', () => {
    expect(field('place').shape.kind).toBe('table')
  })

  it('leaves what it does not know to the text', () => {
    expect(shapeOf({ anyOf: [{ type: 'string' }, NUMBER] }, {}).kind).toBe('other')
    expect(shapeOf({ $ref: '#/$defs/None' }, {}).kind).toBe('other')
    expect(strangers(FIELDS, { game: 'made_up', costs: [1], odd: 2 })).toEqual(['odd'])
  })

  it('starts a new entry with what it must hold', () => {
    expect(blankOf(field('nodes').shape)).toEqual([{ kind: 'load', power: '' }])
  })
})

function places(scenario: object) {
  return check(FIELDS, scenario as never).map(({ place, why }) => [place, why])
}

describe('what a form knows to be wrong', () => {
  const good = { game: 'made_up', costs: [1, 2], nodes: [{ kind: 'load', power: 1 }] }

  it('is nothing for a good scenario', () => {
    expect(places(good)).toEqual([])
    expect(places({ ...good, weight: [[1, 2]] })).toEqual([])
  })

  it.each([
    [{ nodes: good.nodes }, 'costs', 'missing'],
    [{ ...good, costs: [1, 11] }, 'costs[1]', 'outside'],
    [{ ...good, costs: 'abc' }, 'costs', 'unreadable'],
    [{ ...good, costs: 1 }, 'costs', 'unreadable'],
    [{ ...good, steps: 1.5 }, 'steps', 'whole'],
    [{ ...good, nodes: [{ kind: 'load', power: '' }] }, 'nodes[0].power', 'missing'],
    [{ ...good, nodes: [{ kind: 'wind', power: 1 }] }, 'nodes[0].kind', 'unreadable'],
    [{ ...good, nodes: [] }, 'nodes', 'count'],
  ])('%j: %s is %s', (scenario, place, why) => {
    expect(places(scenario)).toEqual([[place, why]])
  })
})

describe('places in a scenario', () => {
  it('are named as the service names them', () => {
    expect(nameOf(['consumers', 'target', 3])).toBe('consumers.target[3]')
    expect(nameOf(['types', 0, 1, 'cost'])).toBe('types[0][1].cost')
    expect(within('consumers.target[3]', ['consumers', 'target'])).toBe(true)
    expect(within('targets', ['target'])).toBe(false)
  })

  it('are put, and taken away', () => {
    const value = { a: [{ b: 1 }, { b: 2 }] }
    expect(withAt(value, ['a', 1, 'b'], 3)).toEqual({ a: [{ b: 1 }, { b: 3 }] })
    expect(withAt(value, ['a', 0], undefined)).toEqual({ a: [{ b: 2 }] })
    expect(withAt(value, ['a'], undefined)).toEqual({})
    expect(withAt({}, ['x', 'y'], 1)).toEqual({ x: { y: 1 } })
    expect(value).toEqual({ a: [{ b: 1 }, { b: 2 }] })
  })

  it('are the same in any order of keys', () => {
    expect(same({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true)
    expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false)
  })
})
