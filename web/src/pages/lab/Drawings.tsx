import { lazy, Suspense, useMemo } from 'react'
import { useFormat } from '../../api/market'
import { Figure } from '../../parts/Figure'
import { Table as Grid } from '../../parts/Table'
import { Bars } from './Bars'
import type { Table } from './json'
import { type Drawing, drawingOf, type Plot } from './plots'
import { thinned } from './solution'
import { useLabTexts } from './texts'

const Chart = lazy(() => import('../../parts/Chart').then((found) => ({ default: found.Chart })))

const COLOURS = 5
const DASHED = [7, 4]
const MOST_ROWS = 60

interface Props {
  solution: Table
  scenario: Table
  plots: readonly Plot[]
}

/** A solution's figures, each with its numbers behind it. */
export function Drawings({ solution, scenario, plots }: Props) {
  const t = useLabTexts()
  const drawings = useMemo(
    () => plots.flatMap((plot) => drawingOf(plot, solution, scenario) ?? []),
    [plots, solution, scenario],
  )
  if (drawings.length === 0) return null
  return (
    <section aria-label={t.figures} className="panels">
      {drawings.map((drawing) => (
        <One key={drawing.title} drawing={drawing} />
      ))}
    </section>
  )
}

function One({ drawing }: { drawing: Drawing }) {
  const t = useLabTexts()
  const format = useFormat()
  const { title, kind, xLabel, yLabel, x, names, curves } = drawing
  const series = useMemo(
    () =>
      curves.map((curve, place) => ({
        label: curve.label,
        colour: `--series-${(place % COLOURS) + 1}`,
        values: curve.values,
        ...(place < COLOURS ? {} : { dash: DASHED }),
      })),
    [curves],
  )
  const nameAt = (place: number) => names?.[place] ?? format.figures(x[place] ?? 0)
  const places = thinned(
    x.map((_, place) => place),
    MOST_ROWS,
  )
  return (
    <Figure
      title={title}
      summary={t.figureSays(yLabel, xLabel, format.number(x.length, 0))}
      chart={
        kind === 'bar' ? (
          <Bars
            label={title}
            names={x.map((_, place) => nameAt(place))}
            xLabel={xLabel}
            curves={curves}
          />
        ) : (
          <Suspense fallback={<div className="chart" />}>
            <Chart label={title} x={x} series={series} xLabel={xLabel} yLabel={yLabel} />
          </Suspense>
        )
      }
      table={
        <Grid
          caption={title}
          columns={[
            { head: xLabel, number: names === null, cell: nameAt },
            ...curves.map((curve) => ({
              head: curve.label,
              number: true,
              cell: (place: number) => {
                const value = curve.values[place] ?? null
                return value === null ? '–' : format.figures(value)
              },
            })),
          ]}
          rows={places}
          keyOf={(place) => place}
        />
      }
    />
  )
}
