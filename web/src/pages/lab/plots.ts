import { isList, isTable, type Json, type Table } from './json'

/** Which fields of a solution to draw, as the service says it. */
export interface Plot {
  title: string
  kind: 'line' | 'bar'
  x: Axis
  y: string
  series: readonly Series[]
}

/** Along the bottom stands a field of the solution or of the scenario; null: places from 0. */
export interface Axis {
  label: string
  field: string | null
  source: 'solution' | 'scenario'
}

/** One or several curves: `*` in the path is every key, `#` in the label the number or key. */
export interface Series {
  field: string
  label: string
  each: 'value' | 'row' | 'column' | 'key'
}

export interface Curve {
  label: string
  values: readonly (number | null)[]
}

/** A figure's numbers: `names` are the places along the bottom where they are no numbers. */
export interface Drawing {
  title: string
  kind: 'line' | 'bar'
  xLabel: string
  yLabel: string
  x: readonly number[]
  names: readonly string[] | null
  curves: readonly Curve[]
}

/** More curves than this cannot be told apart; the tables have them all. */
const MOST_CURVES = 10
/** More bars than this have no room for their names. */
const MOST_BARS = 60

/** A figure of a solution; null where the solution has not what it draws. */
export function drawingOf(plot: Plot, solution: Table, scenario: Table): Drawing | null {
  const from = plot.x.source === 'scenario' ? scenario : solution
  const along = plot.x.field === null ? null : listAt(from, plot.x.field)
  const found = plot.series.flatMap((series) => curvesOf(series, solution))
  const length = along?.length ?? found[0]?.values.length ?? 0
  const curves = found.filter((curve) => curve.values.length === length).slice(0, MOST_CURVES)
  if (curves.length === 0 || length === 0) return null
  const places = Array.from({ length }, (_, place) => place)
  const numeric = along === null || along.every((one) => typeof one === 'number')
  const x = along !== null && numeric ? (along as readonly number[]) : places
  // The chart needs an x that rises.
  const order = places.toSorted((a, b) => (x[a] ?? 0) - (x[b] ?? 0))
  return {
    title: plot.title,
    kind: plot.kind === 'bar' && length <= MOST_BARS ? 'bar' : 'line',
    xLabel: plot.x.label,
    yLabel: plot.y,
    x: order.map((place) => x[place] ?? 0),
    names: numeric ? null : along.map(String),
    curves: curves.map((curve) => ({
      label: curve.label,
      values: order.map((place) => curve.values[place] ?? null),
    })),
  }
}

function curvesOf({ field, label, each }: Series, solution: Table): readonly Curve[] {
  const found = valuesAt(solution, field)
  if (each === 'key') return found.flatMap(({ key, value }) => curveOf(label, key, value))
  return found.flatMap(({ value }) => {
    if (each === 'value') return curveOf(label, '', value)
    if (!isList(value)) return []
    const rows = each === 'row' ? value : turned(value)
    return rows.flatMap((row, place) => curveOf(label, String(place), row))
  })
}

function curveOf(label: string, key: string, value: Json | null): readonly Curve[] {
  if (!isList(value)) return []
  // What is not finite comes as null: a gap.
  const values = value.map((one) => (typeof one === 'number' ? one : null))
  return [{ label: label.replaceAll('#', key.replaceAll('_', ' ')), values }]
}

function turned(rows: readonly Json[]): readonly Json[] {
  const [first] = rows
  if (!isList(first)) return []
  return first.map((_, at) => rows.map((row) => (isList(row) ? (row[at] ?? null) : null)))
}

function listAt(from: Table, path: string): readonly Json[] | null {
  const value = valuesAt(from, path)[0]?.value
  return isList(value) ? value : null
}

/** The values at a path such as `strategies.*.mean_price`, each with its key at the `*`. */
export function valuesAt(from: Json, path: string): readonly { key: string; value: Json }[] {
  return path.split('.').reduce<readonly { key: string; value: Json }[]>(
    (found, part) =>
      found.flatMap(({ key, value }) => {
        if (!isTable(value)) return []
        if (part === '*')
          return Object.entries(value).map(([inner, one]) => ({ key: inner, value: one }))
        const one = value[part]
        return one === undefined ? [] : [{ key, value: one }]
      }),
    [{ key: '', value: from }],
  )
}
