import { useState } from 'react'
import { useReadContracts } from 'wagmi'
import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { packTarget } from '../../chain/target'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { type Side, targetOf } from './declaration'
import { cheapestOf, useFees } from './fees'
import { lockOf } from './money'
import type { Me } from './reads'

const LARGEST_WH = 2n ** 31n - 1n
const LARGEST_TICKS = 2n ** 32n - 2n

const useTexts = texts(
  {
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

/** What she expects of one period, and at which price. */
export function DeclareForm({ me, period }: { me: Me; period: number }) {
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
