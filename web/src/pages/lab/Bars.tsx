import { useEffect, useRef, useState } from 'react'
import { useFormat } from '../../api/market'
import type { Curve } from './plots'
import { ticksFor } from './ticks'

const HEIGHT = 240
const LEFT = 56
const BOTTOM = 40
const TOP = 8
const COLOURS = 5

interface Props {
  label: string
  /** The places along the bottom. */
  names: readonly string[]
  xLabel: string
  curves: readonly Curve[]
}

/** Bars in groups, one group a place; the reader who does not see them has the table. */
export function Bars({ label, names, xLabel, curves }: Props) {
  const format = useFormat()
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(640)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const sizes = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])

  const ticks = ticksFor(curves.flatMap((one) => one.values.filter((value) => value !== null)))
  const low = ticks[0] ?? 0
  const high = ticks.at(-1) ?? 1
  const y = (value: number) => TOP + ((high - value) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM)
  const group = (width - LEFT) / Math.max(1, names.length)
  const bar = Math.min(40, (group * 0.8) / curves.length)
  const every = Math.max(
    1,
    Math.ceil((Math.max(...names.map((name) => name.length)) * 8 + 8) / group),
  )
  return (
    <div ref={place} className="bars">
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
              {format.figures(tick, 3)}
            </text>
          </g>
        ))}
        {curves.map((curve, which) =>
          curve.values.map((value, at) =>
            value === null ? null : (
              <rect
                // Places are what bars are told apart by.
                key={`${which}-${at}`}
                className={`bar-${(which % COLOURS) + 1}`}
                x={LEFT + group * (at + 0.5) + bar * (which - curves.length / 2)}
                width={Math.max(1, bar - 1)}
                y={Math.min(y(value), y(0))}
                height={Math.max(1, Math.abs(y(value) - y(0)))}
              >
                <title>{`${names[at]}, ${curve.label}: ${format.figures(value)}`}</title>
              </rect>
            ),
          ),
        )}
        {names.map((name, at) =>
          at % every === 0 ? (
            <text
              key={name}
              x={LEFT + group * (at + 0.5)}
              y={HEIGHT - BOTTOM + 16}
              textAnchor="middle"
            >
              {name}
            </text>
          ) : null,
        )}
        <text x={LEFT + (width - LEFT) / 2} y={HEIGHT - 6} textAnchor="middle">
          {xLabel}
        </text>
      </svg>
      {curves.length < 2 ? null : (
        <ul className="legend">
          {curves.map((curve, which) => (
            <li key={curve.label}>
              <span className={`mark mark-${(which % COLOURS) + 1}`} aria-hidden="true" />{' '}
              {curve.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
