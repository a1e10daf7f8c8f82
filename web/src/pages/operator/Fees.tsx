import { useState } from 'react'
import { useFormat, useMarket } from '../../api/market'
import { clockOf, scheduleOf } from '../../chain/clock'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { type Column, Table } from '../../parts/Table'
import { callOf } from '../../tx/useAct'
import { type PairFee, useFeesOnChain, usePresentPeriod, useTrading } from './chain'
import { DutyButton } from './DutyButton'
import { inForce } from './inForce'
import { NumberField } from './NumberField'
import { useWords } from './texts'

const TICKS = 1e6
const DECIMALS = 6
const MOST = 2 ** 32 - 1

const useTexts = texts(
  {
    title: 'Network fees and levies',
    caption: (currency: string) => `${currency} per kWh, from a seller’s zone to a buyer’s`,
    pair: 'From → to',
    now: 'Now: network + levy',
    next: 'Announced',
    forbidden: 'no trade',
    nothing: '–',
    change: 'Change',
    changeOf: (pair: string) => `Change the fees ${pair}`,
    heading: (pair: string) => `Fees ${pair}`,
    network: (currency: string) => `Network fee, ${currency} per kWh`,
    levy: (currency: string) => `Levy, ${currency} per kWh`,
    permitted: 'Trade is permitted',
    announce: 'Announce these fees',
    later:
      'Members are told in good time: once prices exist, a change holds only after more than an elecoin epoch.',
    what: (pair: string) => `Fees ${pair}`,
  },
  {
    de: {
      title: 'Netzentgelte und Abgaben',
      caption: (currency: string) =>
        `${currency} je kWh, von der Zone der Verkäuferin zu der der Käuferin`,
      pair: 'Von → nach',
      now: 'Jetzt: Netz + Abgabe',
      next: 'Angekündigt',
      forbidden: 'kein Handel',
      nothing: '–',
      change: 'Ändern',
      changeOf: (pair: string) => `Entgelte ${pair} ändern`,
      heading: (pair: string) => `Entgelte ${pair}`,
      network: (currency: string) => `Netzentgelt, ${currency} je kWh`,
      levy: (currency: string) => `Abgabe, ${currency} je kWh`,
      permitted: 'Handel ist erlaubt',
      announce: 'Diese Entgelte ankündigen',
      later:
        'Mitglieder erfahren es rechtzeitig: Sobald es Preise gibt, gilt eine Änderung erst nach mehr als einer Elecoin-Epoche.',
      what: (pair: string) => `Entgelte ${pair}`,
    },
  },
)

interface Terms {
  network: number
  levy: number
  permitted: boolean
}

function termsOf({ fee }: PairFee, period: number | null) {
  return inForce<Terms>(
    fee,
    { network: fee.nextNetwork, levy: fee.nextLevy, permitted: fee.nextPermitted },
    fee.fromPeriod,
    period,
  )
}

/** What the network asks between zones, now and later. */
export function Fees() {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const market = useMarket()
  const period = usePresentPeriod()
  const clock = clockOf(scheduleOf(market.schedule))
  const [chosen, setChosen] = useState<string | null>(null)
  const pairOf = ({ from, to }: PairFee) =>
    `${market.zones[from] ?? from} → ${market.zones[to] ?? to}`
  const said = ({ network, levy, permitted }: Terms) =>
    permitted
      ? `${format.number(network / TICKS, DECIMALS)} + ${format.number(levy / TICKS, DECIMALS)}`
      : t.forbidden
  const columns: Column<PairFee>[] = [
    { head: t.pair, cell: pairOf },
    { head: t.now, cell: (one) => said(termsOf(one, period).now) },
    {
      head: t.next,
      cell: (one) => {
        const { next } = termsOf(one, period)
        return next === null
          ? t.nothing
          : `${said(next.term)} ${words.from(
              format.number(next.fromPeriod, 0),
              format.time(clock.startOf(next.fromPeriod)),
            )}`
      },
    },
    {
      head: t.change,
      cell: (one) => (
        <button
          type="button"
          className="quiet"
          aria-label={t.changeOf(pairOf(one))}
          aria-expanded={chosen === pairOf(one)}
          onClick={() => setChosen(chosen === pairOf(one) ? null : pairOf(one))}
        >
          {t.change}
        </button>
      ),
    },
  ]
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={useFeesOnChain()}>
        {(pairs) => {
          const pair = pairs.find((one) => pairOf(one) === chosen)
          return (
            <>
              <Table
                caption={t.caption(market.currency)}
                columns={columns}
                rows={pairs}
                keyOf={({ from, to }) => `${from} ${to}`}
              />
              {pair === undefined ? null : (
                <Change
                  key={chosen}
                  pair={pair}
                  name={pairOf(pair)}
                  first={termsOf(pair, period).next?.term ?? termsOf(pair, period).now}
                  close={() => setChosen(null)}
                />
              )}
            </>
          )
        }}
      </Asked>
    </section>
  )
}

interface ChangeProps {
  pair: PairFee
  name: string
  first: Terms
  close: () => void
}

function Change({ pair, name, first, close }: ChangeProps) {
  const t = useTexts()
  const words = useWords()
  const { currency } = useMarket()
  const contract = useTrading()
  const [network, setNetwork] = useState<number | null>(first.network)
  const [levy, setLevy] = useState<number | null>(first.levy)
  const [permitted, setPermitted] = useState(first.permitted)
  const call =
    network === null || levy === null
      ? null
      : callOf({
          ...contract,
          functionName: 'setFee',
          args: [pair.from, pair.to, network, levy, permitted],
        })
  return (
    <div className="card operator-change">
      <h3>{t.heading(name)}</h3>
      <NumberField
        label={t.network(currency)}
        decimals={DECIMALS}
        most={MOST}
        first={first.network}
        change={setNetwork}
      />
      <NumberField
        label={t.levy(currency)}
        decimals={DECIMALS}
        most={MOST}
        first={first.levy}
        change={setLevy}
      />
      <p>
        <label>
          <input
            type="checkbox"
            checked={permitted}
            onChange={(event) => setPermitted(event.target.checked)}
          />{' '}
          {t.permitted}
        </label>
      </p>
      <p className="soft">{t.later}</p>
      <DutyButton duty="setFee" call={call} what={t.what(name)} onSent={close}>
        {t.announce}
      </DutyButton>
      <button type="button" className="quiet" onClick={close}>
        {words.close}
      </button>
    </div>
  )
}
