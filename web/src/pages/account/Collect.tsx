import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { Prizes } from './Prizes'
import { type Me, useOpenPeriods, useSlots } from './reads'
import { creditsOf, has } from './slots'

const WH_PER_WATTCOIN = 1_000_000

const useTexts = texts(
  {
    title: 'Collect',
    open: (count: number) =>
      count === 1
        ? 'One period of yours is over and not closed yet.'
        : `${count} periods of yours are over and not closed yet.`,
    brings: (sum: string) => `Closing credits ${sum} to your deposit`,
    watts: (count: string) => ` and mints ${count} Wattcoin`,
    nothing: 'All your finished periods are closed: sales are credited, Wattcoins are minted.',
    go: 'Close my periods',
    what: 'Close my periods',
    how: 'Others may close them, too, and mostly do. One Wattcoin comes with each MWh that you sold and that was accepted.',
  },
  {
    de: {
      title: 'Abholen',
      open: (count: number) =>
        count === 1
          ? 'Eine Ihrer Perioden ist vorbei und noch nicht abgeschlossen.'
          : `${count} Ihrer Perioden sind vorbei und noch nicht abgeschlossen.`,
      brings: (sum: string) => `Der Abschluss schreibt ${sum} gut`,
      watts: (count: string) => ` und prägt ${count} Wattcoin`,
      nothing:
        'Alle Ihre beendeten Perioden sind abgeschlossen: Verkäufe gutgeschrieben, Wattcoins geprägt.',
      go: 'Meine Perioden abschließen',
      what: 'Meine Perioden abschließen',
      how: 'Auch andere dürfen sie abschließen und tun es meist. Ein Wattcoin kommt mit jeder MWh, die Sie verkauften und die angenommen wurde.',
    },
  },
)

/** What waits for her: proceeds and Wattcoin of finished periods, prizes. */
export function Collect({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const trading = useContract('ElectricityTrading')
  const through = clock.lastClosable(time)
  const periods = useOpenPeriods(me, time).filter((period) => period <= through)
  const slots = [...useSlots(me.address, periods).values()].filter((slot) => slot.flags !== 0)
  const { locked, proceeds } = creditsOf(slots)
  const sold = slots
    .filter((slot) => slot.generated > slot.consumed && !has(slot, 'pooled'))
    .reduce((sum, slot) => sum + slot.traded - slot.refused, me.remainderWh)
  const watts = Math.floor(sold / WH_PER_WATTCOIN)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {slots.length === 0 ? (
        <p>{t.nothing}</p>
      ) : (
        <>
          <p>{t.open(slots.length)}</p>
          <p>
            {t.brings(`${format.wad(locked + proceeds)} ELE`)}
            {watts > 0 ? t.watts(format.number(watts, 0)) : ''}.
          </p>
          <ActButton
            call={callOf({
              ...trading,
              functionName: 'close',
              args: [[me.address], through],
            })}
            what={t.what}
          >
            {t.go}
          </ActButton>
        </>
      )}
      <p className="hint">{t.how}</p>
      <Prizes me={me} />
    </section>
  )
}
