import { useId, useState } from 'react'
import { isAddress } from 'viem'
import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import type { Order } from './order'
import { useUsualAgent } from './useOrder'

const DAY = 86_400
const LARGEST = 2n ** 96n - 1n
const SPANS = [1, 7, 30, 365] as const

const useTexts = texts(
  {
    give: 'Give a standing order',
    change: 'Change it',
    agent: 'Agent’s address',
    usual: 'The community’s agent',
    usualHint: 'This is the agent of most members here.',
    notAddress: 'This is no address: 0x and 40 digits.',
    price: 'Pays at most, fees included',
    budget: 'May commit a day',
    large: 'This is more than an order can say.',
    span: 'Holds for',
    d1: 'a day',
    d7: 'a week',
    d30: '30 days',
    d365: 'a year',
    ends: (time: string) => `It ends at ${time} of the market’s clock.`,
    says: (price: string, budget: string) =>
      `You allow: at most ${price} ELE per kWh, and ${budget} ELE a day.`,
    go: 'Give this order',
    what: 'Give a standing order',
    replaces: 'It replaces the one you have; what was used today stays used.',
  },
  {
    de: {
      give: 'Dauerauftrag geben',
      change: 'Ändern',
      agent: 'Adresse des Agenten',
      usual: 'Der Agent der Gemeinschaft',
      usualHint: 'Das ist der Agent der meisten Mitglieder hier.',
      notAddress: 'Das ist keine Adresse: 0x und 40 Stellen.',
      price: 'Zahlt höchstens, mit Gebühren',
      budget: 'Darf am Tag binden',
      large: 'Das ist mehr, als ein Auftrag sagen kann.',
      span: 'Gilt für',
      d1: 'einen Tag',
      d7: 'eine Woche',
      d30: '30 Tage',
      d365: 'ein Jahr',
      ends: (time: string) => `Er endet am ${time} nach der Uhr des Marktes.`,
      says: (price: string, budget: string) =>
        `Sie erlauben: höchstens ${price} ELE je kWh und ${budget} ELE am Tag.`,
      go: 'Diesen Auftrag geben',
      what: 'Dauerauftrag geben',
      replaces: 'Er ersetzt Ihren jetzigen; was heute schon verbraucht ist, bleibt verbraucht.',
    },
  },
)

/** A new order, starting from the one that stands. */
export function OrderForm({ order, time }: { order: Order | null; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const orders = useContract('StandingOrders')
  const usual = useUsualAgent()
  const [typed, setTyped] = useState<string | null>(order?.agent ?? null)
  const [days, setDays] = useState<(typeof SPANS)[number]>(30)
  const price = useAmount(18, order?.maxPrice)
  const budget = useAmount(18, order?.dailyBudget)
  const id = useId()
  const agent = (typed ?? usual ?? '').trim()
  const known = isAddress(agent)
  // Whole hours: the simulated call stays the same while blocks come.
  const until = (Math.floor(time / 3600) + 1) * 3600 + days * DAY
  const tooMuch = (value: bigint | null) => (value !== null && value > LARGEST ? t.large : null)
  const complete = price.value !== null && budget.value !== null && price.value > 0n
  const valid = tooMuch(price.value) === null && tooMuch(budget.value) === null
  const call =
    known && complete && valid && time > 0
      ? callOf({
          ...orders,
          functionName: 'setOrder',
          args: [agent, price.value ?? 0n, budget.value ?? 0n, until],
        })
      : null
  return (
    <section className="panel">
      <h2>{order === null ? t.give : t.change}</h2>
      <div className="field">
        <label htmlFor={id}>{t.agent}</label>
        <input
          id={id}
          value={agent}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={agent !== '' && !known}
          aria-describedby={`${id}-said`}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div id={`${id}-said`}>
          {agent === '' || known ? null : <p className="problem">{t.notAddress}</p>}
          {usual === null ? null : agent === usual ? (
            <p className="hint">{t.usualHint}</p>
          ) : (
            <button type="button" className="quiet" onClick={() => setTyped(usual)}>
              {t.usual}
            </button>
          )}
        </div>
      </div>
      <AmountField label={t.price} unit="ELE/kWh" amount={price} problem={tooMuch(price.value)} />
      <AmountField label={t.budget} unit="ELE" amount={budget} problem={tooMuch(budget.value)} />
      <fieldset className="choices">
        <legend>{t.span}</legend>
        {SPANS.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="order-span"
              checked={days === one}
              onChange={() => setDays(one)}
            />
            {t[`d${one}`]}
          </label>
        ))}
      </fieldset>
      <p className="hint">{t.ends(format.time(until))}</p>
      {complete ? (
        <p>{t.says(format.wad(price.value ?? 0n, 6), format.wad(budget.value ?? 0n))}</p>
      ) : null}
      <ActButton call={call} what={t.what}>
        {t.go}
      </ActButton>
      {order === null ? null : <p className="hint">{t.replaces}</p>}
    </section>
  )
}
