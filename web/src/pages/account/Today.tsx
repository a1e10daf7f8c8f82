import { useFormat } from '../../api/market'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Link } from '../../parts/Link'
import { Declared } from './Declared'
import { orderState } from './order'
import { type Me, useSlots } from './reads'
import { pathOfSection } from './Sections'
import { has } from './slots'
import { useOrder } from './useOrder'

const useTexts = texts(
  {
    title: 'Now',
    next: (time: string) => `The period from ${time} can be declared.`,
    undeclared: (deadline: string) => `Nothing is declared yet; possible until ${deadline}.`,
    trading: (time: string) => `The period from ${time} is being traded.`,
    bought: (energy: string) => `You have bought ${energy}.`,
    sold: (energy: string) => `You have sold ${energy}.`,
    idle: 'Just now no period is traded.',
    rating: (time: string) => `What you bought of the period from ${time} can be rated.`,
    active: (until: string) => `Your agent acts for you until ${until}.`,
    ended: 'Your standing order has ended; nobody declares or trades for you.',
    none: 'You have given no standing order; nobody declares or trades for you.',
    poor: 'Your deposit is empty: to buy from neighbours you need elecoins in it.',
    toElecoins: 'Buy elecoins',
    toTrading: 'Declare and trade',
    toOrder: 'Standing order',
  },
  {
    de: {
      title: 'Jetzt',
      next: (time: string) => `Die Periode ab ${time} kann angesagt werden.`,
      undeclared: (deadline: string) => `Noch ist nichts angesagt; möglich bis ${deadline}.`,
      trading: (time: string) => `Die Periode ab ${time} wird gehandelt.`,
      bought: (energy: string) => `Sie haben ${energy} gekauft.`,
      sold: (energy: string) => `Sie haben ${energy} verkauft.`,
      idle: 'Gerade wird keine Periode gehandelt.',
      rating: (time: string) => `Ihr Kauf der Periode ab ${time} kann bewertet werden.`,
      active: (until: string) => `Ihr Agent handelt für Sie bis ${until}.`,
      ended: 'Ihr Dauerauftrag ist abgelaufen; niemand sagt für Sie an oder handelt für Sie.',
      none: 'Sie haben keinen Dauerauftrag gegeben; niemand sagt für Sie an oder handelt für Sie.',
      poor: 'Ihr Guthaben ist leer: um bei Nachbarn zu kaufen, brauchen Sie Elecoins darin.',
      toElecoins: 'Elecoins kaufen',
      toTrading: 'Ansagen und handeln',
      toOrder: 'Dauerauftrag',
    },
  },
)

/** What happens just now with her energy, and who acts for her. */
export function Today({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const next = clock.firstToDeclare(time)
  const traded = clock.inTrading(time)
  const rated = clock.inRating(time)
  const slots = useSlots(me.address, [next, ...traded, ...rated])
  const order = useOrder(me.address)
  const declared = slots.get(next)
  const state = order === undefined ? null : orderState(order, time)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {me.mayTrade && me.deposit === 0n ? (
        <p>
          {t.poor} <Link to={pathOfSection('elecoins')}>{t.toElecoins}</Link>
        </p>
      ) : null}
      <p>{t.next(format.time(clock.startOf(next)))}</p>
      {declared !== undefined && has(declared, 'declared') ? (
        <Declared slot={declared} />
      ) : (
        <p>{t.undeclared(format.clock(clock.declarationDeadline(next)))}</p>
      )}
      {traded.length === 0 ? <p>{t.idle}</p> : null}
      {traded.map((period) => {
        const slot = slots.get(period)
        return (
          <p key={period}>
            {t.trading(format.clock(clock.startOf(period)))}{' '}
            {slot === undefined || slot.traded === 0
              ? null
              : (slot.generated > slot.consumed ? t.sold : t.bought)(format.kwh(slot.traded))}
          </p>
        )
      })}
      {rated
        .filter((period) => {
          const slot = slots.get(period)
          return (
            slot !== undefined &&
            slot.consumed > slot.generated &&
            slot.traded > 0 &&
            !has(slot, 'rated')
          )
        })
        .map((period) => (
          <p key={period}>{t.rating(format.clock(clock.startOf(period)))}</p>
        ))}
      <p>
        <Link to={pathOfSection('trading')}>{t.toTrading}</Link>
      </p>
      {state === null ? null : (
        <p>
          {state === 'active' ? t.active(format.time(order?.until ?? 0)) : t[state]}{' '}
          <Link to={pathOfSection('order')}>{t.toOrder}</Link>
        </p>
      )}
    </section>
  )
}
