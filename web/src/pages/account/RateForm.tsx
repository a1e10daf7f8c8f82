import { useState } from 'react'
import { useReadContract } from 'wagmi'
import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Table } from '../../parts/Table'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { BEST, type Reason, ratingsOf, REASONS } from './ratings'
import type { Purchase } from './usePurchases'

const useTexts = texts(
  {
    caption: 'What you bought, in the order of your purchases',
    from: 'From',
    energy: 'Energy',
    paid: 'Paid, fees included',
    quality: 'Quality',
    reason: 'Reason',
    qualityOf: (place: number) => `Quality of purchase ${place}, 0 to 100`,
    reasonOf: (place: number) => `Reason for refusing purchase ${place}`,
    threshold: (least: number) =>
      `Below ${least} you refuse the energy: its seller earns no Wattcoin for it, and you say why.`,
    r1: 'interrupted',
    r2: 'bad voltage',
    r3: 'not as described',
    r4: 'another reason',
    wrong: 'A quality is a whole number from 0 to 100.',
    go: 'Send the rating',
    what: (period: number) => `Rate period ${period}`,
  },
  {
    de: {
      caption: 'Ihre Käufe in ihrer Reihenfolge',
      from: 'Von',
      energy: 'Energie',
      paid: 'Bezahlt, mit Gebühren',
      quality: 'Qualität',
      reason: 'Grund',
      qualityOf: (place: number) => `Qualität von Kauf ${place}, 0 bis 100`,
      reasonOf: (place: number) => `Grund der Ablehnung von Kauf ${place}`,
      threshold: (least: number) =>
        `Unter ${least} lehnen Sie die Energie ab: wer sie verkaufte, verdient dafür keinen Wattcoin, und Sie sagen, warum.`,
      r1: 'unterbrochen',
      r2: 'schlechte Spannung',
      r3: 'nicht wie beschrieben',
      r4: 'anderer Grund',
      wrong: 'Eine Qualität ist eine ganze Zahl von 0 bis 100.',
      go: 'Bewertung senden',
      what: (period: number) => `Periode ${period} bewerten`,
    },
  },
)

interface Given {
  quality: string
  reason: Reason
}

/** One quality a purchase, all of a period in one transaction. */
export function RateForm({
  period,
  purchases,
}: {
  period: number
  purchases: readonly Purchase[]
}) {
  const t = useTexts()
  const format = useFormat()
  const trading = useContract('ElectricityTrading')
  const terms = useReadContract({ ...trading, functionName: 'constants' }).data
  const [given, setGiven] = useState<readonly Given[]>([])
  const threshold =
    terms === undefined
      ? null
      : period >= terms.fromPeriod
        ? terms.nextQualityThreshold
        : terms.qualityThreshold
  const rows = purchases.map((purchase, place) => ({
    purchase,
    place,
    ...(given[place] ?? { quality: String(BEST), reason: 1 as Reason }),
  }))
  const change = (place: number, part: Partial<Given>) =>
    setGiven(
      rows.map(({ quality, reason, place: here }) =>
        here === place ? { quality, reason, ...part } : { quality, reason },
      ),
    )
  const valid = rows.every(
    ({ quality }) => /^\d{1,3}$/.test(quality.trim()) && Number(quality) <= BEST,
  )
  const call =
    threshold === null || !valid || rows.length === 0
      ? null
      : callOf({
          ...trading,
          functionName: 'rate',
          args: [
            period,
            ratingsOf(
              purchases.map(({ retailer, energyWh }) => ({ retailer, energyWh })),
              rows.map(({ quality, reason }) => ({ quality: Number(quality), reason })),
              threshold,
            ),
          ],
        })
  return (
    <>
      <Table
        caption={t.caption}
        rows={rows}
        keyOf={({ place }) => place}
        columns={[
          { head: t.from, cell: ({ purchase }) => <Account address={purchase.retailer} /> },
          {
            head: t.energy,
            number: true,
            cell: ({ purchase }) => format.kwh(purchase.energyWh),
          },
          {
            head: t.paid,
            number: true,
            cell: ({ purchase }) => `${format.wad(purchase.paid)} ELE`,
          },
          {
            head: t.quality,
            cell: ({ place, quality }) => (
              <input
                className="quality"
                inputMode="numeric"
                aria-label={t.qualityOf(place + 1)}
                value={quality}
                onChange={(event) => change(place, { quality: event.target.value })}
              />
            ),
          },
          {
            head: t.reason,
            cell: ({ place, quality, reason }) =>
              threshold !== null && Number(quality) < threshold ? (
                <select
                  aria-label={t.reasonOf(place + 1)}
                  value={reason}
                  onChange={(event) =>
                    change(place, {
                      reason: REASONS.find((one) => one === Number(event.target.value)) ?? 1,
                    })
                  }
                >
                  {REASONS.map((one) => (
                    <option key={one} value={one}>
                      {t[`r${one}`]}
                    </option>
                  ))}
                </select>
              ) : null,
          },
        ]}
      />
      {valid ? null : <p className="problem">{t.wrong}</p>}
      {threshold === null ? null : <p className="hint">{t.threshold(threshold)}</p>}
      <ActButton call={call} what={t.what(period)}>
        {t.go}
      </ActButton>
    </>
  )
}
