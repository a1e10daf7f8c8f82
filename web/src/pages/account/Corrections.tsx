import { useFormat } from '../../api/market'
import type { Schemas } from '../../api/client'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Table } from '../../parts/Table'
import { exact, sumsOf } from './bill'

const useTexts = texts(
  {
    title: 'Corrections',
    none: 'None of your readings was corrected.',
    caption: 'Periods that were read wrongly; what was traded stands, the grid’s lines change',
    period: 'Period from',
    booked: 'Booked',
    generated: 'Generated',
    consumed: 'Consumed',
    reason: 'Reason',
    amount: 'On your bill',
    r1: 'value replaced',
    r2: 'clock',
    r3: 'meter fault',
    other: (code: number) => `code ${code}`,
  },
  {
    de: {
      title: 'Korrekturen',
      none: 'Keine Ihrer Ablesungen wurde korrigiert.',
      caption: 'Falsch abgelesene Perioden; der Handel bleibt, die Zeilen des Netzes ändern sich',
      period: 'Periode ab',
      booked: 'Gebucht',
      generated: 'Erzeugt',
      consumed: 'Verbraucht',
      reason: 'Grund',
      amount: 'Auf Ihrer Rechnung',
      r1: 'Ersatzwert',
      r2: 'Uhr',
      r3: 'Zählerfehler',
      other: (code: number) => `Code ${code}`,
    },
  },
)

/** Readings that were wrong, and what it changed. */
export function Corrections({ corrections }: { corrections: readonly Schemas['Correction'][] }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const change = (wh: number) => `${wh > 0 ? '+' : ''}${format.kwh(wh)}`
  const reason = (code: number) =>
    code === 1 ? t.r1 : code === 2 ? t.r2 : code === 3 ? t.r3 : t.other(code)
  return (
    <>
      <h3>{t.title}</h3>
      {corrections.length === 0 ? (
        <p className="soft">{t.none}</p>
      ) : (
        <Table
          caption={t.caption}
          rows={corrections.map((correction, place) => ({ correction, place }))}
          keyOf={({ place }) => place}
          columns={[
            {
              head: t.period,
              cell: ({ correction }) => format.time(clock.startOf(correction.period)),
            },
            { head: t.booked, cell: ({ correction }) => format.time(correction.booked_at) },
            {
              head: t.generated,
              number: true,
              cell: ({ correction }) => change(correction.generated_wh),
            },
            {
              head: t.consumed,
              number: true,
              cell: ({ correction }) => change(correction.consumed_wh),
            },
            { head: t.reason, cell: ({ correction }) => reason(correction.reason) },
            {
              head: t.amount,
              number: true,
              cell: ({ correction }) =>
                sumsOf(correction.bill.filter((line) => exact(line.amount) !== 0n))
                  .map(([unit, sum]) => `${format.wad(sum, 4)} ${unit}`)
                  .join(' + '),
            },
          ]}
        />
      )}
    </>
  )
}
