import { useState } from 'react'
import { useFormat, useMarket } from '../../api/market'
import { clockOf, scheduleOf } from '../../chain/clock'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Table } from '../../parts/Table'
import { callOf } from '../../tx/useAct'
import { usePresentPeriod, useTermsOnChain, useTrading } from './chain'
import { DutyButton } from './DutyButton'
import { inForce } from './inForce'
import { NumberField } from './NumberField'
import { useWords } from './texts'

const TICKS = 1e6
const MOST_TICKS = 2 ** 32 - 1
const MOST_BPS = 10_000
const MOST_QUALITY = 100
const NO_SUCCESSOR = /^0x0+$/

const useTexts = texts(
  {
    title: 'Terms of the market',
    caption: 'What can be changed, with a delay',
    term: 'Term',
    now: 'Now',
    next: 'Announced',
    feedIn: (currency: string) => `Lowest feed-in tariff, ${currency} per kWh`,
    tolerance: 'Tolerance above what was declared, percent',
    quality: 'Lowest accepted quality, of 100',
    nothing: '–',
    change: 'Change the terms',
    announce: 'Announce these terms',
    what: 'Terms of the market',
    successor: 'Another market takes over',
    fixed: (redemption: string, least: string, most: string) =>
      `Fixed for ever: an elecoin redeems for ${redemption}; its price lies between ${least} and ${most}.`,
  },
  {
    de: {
      title: 'Bedingungen des Marktes',
      caption: 'Was sich mit Frist ändern lässt',
      term: 'Bedingung',
      now: 'Jetzt',
      next: 'Angekündigt',
      feedIn: (currency: string) => `Niedrigste Einspeisevergütung, ${currency} je kWh`,
      tolerance: 'Spielraum über dem Angekündigten, Prozent',
      quality: 'Niedrigste angenommene Güte, von 100',
      nothing: '–',
      change: 'Bedingungen ändern',
      announce: 'Diese Bedingungen ankündigen',
      what: 'Bedingungen des Marktes',
      successor: 'Ein anderer Markt übernimmt',
      fixed: (redemption: string, least: string, most: string) =>
        `Für immer fest: Ein Elecoin ist für ${redemption} einlösbar; sein Preis liegt zwischen ${least} und ${most}.`,
    },
  },
)

interface Constants {
  feedIn: number
  toleranceBps: number
  qualityThreshold: number
}

/** The constants that bound trades and ratings, now and as announced. */
export function Terms() {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const market = useMarket()
  const period = usePresentPeriod()
  const clock = clockOf(scheduleOf(market.schedule))
  const [open, setOpen] = useState(false)
  const since = (from: number) =>
    words.from(format.number(from, 0), format.time(clock.startOf(from)))
  const perEle = (wei: bigint) => `${format.wad(wei, 6)} ${market.currency}`
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={useTermsOnChain()}>
        {({ constants, successor: [heir, heirFrom], elecoin }) => {
          const { now, next } = inForce<Constants>(
            constants,
            {
              feedIn: constants.nextFeedIn,
              toleranceBps: constants.nextToleranceBps,
              qualityThreshold: constants.nextQualityThreshold,
            },
            constants.fromPeriod,
            period,
          )
          const row = (name: string, said: (terms: Constants) => string) => ({
            name,
            now: said(now),
            next: next === null ? t.nothing : `${said(next.term)} ${since(next.fromPeriod)}`,
          })
          return (
            <>
              <Table
                caption={t.caption}
                columns={[
                  { head: t.term, cell: ({ name }) => name },
                  { head: t.now, cell: (one) => one.now },
                  { head: t.next, cell: (one) => one.next },
                ]}
                rows={[
                  row(t.feedIn(market.currency), (one) => format.number(one.feedIn / TICKS, 6)),
                  row(t.tolerance, (one) => format.number(one.toleranceBps / 100, 2)),
                  row(t.quality, (one) => format.number(one.qualityThreshold, 0)),
                ]}
                keyOf={({ name }) => name}
              />
              <p className="soft">
                {t.fixed(perEle(elecoin.redemption), perEle(elecoin.least), perEle(elecoin.most))}
              </p>
              {NO_SUCCESSOR.test(heir) ? null : (
                <p>
                  {t.successor} {since(heirFrom)}: <Account address={heir} />
                </p>
              )}
              {open ? (
                <Change first={next?.term ?? now} close={() => setOpen(false)} />
              ) : (
                <button type="button" className="quiet" onClick={() => setOpen(true)}>
                  {t.change}
                </button>
              )}
            </>
          )
        }}
      </Asked>
    </section>
  )
}

function Change({ first, close }: { first: Constants; close: () => void }) {
  const t = useTexts()
  const words = useWords()
  const { currency } = useMarket()
  const contract = useTrading()
  const [feedIn, setFeedIn] = useState<number | null>(first.feedIn)
  const [bps, setBps] = useState<number | null>(first.toleranceBps)
  const [quality, setQuality] = useState<number | null>(first.qualityThreshold)
  const call =
    feedIn === null || bps === null || quality === null
      ? null
      : callOf({ ...contract, functionName: 'setConstants', args: [feedIn, bps, quality] })
  return (
    <div className="card operator-change">
      <h3>{t.change}</h3>
      <NumberField
        label={t.feedIn(currency)}
        decimals={6}
        most={MOST_TICKS}
        first={first.feedIn}
        change={setFeedIn}
      />
      <NumberField
        label={t.tolerance}
        decimals={2}
        most={MOST_BPS}
        first={first.toleranceBps}
        change={setBps}
      />
      <NumberField
        label={t.quality}
        decimals={0}
        most={MOST_QUALITY}
        first={first.qualityThreshold}
        change={setQuality}
      />
      <DutyButton duty="setConstants" call={call} what={t.what} onSent={close}>
        {t.announce}
      </DutyButton>
      <button type="button" className="quiet" onClick={close}>
        {words.close}
      </button>
    </div>
  )
}
