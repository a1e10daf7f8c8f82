import { useFormat } from '../../api/market'
import { Table as Grid } from '../../parts/Table'
import { Certificate } from './Certificate'
import { Drawings } from './Drawings'
import { isList, type Json, type Table } from './json'
import type { Plot } from './plots'
import { type Answer as Found, type Grid as Values, sorted, thinned } from './solution'
import { useLabTexts, wordsOf } from './texts'

const MOST_ROWS = 60

interface Props {
  answer: Found
  /** The scenario that it answers. */
  scenario: Table
  plots: readonly Plot[]
}

/** A solved scenario: how good it is, its values, its figures, its tables. */
export function Answer({ answer, scenario, plots }: Props) {
  const t = useLabTexts()
  const write = useWritten()
  const { single, grids } = sorted(answer.solution)
  return (
    <>
      <Certificate answer={answer} />
      {single.length === 0 ? null : (
        <dl className="cards values">
          {single.map(([name, value]) => (
            <div key={name}>
              <dt>{wordsOf(name)}</dt>
              <dd>{write(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Drawings solution={answer.solution} scenario={scenario} plots={plots} />
      {grids.length === 0 ? null : (
        <details className="tables" open={plots.length === 0}>
          <summary>{t.tables}</summary>
          {grids.map((grid) => (
            <ValueTable key={grid.name} grid={grid} />
          ))}
        </details>
      )}
    </>
  )
}

function ValueTable({ grid }: { grid: Values }) {
  const t = useLabTexts()
  const format = useFormat()
  const write = useWritten()
  const rows = thinned(grid.rows, MOST_ROWS)
  return (
    <>
      <Grid
        caption={wordsOf(grid.name)}
        columns={grid.heads.map((head, place) => ({
          head: head === '' ? (place === 0 ? t.place : '') : wordsOf(head),
          number: place > 0,
          cell: (row: readonly Json[]) => write(row[place] ?? null),
        }))}
        rows={rows}
        keyOf={(row) => String(row[0])}
      />
      {rows.length < grid.rows.length ? (
        <p className="soft">
          {t.thinned(format.number(rows.length, 0), format.number(grid.rows.length, 0))}
        </p>
      ) : null}
    </>
  )
}

/** Values of an answer as the reader's language writes them. */
export function useWritten(): (value: Json) => string {
  const t = useLabTexts()
  const format = useFormat()
  const write = (value: Json): string => {
    if (typeof value === 'number') return format.figures(value)
    if (typeof value === 'boolean') return value ? t.yes : t.no
    if (isList(value)) return value.map(write).join('; ')
    return value === null ? '–' : String(value)
  }
  return write
}
