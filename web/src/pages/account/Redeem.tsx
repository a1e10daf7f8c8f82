import { useFormat, useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { worthOf } from './money'
import type { Me } from './reads'

const useTexts = texts(
  {
    title: 'Redeem elecoins',
    said: (rate: string) => `Each elecoin of your deposit brings ${rate}, always.`,
    amount: 'Elecoins',
    all: 'All',
    beyond: 'More than your deposit.',
    get: 'You get',
    rounding: 'rounded down to the smallest unit',
    go: 'Redeem',
    what: (amount: string) => `Redeem ${amount} ELE`,
  },
  {
    de: {
      title: 'Elecoins zurückgeben',
      said: (rate: string) => `Jeder Elecoin Ihres Guthabens bringt ${rate}, jederzeit.`,
      amount: 'Elecoins',
      all: 'Alle',
      beyond: 'Mehr als Ihr Guthaben.',
      get: 'Sie bekommen',
      rounding: 'auf die kleinste Einheit abgerundet',
      go: 'Zurückgeben',
      what: (amount: string) => `${amount} ELE zurückgeben`,
    },
  },
)

/** Elecoins of the deposit, back into money at the fixed rate. */
export function Redeem({ me }: { me: Me }) {
  const t = useTexts()
  const format = useFormat()
  const { currency, redemption_wei } = useMarket()
  const trading = useContract('ElectricityTrading')
  const typed = useAmount()
  const rate = redemption_wei === null ? null : BigInt(redemption_wei)
  const amount = typed.value
  const problem = amount !== null && amount > me.deposit ? t.beyond : null
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {rate === null ? null : <p>{t.said(`${format.wad(rate, 6)} ${currency}`)}</p>}
      <AmountField
        label={t.amount}
        unit="ELE"
        amount={typed}
        problem={problem}
        preset={{ label: t.all, value: me.deposit }}
      />
      {amount === null || rate === null ? null : (
        <dl className="sums" aria-live="polite">
          <dt>
            {t.get} ({t.rounding})
          </dt>
          <dd>
            {format.wad(worthOf(amount, rate), 6)} {currency}
          </dd>
        </dl>
      )}
      <ActButton
        call={
          amount === null || amount === 0n || problem !== null
            ? null
            : callOf({ ...trading, functionName: 'redeemToken', args: [amount] })
        }
        what={t.what(format.wad(amount ?? 0n))}
        onSent={() => typed.set(null)}
      >
        {t.go}
      </ActButton>
    </section>
  )
}
