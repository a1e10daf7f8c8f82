import { useState } from 'react'
import { useFormat } from '../../api/market'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Declared } from './Declared'
import { DeclareForm } from './DeclareForm'
import { PeriodChoice } from './PeriodChoice'
import { type Me, useSlots } from './reads'
import { has } from './slots'

const useTexts = texts(
  {
    title: 'Say what you expect',
    said: 'Before a period you say once, and finally, what you will have left or lack. The price follows from what everybody said; you may trade about as much as you said.',
    until: (time: string) => `Possible until ${time}.`,
  },
  {
    de: {
      title: 'Erwartung ansagen',
      said: 'Vor einer Periode sagen Sie einmal und endgültig, was Ihnen übrig bleibt oder fehlt. Der Preis folgt aus dem, was alle sagten; handeln dürfen Sie etwa so viel, wie Sie sagten.',
      until: (time: string) => `Möglich bis ${time}.`,
    },
  },
)

/** The target of a period still to come. */
export function Declare({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const first = clock.firstToDeclare(time)
  const last = Math.max(first, clock.lastClosable(time) + clock.schedule.ring_length)
  const periods = Array.from({ length: Math.min(last - first + 1, 8) }, (_, n) => first + n)
  const [chosen, choose] = useState<number | null>(null)
  // A period whose deadline has passed leaves the list; the first one takes its place.
  const period = chosen !== null && chosen >= first && chosen <= last ? chosen : first
  const slot = useSlots(me.address, periods).get(period)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <p>{t.said}</p>
      <PeriodChoice
        periods={periods}
        period={period}
        choose={choose}
        until={t.until(format.time(clock.declarationDeadline(period)))}
      />
      {slot !== undefined && has(slot, 'declared') ? (
        <Declared slot={slot} />
      ) : (
        <DeclareForm me={me} period={period} />
      )}
    </section>
  )
}
