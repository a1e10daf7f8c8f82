import { useState } from 'react'
import { useReadContracts } from 'wagmi'
import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { packTarget } from '../../chain/target'
import { useClock } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { Declared } from './Declared'
import { type Side, targetOf } from './declaration'
import { cheapestOf, useFees } from './fees'
import { lockOf } from './money'
import { type Me, useSlots } from './reads'
import { has } from './slots'

const LARGEST_WH = 2n ** 31n - 1n
const LARGEST_TICKS = 2n ** 32n - 2n

const useTexts = texts(
  {
    title: 'Say what you expect',
    said: 'Before a period you say once, and finally, what you will have left or lack. The price follows from what everybody said; you may trade about as much as you said.',
    period: 'Period',
    until: (time: string) => `Possible until ${time}.`,
    side: 'I expect',
    buy: 'to need energy',
    sell: 'to have energy left',
    nothing: 'neither',
    energy: 'How much',
    most: 'The most I pay, fees included',
    least: 'The least I take',
    floor: (floor: string, fee: string) =>
      `No price is below ${floor} ELE/kWh; the cheapest place adds ${fee} of fees.`,
    floorAlone: (floor: string) => `No price is below ${floor} ELE/kWh.`,
    noRight: 'You have no right to sell, so your energy goes to the grid.',
    large: 'This is more than the market takes.',
    pooled: 'Let the pool buy or sell for me, instead of choosing a retailer',
    lock: (sum: string) =>
      `Up to ${sum} ELE of your deposit are locked until the period closes; what is not used comes back.`,
    go: 'Declare',
    whatBuy: (energy: string) => `Declare a need of ${energy}`,
    whatSell: (energy: string) => `Declare a surplus of ${energy}`,
    whatNothing: 'Declare nothing',
  },
  {
    de: {
      title: 'Erwartung ansagen',
      said: 'Vor einer Periode sagen Sie einmal und endgültig, was Ihnen übrig bleibt oder fehlt. Der Preis folgt aus dem, was alle sagten; handeln dürfen Sie etwa so viel, wie Sie sagten.',
      period: 'Periode',
      until: (time: string) => `Möglich bis ${time}.`,
      side: 'Ich erwarte',
      buy: 'Energie zu brauchen',
      sell: 'Energie übrig zu haben',
      nothing: 'weder noch',
      energy: 'Wie viel',
      most: 'Höchstens zahle ich, mit Gebühren',
      least: 'Mindestens nehme ich',
      floor: (floor: string, fee: string) =>
        `Kein Preis liegt unter ${floor} ELE/kWh; der günstigste Ort kommt mit ${fee} Gebühren dazu.`,
      floorAlone: (floor: string) => `Kein Preis liegt unter ${floor} ELE/kWh.`,
      noRight: 'Sie dürfen nicht verkaufen, Ihre Energie geht also ins Netz.',
      large: 'Das ist mehr, als der Markt annimmt.',
      pooled: 'Der Pool soll für mich kaufen oder verkaufen, statt dass ich wähle',
      lock: (sum: string) =>
        `Bis zu ${sum} ELE Ihres Guthabens sind gesperrt, bis die Periode abgeschlossen ist; der Rest kommt zurück.`,
      go: 'Ansagen',
      whatBuy: (energy: string) => `Bedarf von ${energy} ansagen`,
      whatSell: (energy: string) => `Überschuss von ${energy} ansagen`,
      whatNothing: 'Nichts ansagen',
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
      <div className="field">
        <label htmlFor="declare-period">{t.period}</label>
        <select
          id="declare-period"
          value={period}
          onChange={(event) => choose(Number(event.target.value))}
        >
          {periods.map((one) => (
            <option key={one} value={one}>
              {one} · {format.time(clock.startOf(one))}
            </option>
          ))}
        </select>
        <p className="hint">{t.until(format.time(clock.declarationDeadline(period)))}</p>
      </div>
      {slot !== undefined && has(slot, 'declared') ? (
        <Declared slot={slot} />
      ) : (
        <Form key={period} me={me} period={period} />
      )}
    </section>
  )
}

function Form({ me, period }: { me: Me; period: number }) {
  const t = useTexts()
  const format = useFormat()
  const trading = useContract('ElectricityTrading')
  const [side, setSide] = useState<Side>('buy')
  const [pooled, setPooled] = useState(false)
  const energy = useAmount(3)
  const price = useAmount(6)
  const fee = cheapestOf(useFees(me.zone, period))
  const terms = useReadContracts({
    allowFailure: false,
    contracts: [
      { ...trading, functionName: 'floorPrice', args: [BigInt(period)] },
      { ...trading, functionName: 'constants' },
    ],
  })
  const [floor, constants] = terms.data ?? []
  const priced = side === 'buy' || (side === 'sell' && me.mayGenerate)
  const said = {
    side,
    energyWh: Number(energy.value ?? 0n),
    priceTicks: Number(price.value ?? 0n),
  }
  const large = (energy.value ?? 0n) > LARGEST_WH || (price.value ?? 0n) > LARGEST_TICKS
  const complete =
    side === 'nothing' ||
    (energy.value !== null && energy.value > 0n && (!priced || price.value !== null))
  const possible = complete && !large && (side !== 'buy' || fee !== null)
  const target = possible
    ? targetOf(said, {
        period,
        zone: me.zone,
        pooled,
        mayGenerate: me.mayGenerate,
        cheapestFee: fee ?? 0n,
      })
    : null
  const tolerance =
    constants === undefined
      ? null
      : period >= constants.fromPeriod
        ? constants.nextToleranceBps
        : constants.toleranceBps
  const what =
    side === 'nothing'
      ? t.whatNothing
      : (side === 'buy' ? t.whatBuy : t.whatSell)(format.kwh(said.energyWh))
  return (
    <>
      <fieldset className="choices">
        <legend>{t.side}</legend>
        {(['buy', 'sell', 'nothing'] as const).map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="declare-side"
              checked={side === one}
              onChange={() => setSide(one)}
            />
            {t[one]}
          </label>
        ))}
      </fieldset>
      {side === 'nothing' ? null : (
        <>
          <AmountField
            label={t.energy}
            unit="kWh"
            amount={energy}
            problem={large ? t.large : null}
          />
          {priced ? (
            <AmountField
              label={side === 'buy' ? t.most : t.least}
              unit="ELE/kWh"
              amount={price}
              hint={
                floor === undefined
                  ? undefined
                  : side === 'buy' && fee !== null
                    ? t.floor(format.wad(floor, 6), format.wad(fee, 6))
                    : t.floorAlone(format.wad(floor, 6))
              }
            />
          ) : (
            <p className="hint">{t.noRight}</p>
          )}
          <label className="tick">
            <input
              type="checkbox"
              checked={pooled}
              onChange={(event) => setPooled(event.target.checked)}
            />
            {t.pooled}
          </label>
          {pooled && side === 'buy' && tolerance !== null ? (
            <p className="hint">
              {t.lock(format.wad(lockOf(BigInt(said.energyWh), tolerance, said.priceTicks)))}
            </p>
          ) : null}
        </>
      )}
      <ActButton
        call={
          target === null
            ? null
            : callOf({ ...trading, functionName: 'declareTarget', args: [packTarget(target)] })
        }
        what={what}
      >
        {t.go}
      </ActButton>
    </>
  )
}
