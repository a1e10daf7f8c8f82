import { useState } from 'react'
import type { Address } from 'viem'
import { useFormat } from '../../api/market'
import { useClock, useWallSeconds } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { type Me, useSlots } from './reads'
import { commonReason, type Seller } from './sellers'
import { SellerTable } from './SellerTable'
import { readingOf } from './slots'
import { TradeForm } from './TradeForm'
import { useSellers } from './useSellers'

const useTexts = texts(
  {
    title: 'Buy from a retailer of your choice',
    closed: (time: string) =>
      `Just now no period is traded. The next trading opens at ${time} of the market’s clock.`,
    noRight: 'You have no right to buy in this market.',
    period: 'Period',
    until: (time: string, wall: string) => `Open until ${time} of the market’s clock${wall}.`,
    wall: (span: string) => `, about ${span} from now`,
    mine: (needed: string, bought: string) =>
      `Your meter shows a need of ${needed}; you have bought ${bought} of it.`,
    unread: 'Your reading of this period is not there (or disputed), so you cannot buy in it.',
    surplus: 'Your meter shows a surplus in this period: there is nothing to buy for you.',
    none: 'Nobody offered energy in this period.',
  },
  {
    de: {
      title: 'Bei einem Anbieter Ihrer Wahl kaufen',
      closed: (time: string) =>
        `Gerade wird keine Periode gehandelt. Der nächste Handel beginnt um ${time} nach der Uhr des Marktes.`,
      noRight: 'Sie dürfen in diesem Markt nicht kaufen.',
      period: 'Periode',
      until: (time: string, wall: string) => `Offen bis ${time} nach der Uhr des Marktes${wall}.`,
      wall: (span: string) => `, noch etwa ${span}`,
      mine: (needed: string, bought: string) =>
        `Ihr Zähler zeigt einen Bedarf von ${needed}; davon haben Sie ${bought} gekauft.`,
      unread:
        'Ihre Ablesung dieser Periode fehlt (oder ist bestritten), deshalb können Sie nicht kaufen.',
      surplus: 'Ihr Zähler zeigt in dieser Periode einen Überschuss: es gibt nichts zu kaufen.',
      none: 'Niemand hat in dieser Periode Energie angeboten.',
    },
  },
)

/** Energy of a period that is traded now, from whom she likes. */
export function Trade({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const wall = useWallSeconds()
  const periods = clock.inTrading(time)
  const [chosen, choose] = useState<number | null>(null)
  const period = periods.find((one) => one === chosen) ?? periods[0]
  if (!me.mayTrade || period === undefined) {
    // The windows lie one after another, or overlap: the next one to open is the next period's.
    const next = clock.lastRead(time) + 1
    return (
      <section className="panel">
        <h2>{t.title}</h2>
        <p>{me.mayTrade ? t.closed(format.time(clock.readingDeadline(next))) : t.noRight}</p>
      </section>
    )
  }
  const ends = clock.tradingEnd(period)
  const left = wall(ends - time)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <div className="field">
        <label htmlFor="trade-period">{t.period}</label>
        <select
          id="trade-period"
          value={period}
          onChange={(event) => choose(Number(event.target.value))}
        >
          {periods.map((one) => (
            <option key={one} value={one}>
              {one} · {format.time(clock.startOf(one))}
            </option>
          ))}
        </select>
        <p className="hint">
          {t.until(format.clock(ends), left === null ? '' : t.wall(format.span(left)))}
        </p>
      </div>
      <Open key={period} me={me} period={period} />
    </section>
  )
}

function Open({ me, period }: { me: Me; period: number }) {
  const t = useTexts()
  const format = useFormat()
  const [picked, pick] = useState<Address | null>(null)
  const sellers = useSellers(me, period)
  const mine = useSlots(me.address, [period]).get(period)
  const need = mine === undefined ? 0 : mine.consumed - mine.generated
  return (
    <>
      {mine === undefined ? null : (
        <p>
          {readingOf(mine) !== 'complete'
            ? t.unread
            : need <= 0
              ? t.surplus
              : t.mine(format.kwh(need), format.kwh(mine.traded))}
        </p>
      )}
      <Asked query={sellers}>
        {(known: readonly Seller[]) => {
          const common = commonReason(known)
          const seller = known.find((one) => one.account === picked)
          if (known.length === 0) return <p>{t.none}</p>
          return (
            <>
              {common === null ? null : <p className="problem">{common}</p>}
              <SellerTable
                sellers={known}
                picked={picked}
                pick={pick}
                reasons={common === null}
                zone={me.zone}
              />
              {seller === undefined || seller.refused !== null ? null : (
                <TradeForm key={seller.account} me={me} period={period} seller={seller} />
              )}
            </>
          )
        }}
      </Asked>
    </>
  )
}
