import type { ReactNode } from 'react'
import { useFormat } from '../../api/market'
import type { Schemas } from '../../api/client'
import { texts } from '../../i18n/catalogue'
import { exact, type Line, shownLines, sumsOf } from './bill'
import { useLineName } from './lineNames'
import { useClock } from '../../chain/time'

const useTexts = texts(
  {
    span: (from: string, to: string) => `From ${from} to ${to}:`,
    sum: (unit: string) => `Sum in ${unit}`,
    how: 'Positive: you pay; negative: you receive. ELE lines were settled in the market, the others are on your supplier’s bill.',
  },
  {
    de: {
      span: (from: string, to: string) => `Von ${from} bis ${to}:`,
      sum: (unit: string) => `Summe in ${unit}`,
      how: 'Positiv: Sie zahlen; negativ: Sie bekommen. Zeilen in ELE sind im Markt beglichen, die anderen stehen auf der Rechnung Ihres Versorgers.',
    },
  },
)

/** The sums of a page of periods, line by line and in all. */
export function BillTotals({
  periods,
  lines,
}: {
  periods: readonly Schemas['MemberPeriod'][]
  lines: readonly Line[]
}) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const name = useLineName()
  const numbers = periods.map(({ period }) => period)
  return (
    <>
      <p>
        {t.span(
          format.time(clock.startOf(Math.min(...numbers))),
          format.time(clock.startOf(Math.max(...numbers) + 1)),
        )}
      </p>
      <dl className="sums">
        {shownLines(lines).map((line) => (
          <Row key={`${line.name} ${line.unit}`} name={name(line.name)}>
            {format.wad(exact(line.amount), 4)} {line.unit}
          </Row>
        ))}
        {sumsOf(lines).map(([unit, sum]) => (
          <Row key={unit} name={t.sum(unit)} total>
            {format.wad(sum, 4)} {unit}
          </Row>
        ))}
      </dl>
      <p className="hint">{t.how}</p>
    </>
  )
}

function Row({
  name,
  total = false,
  children,
}: {
  name: string
  total?: boolean
  children: ReactNode
}) {
  return (
    <>
      <dt className={total ? 'total' : undefined}>{name}</dt>
      <dd className={total ? 'total' : undefined}>{children}</dd>
    </>
  )
}
