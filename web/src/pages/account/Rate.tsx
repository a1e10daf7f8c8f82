import { useState } from 'react'
import { useFormat } from '../../api/market'
import { useClock, useWallSeconds } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { RateForm } from './RateForm'
import { PeriodChoice } from './PeriodChoice'
import { type Me, useSlots } from './reads'
import { has } from './slots'
import { usePurchases } from './usePurchases'

const useTexts = texts(
  {
    title: 'Rate what was delivered',
    nothing: 'Just now there is nothing for you to rate.',
    how: 'After trading you may rate what you bought, from 0 to 100. Who says nothing accepts it.',
    until: (time: string, wall: string) => `Until ${time} of the market’s clock${wall}.`,
    wall: (span: string) => `, about ${span} from now`,
    done: (period: number) => `You (or your agent) rated period ${period}.`,
  },
  {
    de: {
      title: 'Lieferung bewerten',
      nothing: 'Gerade gibt es für Sie nichts zu bewerten.',
      how: 'Nach dem Handel können Sie bewerten, was Sie kauften, von 0 bis 100. Wer nichts sagt, nimmt es an.',
      until: (time: string, wall: string) => `Bis ${time} nach der Uhr des Marktes${wall}.`,
      wall: (span: string) => `, noch etwa ${span}`,
      done: (period: number) => `Periode ${period} ist bewertet (von Ihnen oder Ihrem Agenten).`,
    },
  },
)

/** The quality of what she bought, while its rating is open. */
export function Rate({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const wall = useWallSeconds()
  const periods = clock.inRating(time)
  const slots = useSlots(me.address, periods)
  const bought = periods.filter((one) => {
    const slot = slots.get(one)
    return slot !== undefined && slot.consumed > slot.generated && slot.traded > 0
  })
  const [chosen, choose] = useState<number | null>(null)
  const period = bought.find((one) => one === chosen) ?? bought[0]
  const slot = period === undefined ? undefined : slots.get(period)
  const purchases = usePurchases(me.address, period ?? null)
  const left = period === undefined ? null : wall(clock.closingTime(period) - time)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <p>{t.how}</p>
      {period === undefined || slot === undefined ? (
        <p className="soft">{t.nothing}</p>
      ) : (
        <>
          <PeriodChoice
            periods={bought}
            period={period}
            choose={choose}
            until={t.until(
              format.clock(clock.closingTime(period)),
              left === null ? '' : t.wall(format.span(left)),
            )}
          />
          {has(slot, 'rated') ? (
            <p>{t.done(period)}</p>
          ) : (
            <Asked query={purchases}>
              {(known) => <RateForm key={period} period={period} purchases={known} />}
            </Asked>
          )}
        </>
      )}
    </section>
  )
}
