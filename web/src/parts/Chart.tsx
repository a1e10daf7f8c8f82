import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useFormat } from '../api/market'
import type { Format } from '../i18n/format'
import { useDark } from '../theme'

export interface Series {
  label: string
  /** A CSS custom property, such as --series-1. */
  colour: string
  /** Steps hold until the next x; points are not joined; a marked line shows its points, too. */
  kind?: 'line' | 'marked' | 'steps' | 'points'
  values: readonly (number | null)[]
  dash?: readonly number[]
}

interface Props {
  label: string
  /** Common to all series, increasing. */
  x: readonly number[]
  series: readonly Series[]
  /** x in chain seconds: shown as times. */
  time?: boolean
  timeZone?: string
  /** x counts something: no fractions between. */
  whole?: boolean
  xLabel?: string
  yLabel?: string
  height?: number
}

const AXIS_FONT = '12px system-ui, "DejaVu Sans", sans-serif'
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
/** Tick labels and the legend's values, as the reader and the community write them. */
const numbers = (format: Format) => (_: uPlot, ticks: number[]) =>
  ticks.map((one) => format.number(one, 9))
const times = (format: Format) => (_: uPlot, ticks: number[]) => {
  const days = ticks.map(format.day)
  if (new Set(days).size === ticks.length && ticks.length > 1) return days
  // A date where a day begins; at the first time where none does.
  const begins = days.map((day, i) => i > 0 && day !== days[i - 1])
  if (!begins.includes(true)) begins[0] = true
  return ticks.map((at, i) => format.clock(at) + (begins[i] ? `\n${days[i]}` : ''))
}

/** Lines on a canvas; the reader who does not see it has the table beside it. */
export function Chart({
  label,
  x,
  series,
  time = false,
  timeZone,
  whole = false,
  xLabel,
  yLabel,
  height = 240,
}: Props) {
  const place = useRef<HTMLDivElement>(null)
  const format = useFormat()
  // Colours are read from the style sheet when the plot is made: another theme, another plot.
  const dark = useDark()
  useEffect(() => {
    const element = place.current
    if (element === null) return
    element.dataset['dark'] = String(dark)
    // The canvas takes resolved colours only: the element wears each for a moment.
    const colour = (name: string) => {
      element.style.color = `var(${name})`
      const resolved = getComputedStyle(element).color
      element.style.color = ''
      return resolved
    }
    const shown = (value: number | null) => (value === null ? '–' : format.number(value, 4))
    const axis = (text: string | undefined, values: uPlot.Axis.Values): uPlot.Axis => ({
      values,
      font: AXIS_FONT,
      labelFont: AXIS_FONT,
      stroke: colour('--text-soft'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1 },
      ...(text === undefined ? {} : { label: text, labelSize: 22 }),
    })
    const options: uPlot.Options = {
      width: element.clientWidth,
      height,
      scales: { x: { time } },
      legend: { show: series.length > 1 },
      cursor: { drag: { x: false, y: false } },
      axes: [
        {
          ...axis(xLabel, time ? times(format) : numbers(format)),
          ...(time ? { space: 70 } : whole ? { incrs: COUNTS } : {}),
        },
        { ...axis(yLabel, numbers(format)), size: 60 },
      ],
      ...(timeZone === undefined
        ? {}
        : { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), timeZone) }),
      series: [
        {
          label: xLabel ?? '',
          value: (_: uPlot, at: number | null) =>
            at === null ? '–' : time ? format.time(at) : format.number(at, 3),
        },
        ...series.map((one): uPlot.Series => ({
          label: one.label,
          value: (_: uPlot, value: number | null) => shown(value),
          stroke: colour(one.colour),
          width: 2,
          spanGaps: false,
          points:
            one.kind === 'points' || one.kind === 'marked'
              ? { show: true, size: one.kind === 'points' ? 11 : 6, fill: colour(one.colour) }
              : { show: false },
          ...(one.dash === undefined ? {} : { dash: [...one.dash] }),
          ...(one.kind === 'points' ? { paths: () => null } : {}),
          ...(one.kind === 'steps' && uPlot.paths.stepped
            ? { paths: uPlot.paths.stepped({ align: 1 }) }
            : {}),
        })),
      ],
    }
    const data = [[...x], ...series.map((one) => [...one.values])] as uPlot.AlignedData
    const plot = new uPlot(options, data, element)
    const sizes = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      plot.destroy()
    }
  }, [x, series, time, timeZone, xLabel, yLabel, height, dark, format, whole])
  return <div ref={place} className="chart" role="img" aria-label={label} />
}
