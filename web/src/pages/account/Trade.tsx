import { useState } from 'react'
import type { Address } from 'viem'
import { useFormat } from '../../api/market'
import { useClock, useWallSeconds } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { PeriodChoice } from './PeriodChoice'
import { type Me, useSlots, useTradeable } from './reads'
import { commonReason, type Seller } from './sellers'
import { SellerTable } from './SellerTable'
import { buyingOf } from './slots'
import { TradeForm } from './TradeForm'
import { useSellers } from './useSellers'

const useTexts = texts(
  {
    title: 'Buy from a retailer of your choice',
    closed: (time: string) =>
      `Just now no period is traded. The next trading opens at ${time} of the market’s clock.`,
    noRight: 'You have no right to buy in this market.',
    until: (time: string, wall: string) => `Open until ${time} of the market’s clock${wall}.`,
    wall: (span: string) => `, about ${span} from now`,
    mine: (needed: string, bought: string, left: string) =>
      `Your meter shows a need of ${needed}; you have bought ${bought} of it and may buy ${left} more, by what you declared.`,
    undeclared:
      'You declared nothing for this period, so you cannot buy in it: all is the grid’s. Declare the next one below, or give a standing order.',
    pooled: 'The pool buys for you in this period.',
    other: 'You did not declare a need for this period, so you cannot buy in it.',
    unread: 'Your reading of this period is not there (or disputed), so you cannot buy in it.',
    surplus: 'Your meter shows a surplus in this period: there is nothing to buy for you.',
    done: (bought: string) => `You have bought all that you may in this period: ${bought}.`,
    none: 'Nobody offered energy in this period.',
  },
  {
    de: {
      title: 'Bei einem Anbieter Ihrer Wahl kaufen',
      closed: (time: string) =>
        `Gerade wird keine Periode gehandelt. Der nächste Handel beginnt um ${time} nach der Uhr des Marktes.`,
      noRight: 'Sie dürfen in diesem Markt nicht kaufen.',
      until: (time: string, wall: string) => `Offen bis ${time} nach der Uhr des Marktes${wall}.`,
      wall: (span: string) => `, noch etwa ${span}`,
      mine: (needed: string, bought: string, left: string) =>
        `Ihr Zähler zeigt einen Bedarf von ${needed}; davon haben Sie ${bought} gekauft und dürfen nach Ihrer Ansage noch ${left}.`,
      undeclared:
        'Für diese Periode ist nichts angesagt, deshalb können Sie nicht kaufen: alles kommt aus dem Netz. Sagen Sie unten die nächste an oder geben Sie einen Dauerauftrag.',
      pooled: 'In dieser Periode kauft der Pool für Sie.',
      other: 'Für diese Periode ist kein Bedarf angesagt, deshalb können Sie nicht kaufen.',
      done: (bought: string) =>
        `Sie haben in dieser Periode alles gekauft, was Sie dürfen: ${bought}.`,
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
      <PeriodChoice
        periods={periods}
        period={period}
        choose={choose}
        until={t.until(format.clock(ends), left === null ? '' : t.wall(format.span(left)))}
      />
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
  const left = useTradeable(me.address, period)
  const buying = mine === undefined || left === undefined ? null : buyingOf(mine, left)
  return (
    <>
      {mine === undefined || left === undefined || buying === null ? null : (
        <p>
          {buying === 'may'
            ? t.mine(
                format.kwh(mine.consumed - mine.generated),
                format.kwh(mine.traded),
                format.kwh(left),
              )
            : buying === 'done'
              ? t.done(format.kwh(mine.traded))
              : t[buying]}
        </p>
      )}
      <Asked query={sellers}>
        {(known: readonly Seller[]) => {
          const common = commonReason(known)
          // Her own reason was said above; then it is not repeated for each retailer.
          const mayBuy = buying === null || buying === 'may'
          const seller = known.find((one) => one.account === picked)
          if (known.length === 0) return <p>{t.none}</p>
          return (
            <>
              {common === null || !mayBuy ? null : <p className="problem">{common}</p>}
              <SellerTable
                sellers={known}
                picked={picked}
                pick={pick}
                reasons={common === null && mayBuy}
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
