import { useFormat } from '../../api/market'
import { NO_PRICE, TICK } from '../../chain/target'
import { texts } from '../../i18n/catalogue'
import { has, type Slot } from './slots'

const useTexts = texts(
  {
    buy: (energy: string) => `You (or your agent) said: ${energy} needed`,
    sell: (energy: string) => `You (or your agent) said: ${energy} left over`,
    nothing: 'You (or your agent) said: neither a need nor a surplus.',
    most: (price: string) => `, at most ${price} ELE/kWh, fees included.`,
    least: (price: string) => `, for at least ${price} ELE/kWh.`,
    grid: ', for the grid.',
    pooled: ', in the pool.',
  },
  {
    de: {
      buy: (energy: string) => `Angesagt (von Ihnen oder Ihrem Agenten): ${energy} gebraucht`,
      sell: (energy: string) => `Angesagt (von Ihnen oder Ihrem Agenten): ${energy} übrig`,
      nothing: 'Angesagt (von Ihnen oder Ihrem Agenten): weder Bedarf noch Überschuss.',
      most: (price: string) => `, höchstens ${price} ELE/kWh mit Gebühren.`,
      least: (price: string) => `, für mindestens ${price} ELE/kWh.`,
      grid: ', für das Netz.',
      pooled: ', im Pool.',
    },
  },
)

/** What was declared of a period, in a sentence. */
export function Declared({ slot }: { slot: Slot }) {
  const t = useTexts()
  const format = useFormat()
  const price = (ticks: number) => format.wad(BigInt(ticks) * TICK, 6)
  if (slot.net === 0) return <p>{t.nothing}</p>
  const head = (slot.net < 0 ? t.buy : t.sell)(format.kwh(Math.abs(slot.net)))
  const tail = has(slot, 'pooled')
    ? t.pooled
    : slot.net < 0
      ? t.most(price(slot.limit))
      : slot.price === NO_PRICE
        ? t.grid
        : t.least(price(slot.price))
  return (
    <p>
      {head}
      {tail}
    </p>
  )
}
