import { lazy, Suspense, useMemo, useState } from 'react'
import { useFormat, useMarket } from '../../api/market'
import type { Schemas } from '../../api/client'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { Figure } from '../../parts/Figure'
import { Table } from '../../parts/Table'
import { Pager } from './Pager'
import type { Own } from './queries'
import { useMeter } from './queries'

const Chart = lazy(() => import('../../parts/Chart').then(({ Chart: made }) => ({ default: made })))

const useTexts = texts(
  {
    title: 'My meter',
    none: 'Your meter has not been read yet.',
    figure: 'Generated and consumed, period by period',
    summary: (generated: string, consumed: string, count: number) =>
      `In these ${count} periods your meter showed ${generated} generated and ${consumed} consumed.`,
    caption: 'Readings, newest first',
    start: 'From',
    generated: 'Generated',
    consumed: 'Consumed',
    registers: 'Registers at the end (generated / consumed)',
    quality: 'Reading',
    measured: 'measured',
    estimated: 'estimated',
    corrected: 'corrected',
    missing: 'missing',
    unknown: '–',
    time: 'Time',
  },
  {
    de: {
      title: 'Mein Zähler',
      none: 'Ihr Zähler wurde noch nicht abgelesen.',
      figure: 'Erzeugt und verbraucht, Periode für Periode',
      summary: (generated: string, consumed: string, count: number) =>
        `In diesen ${count} Perioden zeigte Ihr Zähler ${generated} erzeugt und ${consumed} verbraucht.`,
      caption: 'Ablesungen, die neueste zuerst',
      start: 'Ab',
      generated: 'Erzeugt',
      consumed: 'Verbraucht',
      registers: 'Zählerstände am Ende (erzeugt / verbraucht)',
      quality: 'Ablesung',
      measured: 'gemessen',
      estimated: 'geschätzt',
      corrected: 'korrigiert',
      missing: 'fehlt',
      unknown: '–',
      time: 'Zeit',
    },
  },
)

type Reading = Schemas['MeterPeriod']

/** What her meter showed, as a figure with its table. */
export function MeterHistory(own: Own) {
  const t = useTexts()
  const [after, setAfter] = useState<number | null>(null)
  const query = useMeter(own, after)
  return (
    <section className="panel meter">
      <h2>{t.title}</h2>
      <Asked query={query}>
        {(data) => (
          <>
            {data.items.length === 0 ? <p>{t.none}</p> : <Readings readings={data.items} />}
            <Pager of={t.title} at={after} next={data.next} turn={setAfter} />
          </>
        )}
      </Asked>
    </section>
  )
}

function Readings({ readings }: { readings: readonly Reading[] }) {
  const t = useTexts()
  const format = useFormat()
  const { timezone } = useMarket()
  const drawn = useMemo(() => {
    const oldest = readings.toReversed()
    const kwh = (wh: number | null) => (wh === null ? null : wh / 1000)
    return {
      x: oldest.map(({ starts_at }) => starts_at),
      series: [
        {
          label: t.generated,
          colour: '--series-1',
          kind: 'steps' as const,
          values: oldest.map(({ generated_wh }) => kwh(generated_wh)),
        },
        {
          label: t.consumed,
          colour: '--series-2',
          kind: 'steps' as const,
          values: oldest.map(({ consumed_wh }) => kwh(consumed_wh)),
        },
      ],
    }
  }, [readings, t])
  const sum = (of: (one: Reading) => number | null) =>
    format.kwh(readings.reduce((total, one) => total + (of(one) ?? 0), 0))
  const energy = (wh: number | null) => (wh === null ? t.unknown : format.kwh(wh))
  return (
    <Figure
      title={t.figure}
      summary={t.summary(
        sum((one) => one.generated_wh),
        sum((one) => one.consumed_wh),
        readings.length,
      )}
      chart={
        <Suspense fallback={<div className="chart" />}>
          <Chart
            label={t.figure}
            {...drawn}
            time
            timeZone={timezone}
            xLabel={t.time}
            yLabel="kWh"
          />
        </Suspense>
      }
      table={
        <Table
          caption={t.caption}
          rows={readings}
          keyOf={({ period }) => period}
          columns={[
            {
              head: t.start,
              cell: (one) => <span className="when">{format.time(one.starts_at)}</span>,
            },
            { head: t.generated, number: true, cell: (one) => energy(one.generated_wh) },
            { head: t.consumed, number: true, cell: (one) => energy(one.consumed_wh) },
            {
              head: t.registers,
              number: true,
              cell: (one) => `${energy(one.generation_wh)} / ${energy(one.consumption_wh)}`,
            },
            { head: t.quality, cell: (one) => t[one.quality] },
          ]}
        />
      }
    />
  )
}
