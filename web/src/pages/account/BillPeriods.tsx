import { useFormat } from '../../api/market'
import type { Schemas } from '../../api/client'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { type Column, Table } from '../../parts/Table'
import { exact, shownLines, sumsOf } from './bill'
import { useLineName } from './lineNames'

const useTexts = texts(
  {
    title: 'Period by period',
    caption: 'Energy of each period, and the lines of its bill',
    start: 'From',
    generated: 'Generated',
    consumed: 'Consumed',
    bought: 'Bought',
    sold: 'Sold',
    imported: 'From the grid',
    exported: 'To the grid',
    sum: 'Sum',
  },
  {
    de: {
      title: 'Periode für Periode',
      caption: 'Energie jeder Periode und die Zeilen ihrer Rechnung',
      start: 'Ab',
      generated: 'Erzeugt',
      consumed: 'Verbraucht',
      bought: 'Gekauft',
      sold: 'Verkauft',
      imported: 'Aus dem Netz',
      exported: 'Ins Netz',
      sum: 'Summe',
    },
  },
)

const NONE = '–'

type Period = Schemas['MemberPeriod']

/** Each period with its energy and the lines of its bill; folded away at first. */
export function BillPeriods({ periods }: { periods: readonly Period[] }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const name = useLineName()
  const all = periods.flatMap(({ bill }) => bill)
  const names = [...new Set(shownLines(all).map((line) => line.name))]
  const amount = (period: Period, wanted: string) => {
    const line = period.bill.find((one) => one.name === wanted)
    const value = line === undefined ? 0n : exact(line.amount)
    return line === undefined || value === 0n ? NONE : `${format.wad(value, 4)} ${line.unit}`
  }
  const energy = (head: string, of: (period: Period) => number): Column<Period> => ({
    head,
    number: true,
    cell: (period) => (of(period) === 0 ? NONE : format.kwh(of(period))),
  })
  const columns: Column<Period>[] = [
    {
      head: t.start,
      cell: ({ period }) => <span className="when">{format.time(clock.startOf(period))}</span>,
    },
    {
      head: t.sum,
      number: true,
      cell: ({ bill }) =>
        sumsOf(bill)
          .filter(([, sum]) => sum !== 0n)
          .map(([unit, sum]) => `${format.wad(sum, 4)} ${unit}`)
          .join(' + '),
    },
    energy(t.generated, (period) => period.generated_wh),
    energy(t.consumed, (period) => period.consumed_wh),
    energy(t.bought, (period) => period.bought_wh),
    energy(t.sold, (period) => period.sold_wh),
    energy(t.imported, (period) => period.imported_wh),
    energy(t.exported, (period) => period.exported_wh),
    ...names.map((wanted): Column<Period> => ({
      head: name(wanted),
      number: true,
      cell: (period) => amount(period, wanted),
    })),
  ]
  return (
    <details className="periods">
      <summary>{t.title}</summary>
      <Table caption={t.caption} rows={periods} columns={columns} keyOf={({ period }) => period} />
    </details>
  )
}
