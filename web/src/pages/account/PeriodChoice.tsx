import { useId } from 'react'
import { useFormat } from '../../api/market'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'

const useTexts = texts({ period: 'Period' }, { de: { period: 'Periode' } })

interface Props {
  periods: readonly number[]
  period: number
  choose: (period: number) => void
  /** Until when this can be done, as a sentence. */
  until: string
}

/** Which of the periods that are open for something, by number and start. */
export function PeriodChoice({ periods, period, choose, until }: Props) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{t.period}</label>
      <select id={id} value={period} onChange={(event) => choose(Number(event.target.value))}>
        {periods.map((one) => (
          <option key={one} value={one}>
            {one} · {format.time(clock.startOf(one))}
          </option>
        ))}
      </select>
      <p className="hint">{until}</p>
    </div>
  )
}
