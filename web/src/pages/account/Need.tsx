import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import type { Me } from './reads'

const useTexts = texts(
  {
    title: 'Say what you will need',
    said: (from: string, deadline: string) =>
      `How many elecoins will you spend from ${from} on? The elecoin’s next price follows from what members say until ${deadline}. It binds you to nothing.`,
    done: (from: string) => `For the epoch from ${from} on you have said it already.`,
    amount: 'Elecoins',
    go: 'Say it',
    what: (amount: string) => `Declare a need of ${amount} ELE`,
  },
  {
    de: {
      title: 'Bedarf ansagen',
      said: (from: string, deadline: string) =>
        `Wie viele Elecoins werden Sie ab ${from} ausgeben? Der nächste Preis des Elecoins folgt aus dem, was Mitglieder bis ${deadline} ansagen. Es bindet Sie zu nichts.`,
      done: (from: string) => `Für die Epoche ab ${from} haben Sie es schon gesagt.`,
      amount: 'Elecoins',
      go: 'Ansagen',
      what: (amount: string) => `Bedarf von ${amount} ELE ansagen`,
    },
  },
)

/** The need of the next epoch, declared once. */
export function Need({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const trading = useContract('ElectricityTrading')
  const typed = useAmount()
  const epoch = clock.firstToNeed(time)
  const from = format.time(clock.startOf(epoch * clock.schedule.epoch_periods))
  const declared = me.needEpoch > epoch
  const amount = typed.value
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {declared ? (
        <p>{t.done(from)}</p>
      ) : (
        <>
          <p>{t.said(from, format.time(clock.needDeadline(epoch)))}</p>
          <AmountField label={t.amount} unit="ELE" amount={typed} />
          <ActButton
            call={
              amount === null
                ? null
                : callOf({ ...trading, functionName: 'declareNeed', args: [epoch, amount] })
            }
            what={t.what(format.wad(amount ?? 0n))}
            onSent={() => typed.set(null)}
          >
            {t.go}
          </ActButton>
        </>
      )}
    </section>
  )
}
