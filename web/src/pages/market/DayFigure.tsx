import { lazy, Suspense, useMemo } from 'react'
import { useFormat, useMarket } from '../../api/market'
import { Figure } from '../../parts/Figure'
import { Table } from '../../parts/Table'
import { type DayPoint, dayOf, type Span } from './now'
import { type GridPeriod, type Posting, useFees } from './queries'
import { useTexts } from './texts'

const Chart = lazy(async () => ({ default: (await import('../../parts/Chart')).Chart }))

interface Props {
  postings: readonly Posting[]
  elecoins: readonly Posting[]
  grid: readonly GridPeriod[]
}

/** The newest day: what a kWh cost from a neighbour and from the grid, and the matching. */
export function DayFigure({ postings, elecoins, grid }: Props) {
  const t = useTexts()
  const newest = postings.reduce((most, one) => Math.max(most, one.epoch), 0)
  const fees = useFees(postings.length === 0 ? null : newest)
  const fee = fees.length === 0 ? 0 : Math.min(...fees)
  const points = useMemo(
    () => dayOf(postings, elecoins, grid, fee),
    [postings, elecoins, grid, fee],
  )
  if (points.length === 0) return <p className="soft">{t.dayNone}</p>
  return (
    <>
      <Prices points={points} />
      <Chances points={points} />
    </>
  )
}

function priced(points: readonly DayPoint[], of: 'neighbour' | 'matching') {
  return points.slice(0, -1).filter((one) => one[of] !== null)
}

function extremes(points: readonly DayPoint[], of: 'neighbour' | 'matching') {
  const sorted = priced(points, of).toSorted((a, b) => (a[of] ?? 0) - (b[of] ?? 0))
  return { low: sorted[0], high: sorted.at(-1) }
}

function Prices({ points }: { points: readonly DayPoint[] }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const unit = `${market.currency}/kWh`
  const { low, high } = extremes(points, 'neighbour')
  const same = !points.some((point) => point.grid && point.grid.least < point.grid.most)
  const [x, series] = useMemo(() => {
    const grid = (label: string, end: keyof Span) => ({
      label,
      colour: '--series-2',
      kind: 'steps' as const,
      dash: end === 'least' ? [6, 4] : [2, 4],
      values: points.map((point) => point.grid?.[end] ?? null),
    })
    return [
      points.map((point) => point.at),
      [
        {
          label: t.fromNeighbour,
          colour: '--series-1',
          kind: 'steps' as const,
          values: points.map((point) => point.neighbour),
        },
        grid(same ? t.fromGrid : t.gridLeast, 'least'),
        ...(same ? [] : [grid(t.gridMost, 'most')]),
      ],
    ]
  }, [points, t, same])
  const cell = (value: number | null | undefined) =>
    value == null ? '–' : format.number(value, 4, 4)
  return (
    <Figure
      title={t.dayTitle}
      summary={
        low === undefined || high === undefined
          ? t.dayNone
          : t.daySummary(
              format.number(low.neighbour ?? 0, 3, 3),
              format.clock(low.at),
              format.number(high.neighbour ?? 0, 3, 3),
              format.clock(high.at),
              market.currency,
            )
      }
      chart={
        <Suspense fallback={<div className="chart" />}>
          <Chart
            label={t.dayTitle}
            x={x}
            series={series}
            time
            timeZone={market.timezone}
            xLabel={t.time}
            yLabel={unit}
          />
        </Suspense>
      }
      table={
        <Table
          caption={t.dayTitle}
          rows={points.slice(0, -1).toReversed()}
          keyOf={(one) => one.at}
          columns={[
            { head: t.period, cell: (one) => one.period },
            { head: t.time, cell: (one) => format.time(one.at) },
            { head: `${t.fromNeighbour}, ${unit}`, cell: (o) => cell(o.neighbour), number: true },
            { head: `${t.gridLeast}, ${unit}`, cell: (o) => cell(o.grid?.least), number: true },
            { head: `${t.gridMost}, ${unit}`, cell: (o) => cell(o.grid?.most), number: true },
          ]}
        />
      }
    />
  )
}

function Chances({ points }: { points: readonly DayPoint[] }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const { low } = extremes(points, 'matching')
  const [x, series] = useMemo(
    () => [
      points.map((one) => one.at),
      [
        {
          label: t.chance,
          colour: '--series-3',
          kind: 'steps' as const,
          values: points.map((one) => (one.matching === null ? null : one.matching * 100)),
        },
      ],
    ],
    [points, t],
  )
  return (
    <Figure
      title={t.matchingTitle}
      summary={
        low === undefined
          ? t.dayNone
          : t.matchingSummary(format.percent(low.matching ?? 0), format.clock(low.at))
      }
      chart={
        <Suspense fallback={<div className="chart" />}>
          <Chart
            label={t.matchingTitle}
            x={x}
            series={series}
            time
            timeZone={market.timezone}
            xLabel={t.time}
            yLabel="%"
            height={160}
          />
        </Suspense>
      }
      table={
        <Table
          caption={t.matchingTitle}
          rows={points.slice(0, -1).toReversed()}
          keyOf={(one) => one.at}
          columns={[
            { head: t.period, cell: (one) => one.period },
            { head: t.time, cell: (one) => format.time(one.at) },
            {
              head: t.chance,
              cell: (one) => (one.matching === null ? '–' : format.percent(one.matching)),
              number: true,
            },
          ]}
        />
      }
    />
  )
}
