import { isList, isTable, type Json, type Table } from './json'

/** What the service answers to a scenario. */
export interface Answer {
  game: string
  solution: Table
  diagnostics: Table
}

export function isAnswer(value: unknown): value is Answer {
  return isTable(value) && isTable(value['solution']) && isTable(value['diagnostics'])
}

/** How good an answer is, as its diagnostics say. */
export interface Certificate {
  converged: boolean
  /** Null where the solver did not come to one. */
  residual: number | null
  /** The most that one could gain alone; null where nobody chooses, or it is not known. */
  gain: number | null
  iterations: number | null
  evaluations: number | null
  seconds: number | null
}

export function certificateOf({ diagnostics }: Answer): Certificate {
  const number = (name: string) => {
    const value = diagnostics[name]
    return typeof value === 'number' ? value : null
  }
  return {
    converged: diagnostics['converged'] === true,
    residual: number('residual'),
    gain: number('exploitability'),
    iterations: number('iterations'),
    evaluations: number('evaluations'),
    seconds: number('seconds'),
  }
}

/** One table of a solution: rows of plain values under heads. */
export interface Grid {
  name: string
  heads: readonly string[]
  rows: readonly (readonly Json[])[]
}

/** A solution as single values, and tables: lists of one length stand side by side. */
export interface Sorted {
  single: readonly (readonly [string, Json])[]
  grids: readonly Grid[]
}

const MOST_COLUMNS = 24

export function sorted(solution: Table): Sorted {
  const single: [string, Json][] = []
  const lists = new Map<number, [string, readonly Json[]][]>()
  const grids: Grid[] = []
  for (const [name, value] of Object.entries(solution)) {
    if (isTable(value)) grids.push(...tableGrids(name, value))
    else if (!isList(value)) single.push([name, value])
    else if (value.every(isTable)) grids.push(recordGrid(name, value as readonly Table[], null))
    else if (value.every(isList)) grids.push(rowsGrid(name, value as readonly (readonly Json[])[]))
    else lists.set(value.length, [...(lists.get(value.length) ?? []), [name, value]])
  }
  const sideBySide = [...lists.values()].map((group) => listsGrid(group))
  return { single, grids: [...sideBySide, ...grids] }
}

function listsGrid(group: readonly (readonly [string, readonly Json[]])[]): Grid {
  const [first] = group
  return {
    name: group.map(([name]) => name).join(', '),
    heads: ['', ...group.map(([name]) => name)],
    rows: (first?.[1] ?? []).map((_, place) => [
      place,
      ...group.map(([, values]) => values[place] ?? null),
    ]),
  }
}

/** Rows and columns as they are, or turned where there are more columns than fit. */
function rowsGrid(name: string, rows: readonly (readonly Json[])[]): Grid {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  if (columns > MOST_COLUMNS && rows.length <= MOST_COLUMNS)
    return rowsGrid(
      name,
      Array.from({ length: columns }, (_, at) => rows.map((row) => row[at] ?? null)),
    )
  return {
    name,
    heads: ['', ...Array.from({ length: columns }, (_, at) => String(at))],
    rows: rows.map((row, place) => [place, ...row]),
  }
}

/** A table of tables has a row for each; any other one for each of its fields. */
function tableGrids(name: string, table: Table): readonly Grid[] {
  const entries = Object.entries(table)
  if (entries.length > 0 && entries.every(([, value]) => isTable(value)))
    return [
      recordGrid(
        name,
        entries.map(([, value]) => value as Table),
        entries.map(([key]) => key),
      ),
    ]
  const inner = sorted(table)
  const own: Grid[] =
    inner.single.length === 0 ? [] : [{ name, heads: ['', ''], rows: inner.single }]
  return [...own, ...inner.grids.map((grid) => ({ ...grid, name: `${name}: ${grid.name}` }))]
}

/** Records with the same fields, one a row; lists that are too long for a cell stay away. */
function recordGrid(name: string, records: readonly Table[], keys: readonly string[] | null): Grid {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((field) =>
    records.every((record) => {
      const value = record[field]
      return !isTable(value) && !(isList(value) && value.length > 8)
    }),
  )
  return {
    name,
    heads: ['', ...fields],
    rows: records.map((record, place) => [
      keys?.[place] ?? place,
      ...fields.map((field) => record[field] ?? null),
    ]),
  }
}

/** Rows enough to read, evenly from first to last. */
export function thinned<Row>(rows: readonly Row[], most: number): readonly Row[] {
  if (rows.length <= most) return rows
  const step = (rows.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => rows[Math.round(at * step)] as Row)
}
