import { useState } from 'react'
import { useFormat, useMarket } from '../../api/market'
import { addressOf, useContract } from '../../chain/contracts'
import { useClock } from '../../chain/time'
import { abi as origin } from '../../generated/abi/OriginCertificates'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { tradeCost } from './money'
import type { Me } from './reads'
import { allIn, type Seller } from './sellers'

const useTexts = texts(
  {
    from: 'From',
    energy: 'How much',
    all: 'All I may buy',
    available: (energy: string) => `Up to ${energy}; if others were faster, you get what is left.`,
    whole: 'All of it or nothing',
    green: 'With certificates of origin',
    cost: 'Energy',
    network: 'Network fee',
    levy: 'Levy',
    total: 'You pay from your deposit',
    poor: 'Your deposit does not cover it: buy or deposit elecoins first.',
    go: 'Buy this energy',
    what: (energy: string, period: number) => `Buy ${energy} of period ${period}`,
  },
  {
    de: {
      from: 'Von',
      energy: 'Wie viel',
      all: 'Alles, was ich darf',
      available: (energy: string) =>
        `Bis zu ${energy}; waren andere schneller, bekommen Sie, was übrig ist.`,
      whole: 'Ganz oder gar nicht',
      green: 'Mit Herkunftsnachweisen',
      cost: 'Energie',
      network: 'Netzentgelt',
      levy: 'Abgabe',
      total: 'Sie zahlen aus Ihrem Guthaben',
      poor: 'Ihr Guthaben reicht nicht: kaufen Sie Elecoins oder zahlen Sie welche ein.',
      go: 'Diese Energie kaufen',
      what: (energy: string, period: number) => `${energy} der Periode ${period} kaufen`,
    },
  },
)

/** How much to buy of the chosen retailer, and what it costs. */
export function TradeForm({ me, period, seller }: { me: Me; period: number; seller: Seller }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const clock = useClock()
  const trading = useContract('ElectricityTrading')
  const energy = useAmount(3)
  const [whole, setWhole] = useState(false)
  const [green, setGreen] = useState(false)
  const wanted = energy.value ?? 0n
  // What the market fills is never more than what is there.
  const filled = wanted < seller.availableWh ? wanted : seller.availableWh
  const cost = tradeCost(filled, seller.price, seller.network, seller.levy)
  const poor = cost.total > me.deposit
  const args = [
    seller.account,
    period,
    Number(wanted),
    whole ? Number(wanted) : 1,
    allIn(seller),
    BigInt(clock.tradingEnd(period)),
  ] as const
  const call =
    wanted === 0n || wanted >= 2n ** 32n || poor
      ? null
      : green
        ? callOf({
            address: addressOf(market, 'OriginCertificates'),
            abi: origin,
            functionName: 'tradeGreen',
            args,
          })
        : callOf({ ...trading, functionName: 'trade', args })
  return (
    <div>
      <p>
        {t.from} <Account address={seller.account} />
      </p>
      <AmountField
        label={t.energy}
        unit="kWh"
        amount={energy}
        hint={t.available(format.kwh(seller.availableWh))}
        preset={{ label: t.all, value: seller.availableWh }}
        problem={poor ? t.poor : null}
      />
      <label className="tick">
        <input
          type="checkbox"
          checked={whole}
          onChange={(event) => setWhole(event.target.checked)}
        />
        {t.whole}
      </label>{' '}
      {seller.certified ? (
        <label className="tick">
          <input
            type="checkbox"
            checked={green}
            onChange={(event) => setGreen(event.target.checked)}
          />
          {t.green}
        </label>
      ) : null}
      {wanted === 0n ? null : (
        <dl className="sums" aria-live="polite">
          <dt>{t.cost}</dt>
          <dd>{format.wad(cost.energy, 6)} ELE</dd>
          <dt>{t.network}</dt>
          <dd>{format.wad(cost.network, 6)} ELE</dd>
          <dt>{t.levy}</dt>
          <dd>{format.wad(cost.levy, 6)} ELE</dd>
          <dt className="total">{t.total}</dt>
          <dd className="total">{format.wad(cost.total, 6)} ELE</dd>
        </dl>
      )}
      <ActButton
        call={call}
        what={t.what(format.kwh(filled), period)}
        onSent={() => energy.set(null)}
      >
        {t.go}
      </ActButton>
    </div>
  )
}
