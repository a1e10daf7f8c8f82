import { useFormat } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { Table } from '../../parts/Table'
import type { Own } from './queries'
import { useSaving } from './queries'

const useTexts = texts(
  {
    title: 'What the market saved me',
    none: 'No period of yours is closed yet.',
    more: (sum: string, since: string) =>
      `Since ${since} you have paid ${sum} less than the grid alone would have charged.`,
    less: (sum: string, since: string) =>
      `Since ${since} you have paid ${sum} more than the grid alone would have charged.`,
    caption: 'By day',
    day: 'Day',
    paid: 'You paid',
    alone: 'Grid alone',
    saving: 'Saved',
    how: 'Paid is what left you: the supplier’s bill and the elecoins that you bought, less what those that you still hold would redeem for. A negative number is money that you received.',
  },
  {
    de: {
      title: 'Was der Markt mir erspart hat',
      none: 'Noch ist keine Ihrer Perioden abgeschlossen.',
      more: (sum: string, since: string) =>
        `Seit ${since} haben Sie ${sum} weniger gezahlt, als das Netz allein verlangt hätte.`,
      less: (sum: string, since: string) =>
        `Seit ${since} haben Sie ${sum} mehr gezahlt, als das Netz allein verlangt hätte.`,
      caption: 'Nach Tagen',
      day: 'Tag',
      paid: 'Gezahlt',
      alone: 'Netz allein',
      saving: 'Gespart',
      how: 'Gezahlt ist, was Sie wirklich ausgaben: die Rechnung des Versorgers und die gekauften Elecoins, abzüglich dessen, was die übrigen bei Rückgabe brächten. Eine negative Zahl haben Sie bekommen.',
    },
  },
)

/** Her saving against the same energy from the grid alone, in sum and by day. */
export function Saving(own: Own) {
  const t = useTexts()
  const format = useFormat()
  const query = useSaving(own)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={query}>
        {(data) => {
          if (data.since === null) return <p>{t.none}</p>
          const money = (value: number) => `${format.number(value, 2, 2)} ${data.currency}`
          const sum = money(Math.abs(data.saving))
          return (
            <>
              <p className={data.saving < 0 ? 'loss' : 'gain'}>
                {(data.saving < 0 ? t.less : t.more)(sum, localDay(data.since, format))}
              </p>
              <Table
                caption={t.caption}
                rows={data.by_day}
                keyOf={(row) => row.day}
                columns={[
                  { head: t.day, cell: (row) => localDay(row.day, format) },
                  { head: t.paid, number: true, cell: (row) => money(row.paid) },
                  { head: t.alone, number: true, cell: (row) => money(row.grid_alone) },
                  { head: t.saving, number: true, cell: (row) => money(row.saving) },
                ]}
              />
              <p className="hint">{t.how}</p>
            </>
          )
        }}
      </Asked>
    </section>
  )
}

/** A local day (YYYY-MM-DD) as the reader writes it: its noon lies in that day in most zones. */
function localDay(day: string, format: { day(seconds: number): string }): string {
  return format.day(Date.parse(`${day}T12:00:00Z`) / 1000)
}
