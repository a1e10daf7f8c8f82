import { isTable, type Json, type Table } from './json'

/** The part of JSON Schema that the service's scenarios are described in. */
export interface Schema {
  type?: string
  $ref?: string
  $defs?: Record<string, Schema>
  anyOf?: readonly Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: readonly string[]
  enum?: readonly Json[]
  const?: Json
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  default?: Json
  description?: string
  unit?: string
  shape?: string
  pattern?: string
}

/** How many a list may hold. */
export interface Count {
  least: number
  most: number
}

/** What a field holds, and so how it is edited. `ranks`: 0 one, 1 a list, 2 rows of it, 3 tables. */
export type Shape =
  | { kind: 'fixed'; value: Json }
  | {
      kind: 'numbers'
      ranks: readonly number[]
      whole: boolean
      least: number
      most: number
      count: Count
    }
  | { kind: 'flags'; ranks: readonly number[]; count: Count }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'choices'; options: readonly string[] }
  | { kind: 'text' }
  | { kind: 'texts' }
  | { kind: 'table'; fields: readonly Field[] }
  | { kind: 'list'; of: Shape; count: Count }
  | { kind: 'other' }

export interface Field {
  name: string
  shape: Shape
  /** It must be given. */
  required: boolean
  /** What holds where it is left out; undefined where there is no such value. */
  preset: Json | undefined
  about: string
  /** In words; '' for a plain number. */
  unit: string
  /** Its dimensions, such as [N][S]. */
  size: string
}

const ANY: Count = { least: 0, most: Infinity }

/** The fields of a game's scenarios, without `game`. */
export function fieldsOf(schema: Schema): readonly Field[] {
  const shape = shapeOf(schema, schema.$defs ?? {})
  return shape.kind === 'table' ? shape.fields.filter((field) => field.name !== 'game') : []
}

export function shapeOf(schema: Schema, known: Record<string, Schema>): Shape {
  if (schema.$ref !== undefined) {
    const named = known[schema.$ref.replace('#/$defs/', '')]
    return named === undefined ? { kind: 'other' } : shapeOf(named, known)
  }
  if (schema.anyOf !== undefined) return anyShape(schema.anyOf, known)
  if (schema.const !== undefined) return { kind: 'fixed', value: schema.const }
  if (schema.enum !== undefined) return { kind: 'choice', options: schema.enum.map(String) }
  switch (schema.type) {
    case 'number':
    case 'integer':
      return {
        kind: 'numbers',
        ranks: [0],
        whole: schema.type === 'integer',
        least: schema.minimum ?? -Infinity,
        most: schema.maximum ?? Infinity,
        count: ANY,
      }
    case 'boolean':
      return { kind: 'flags', ranks: [0], count: ANY }
    case 'string':
      return { kind: 'text' }
    case 'array':
      return listShape(schema, known)
    case 'object':
      return { kind: 'table', fields: tableFields(schema, known) }
    default:
      return { kind: 'other' }
  }
}

/** A field may be one of several: null is leaving it out, a path is for files on one's own disk. */
function anyShape(options: readonly Schema[], known: Record<string, Schema>): Shape {
  const shapes = options
    .filter((one) => one.type !== 'null' && one.pattern === undefined)
    .map((one) => shapeOf(one, known))
  const [first] = shapes
  if (first === undefined) return { kind: 'other' }
  if (shapes.length === 1) return first
  if (first.kind !== 'numbers' || !shapes.every((one) => one.kind === 'numbers'))
    return { kind: 'other' }
  return { ...first, ranks: shapes.flatMap((one) => one.ranks) }
}

function listShape(schema: Schema, known: Record<string, Schema>): Shape {
  const of = shapeOf(schema.items ?? {}, known)
  const count = { least: schema.minItems ?? 0, most: schema.maxItems ?? Infinity }
  switch (of.kind) {
    case 'numbers':
    case 'flags':
      return { ...of, ranks: of.ranks.map((rank) => rank + 1), count }
    case 'choice':
      return { kind: 'choices', options: of.options }
    case 'text':
      return { kind: 'texts' }
    default:
      return { kind: 'list', of, count }
  }
}

function tableFields(schema: Schema, known: Record<string, Schema>): readonly Field[] {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).map(([name, inner]) => ({
    name,
    shape: shapeOf(inner, known),
    required: required.has(name),
    preset: inner.default === null ? undefined : inner.default,
    about: inner.description ?? '',
    unit: inner.unit === '–' ? '' : (inner.unit ?? ''),
    size: inner.shape ?? '',
  }))
}

/** What a new entry starts as: what must be given, empty, and nothing else. */
export function blankOf(shape: Shape): Json {
  switch (shape.kind) {
    case 'fixed':
      return shape.value
    case 'choice':
      return shape.options[0] ?? ''
    case 'choices':
      return [...shape.options]
    case 'flags':
      return shape.ranks[0] === 0 ? false : ''
    case 'list':
      return [blankOf(shape.of)]
    case 'table':
      return blankTable(shape.fields)
    default:
      // A text where numbers belong: not filled in yet.
      return ''
  }
}

function blankTable(fields: readonly Field[]): Table {
  return Object.fromEntries(
    fields.filter((field) => field.required).map((field) => [field.name, blankOf(field.shape)]),
  )
}

/** The fields of a scenario that its form does not know, which nobody would see. */
export function strangers(fields: readonly Field[], scenario: Json): readonly string[] {
  if (!isTable(scenario)) return []
  const known = new Set(fields.map((field) => field.name)).add('game')
  return Object.keys(scenario).filter((name) => !known.has(name))
}
