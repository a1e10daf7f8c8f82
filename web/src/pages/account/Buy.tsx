import { useState } from 'react'
import { useReadContracts } from 'wagmi'
import { useFormat, useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { affordable, costOf } from './money'
import { FRESH, type Me, useElecoinPrice, useOracle } from './reads'

const useTexts = texts(
  {
    title: 'Buy elecoins',
    price: (price: string, until: string) => `One elecoin costs ${price} until ${until}.`,
    carried: 'No new price was posted for this epoch; an earlier one stands.',
    unpriced: 'There is no price at the moment, so none can be bought.',
    in: 'I want to say',
    elecoins: 'how many elecoins',
    money: 'how much to spend',
    amount: 'Elecoins',
    spend: 'Money',
    get: 'You get',
    pay: 'You pay',
    rounding: 'rounded up to the smallest unit',
    left: (left: string) => `At most ${left} can still be issued.`,
    above: 'More than can still be issued.',
    beyond: 'More than is in your wallet.',
    go: 'Buy',
    what: (amount: string) => `Buy ${amount} ELE`,
    note: 'They are credited to your deposit at once. Should the price fall before your purchase is written, the difference waits for you; should it rise, the purchase is refused.',
  },
  {
    de: {
      title: 'Elecoins kaufen',
      price: (price: string, until: string) => `Ein Elecoin kostet ${price} bis ${until}.`,
      carried: 'Für diese Epoche kam kein neuer Preis; ein früherer gilt weiter.',
      unpriced: 'Zurzeit gibt es keinen Preis, also keinen Kauf.',
      in: 'Ich gebe an',
      elecoins: 'wie viele Elecoins',
      money: 'wie viel Geld',
      amount: 'Elecoins',
      spend: 'Geld',
      get: 'Sie bekommen',
      pay: 'Sie zahlen',
      rounding: 'auf die kleinste Einheit aufgerundet',
      left: (left: string) => `Höchstens ${left} können noch ausgegeben werden.`,
      above: 'Mehr, als noch ausgegeben werden kann.',
      beyond: 'Mehr, als in Ihrer Wallet ist.',
      go: 'Kaufen',
      what: (amount: string) => `${amount} ELE kaufen`,
      note: 'Sie werden sofort gutgeschrieben. Sinkt der Preis, bevor Ihr Kauf eingetragen ist, liegt der Unterschied für Sie bereit; steigt er, wird der Kauf abgelehnt.',
    },
  },
)

/** Buys elecoins at the posted price, by their number or by what they may cost. */
export function Buy({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const { currency } = useMarket()
  const clock = useClock()
  const trading = useContract('ElectricityTrading')
  const epoch = clock.epochOf(clock.periodAt(time))
  const posted = useElecoinPrice(epoch)
  const left = useLeftToIssue()
  const [byMoney, setByMoney] = useState(false)
  const typed = useAmount()

  const price = posted.data?.[0]
  const wanted = typed.value
  const amount =
    wanted === null || price === undefined ? null : byMoney ? affordable(wanted, price) : wanted
  const cost = amount === null || price === undefined ? null : costOf(amount, price)
  const problem =
    amount === null || cost === null
      ? null
      : left !== undefined && amount > left
        ? t.above
        : cost > me.coin
          ? t.beyond
          : null
  const call =
    amount === null || cost === null || amount === 0n || problem !== null
      ? null
      : callOf({ ...trading, functionName: 'buyToken', args: [amount], value: cost })
  const until = clock.startOf((epoch + 1) * clock.schedule.epoch_periods)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {price === undefined ? (
        <p className="soft">{posted.isError ? t.unpriced : '…'}</p>
      ) : (
        <p>{t.price(`${format.wad(price, 6)} ${currency}`, format.time(until))}</p>
      )}
      {posted.data?.[1] ? <p className="hint">{t.carried}</p> : null}
      <fieldset className="choices">
        <legend>{t.in}</legend>
        {[false, true].map((money) => (
          <label key={String(money)}>
            <input
              type="radio"
              name="buy-by"
              checked={byMoney === money}
              onChange={() => setByMoney(money)}
            />
            {money ? t.money : t.elecoins}
          </label>
        ))}
      </fieldset>
      <AmountField
        label={byMoney ? t.spend : t.amount}
        unit={byMoney ? currency : 'ELE'}
        amount={typed}
        problem={problem}
        hint={left === undefined ? undefined : t.left(`${format.wad(left, 2)} ELE`)}
      />
      {amount === null || cost === null ? null : (
        <dl className="sums" aria-live="polite">
          <dt>{t.get}</dt>
          <dd>{format.wad(amount, 6)} ELE</dd>
          <dt>
            {t.pay} ({t.rounding})
          </dt>
          <dd>
            {format.wad(cost, 6)} {currency}
          </dd>
        </dl>
      )}
      <ActButton
        call={call}
        what={t.what(format.wad(amount ?? 0n, 4))}
        onSent={() => typed.set(null)}
      >
        {t.go}
      </ActButton>
      <p className="hint">{t.note}</p>
    </section>
  )
}

/** Elecoins that may still be issued; undefined until it is known. */
function useLeftToIssue(): bigint | undefined {
  const trading = useContract('ElectricityTrading')
  const elecoin = useContract('Elecoin')
  const oracle = useOracle()
  const fixed = useReadContracts({
    allowFailure: false,
    contracts: [
      { ...trading, functionName: 'totalElecoins' },
      { ...elecoin, functionName: 'totalSupply' },
    ],
    query: FRESH,
  })
  const base = fixed.data?.[0]
  const cap = useReadContracts({
    allowFailure: false,
    contracts: [{ ...oracle, functionName: 'elecoinCap', args: [base ?? 0n] }],
    query: { ...FRESH, enabled: base !== undefined },
  })
  const [most, issued] = [cap.data?.[0], fixed.data?.[1]]
  if (most === undefined || issued === undefined) return undefined
  return most > issued ? most - issued : 0n
}
