/** A value as JSON has it: scenarios, and what a form is filled with. */
export type Json = null | boolean | number | string | readonly Json[] | Table
export interface Table {
  readonly [name: string]: Json
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

/** Whether two values are the same; the order of a table's keys does not matter. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, place) => same(item, b[place]))
  if (!isTable(a) || !isTable(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && same(a[name], b[name]))
  )
}

/** A path into a value: names of fields and places in lists. */
export type Path = readonly (string | number)[]

/** The value with another one at a path; undefined takes the field or the place away. */
export function withAt(value: Json | undefined, path: Path, put: Json | undefined): Json {
  const [first, ...rest] = path
  if (first === undefined) return put ?? null
  if (typeof first === 'number') {
    const list = isList(value) ? [...value] : []
    if (rest.length === 0 && put === undefined) list.splice(first, 1)
    else list[first] = withAt(list[first], rest, put)
    return list
  }
  const table: Record<string, Json> = isTable(value) ? { ...value } : {}
  if (rest.length === 0 && put === undefined) delete table[first]
  else table[first] = withAt(table[first], rest, put)
  return table
}

/** `consumers.target[3]`: a path as the service writes it. */
export function nameOf(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`,
    '',
  )
}

/** Whether a place, as the service writes it, is this field or lies within it. */
export function within(place: string, path: Path): boolean {
  const name = nameOf(path)
  return place === name || place.startsWith(`${name}[`) || place.startsWith(`${name}.`)
}
