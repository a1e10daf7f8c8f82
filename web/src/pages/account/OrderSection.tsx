import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { type Order, orderState } from './order'
import { OrderForm } from './OrderForm'
import type { Me } from './reads'
import { useBudgetLeft, useOrder } from './useOrder'

const useTexts = texts(
  {
    title: 'My standing order',
    why: 'Nobody signs a declaration and a purchase for every quarter of an hour. With a standing order an agent does it for you, within what you allow here, and pays for the transactions.',
    may: 'What your agent may do',
    may1: 'say for you what you will need or have left, and rate what was delivered',
    may2: 'buy energy for you up to your price, and commit at most your daily budget of your deposit (a day ends at midnight UTC, by the market’s clock)',
    mayNot: 'What it can never do',
    mayNot1:
      'withdraw, redeem or send your elecoins anywhere but to the sellers, network and levy of your own purchases',
    mayNot2: 'touch your wallet, pay more than your price, or act after the end',
    bad: 'At worst it declares badly, refuses good deliveries, or spends the daily budget at your price. What you sell is always sold at the posted price.',
    none: 'There is no standing order. You declare, trade and rate yourself.',
    ended: 'Your standing order has ended.',
    agent: 'Agent',
    price: 'Pays at most, fees included',
    budget: 'May commit a day',
    left: 'of it left today',
    until: 'Until',
    stop: 'Stop it now',
    stopWhat: 'Stop my standing order',
    stopHint: 'It ends at once. What the agent did before stands.',
  },
  {
    de: {
      title: 'Mein Dauerauftrag',
      why: 'Niemand unterschreibt für jede Viertelstunde eine Ansage und einen Kauf. Mit einem Dauerauftrag macht es ein Agent für Sie, in den Grenzen, die Sie hier setzen, und zahlt die Transaktionen.',
      may: 'Was Ihr Agent darf',
      may1: 'für Sie ansagen, was Sie brauchen oder übrig haben, und Lieferungen bewerten',
      may2: 'für Sie Energie bis zu Ihrem Preis kaufen und am Tag höchstens Ihr Tagesbudget vom Guthaben binden (ein Tag endet um Mitternacht UTC nach der Uhr des Marktes)',
      mayNot: 'Was er nie kann',
      mayNot1:
        'auszahlen, zurückgeben oder Ihre Elecoins an andere senden als Verkäufer, Netz und Abgabe Ihrer eigenen Käufe',
      mayNot2: 'Ihre Wallet anrühren, mehr als Ihren Preis zahlen oder nach dem Ende handeln',
      bad: 'Schlimmstenfalls sagt er schlecht an, lehnt gute Lieferungen ab oder gibt das Tagesbudget zu Ihrem Preis aus. Was Sie verkaufen, geht immer zum veröffentlichten Preis.',
      none: 'Es gibt keinen Dauerauftrag. Sie sagen selbst an, handeln und bewerten selbst.',
      ended: 'Ihr Dauerauftrag ist abgelaufen.',
      agent: 'Agent',
      price: 'Zahlt höchstens, mit Gebühren',
      budget: 'Darf am Tag binden',
      left: 'davon heute noch',
      until: 'Bis',
      stop: 'Sofort beenden',
      stopWhat: 'Meinen Dauerauftrag beenden',
      stopHint: 'Er endet sofort. Was der Agent vorher tat, gilt.',
    },
  },
)

/** Who may act for her, how far, and how to stop it. */
export function OrderSection({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const orders = useContract('StandingOrders')
  const order = useOrder(me.address)
  const state = order === undefined ? null : orderState(order, time)
  return (
    <div className="panels">
      <section className="panel">
        <h2>{t.title}</h2>
        {order === undefined || state === null ? (
          <p className="soft">…</p>
        ) : state === 'active' ? (
          <>
            <Terms me={me} order={order} />
            <ActButton
              call={callOf({ ...orders, functionName: 'revokeOrder', args: [] })}
              what={t.stopWhat}
            >
              {t.stop}
            </ActButton>
            <p className="hint">{t.stopHint}</p>
          </>
        ) : (
          <p>{t[state]}</p>
        )}
        <p>{t.why}</p>
        <h3>{t.may}</h3>
        <ul className="plain-list">
          <li>{t.may1}</li>
          <li>{t.may2}</li>
        </ul>
        <h3>{t.mayNot}</h3>
        <ul className="plain-list">
          <li>{t.mayNot1}</li>
          <li>{t.mayNot2}</li>
        </ul>
        <p>{t.bad}</p>
      </section>
      {order === undefined ? null : (
        <OrderForm order={state === 'none' ? null : order} time={time} />
      )}
    </div>
  )
}

function Terms({ me, order }: { me: Me; order: Order }) {
  const t = useTexts()
  const format = useFormat()
  const left = useBudgetLeft(me.address)
  return (
    <dl className="sums">
      <dt>{t.agent}</dt>
      <dd>
        <Account address={order.agent} />
      </dd>
      <dt>{t.price}</dt>
      <dd>{format.wad(order.maxPrice, 6)} ELE/kWh</dd>
      <dt>{t.budget}</dt>
      <dd>{format.wad(order.dailyBudget)} ELE</dd>
      <dt>{t.left}</dt>
      <dd>{left === undefined ? '…' : `${format.wad(left)} ELE`}</dd>
      <dt>{t.until}</dt>
      <dd>{format.time(order.until)}</dd>
    </dl>
  )
}
