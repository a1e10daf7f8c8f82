import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTheme } from '../theme'

export interface Series {
  label: string
  /** A CSS custom property, such as --series-1. */
  colour: string
  /** Steps hold until the next x; points are not joined. */
  kind?: 'line' | 'steps' | 'points'
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
  xLabel?: string
  yLabel?: string
  height?: number
}

/** Lines on a canvas; the reader who does not see it has the table beside it. */
export function Chart({
  label,
  x,
  series,
  time = false,
  timeZone,
  xLabel,
  yLabel,
  height = 240,
}: Props) {
  const place = useRef<HTMLDivElement>(null)
  // Colours are read from the style sheet when the plot is made: another theme, another plot.
  const theme = useTheme()
  useEffect(() => {
    const element = place.current
    if (element === null) return
    element.dataset['theme'] = theme
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name).trim() || name
    const axis = (text: string | undefined): uPlot.Axis => ({
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
      axes: [axis(xLabel), axis(yLabel)],
      ...(timeZone === undefined
        ? {}
        : { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), timeZone) }),
      series: [
        {},
        ...series.map((one): uPlot.Series => ({
          label: one.label,
          stroke: colour(one.colour),
          width: 2,
          spanGaps: false,
          points: { show: one.kind === 'points' },
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
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => plot.redraw()
    dark.addEventListener('change', redraw)
    return () => {
      sizes.disconnect()
      dark.removeEventListener('change', redraw)
      plot.destroy()
    }
  }, [x, series, time, timeZone, xLabel, yLabel, height, theme])
  return <div ref={place} className="chart" role="img" aria-label={label} />
}
