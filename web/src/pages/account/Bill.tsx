import { useState } from 'react'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { BillPeriods } from './BillPeriods'
import { BillTotals } from './BillTotals'
import { Corrections } from './Corrections'
import { Pager } from './Pager'
import type { Own } from './queries'
import { useBill } from './queries'

const useTexts = texts(
  {
    title: 'My bill',
    none: 'No period of yours is closed yet; the first lines come when one is.',
  },
  {
    de: {
      title: 'Meine Rechnung',
      none: 'Noch ist keine Ihrer Perioden abgeschlossen; dann kommen die ersten Zeilen.',
    },
  },
)

/** The bill's lines, summed and by period, a page of periods at a time. */
export function Bill(own: Own) {
  const t = useTexts()
  const [after, setAfter] = useState<number | null>(null)
  const query = useBill(own, after)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={query}>
        {(data) => (
          <>
            {data.periods.length === 0 ? (
              <p>{t.none}</p>
            ) : (
              <>
                <BillTotals periods={data.periods} lines={data.totals} />
                <BillPeriods periods={data.periods} />
              </>
            )}
            <Pager of={t.title} at={after} next={data.next} turn={setAfter} />
            <Corrections corrections={data.corrections} />
          </>
        )}
      </Asked>
    </section>
  )
}
