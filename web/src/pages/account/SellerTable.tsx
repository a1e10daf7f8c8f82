import type { Address } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { type Column, Table } from '../../parts/Table'
import { allIn, type Seller, type Technology } from './sellers'

const useTexts = texts(
  {
    caption: 'Retailers of this period, cheapest first; prices in ELE per kWh',
    pick: 'Choose',
    choose: (place: number) => `Choose retailer ${place}`,
    who: 'Retailer',
    place: 'Place',
    near: 'your zone',
    from: 'Made from',
    left: 'Left',
    energy: 'Energy',
    fees: 'Network and levy',
    sum: 'Together',
    why: 'Why not',
    nothing: 'Nothing is left.',
    unknown: 'not stated',
    renewable: 'renewable',
    certified: 'with certificate',
    solar: 'sun',
    wind: 'wind',
    hydro: 'water',
    biomass: 'biomass',
    geothermal: 'heat of the earth',
    marine: 'sea',
  },
  {
    de: {
      caption: 'Anbieter dieser Periode, der günstigste zuerst; Preise in ELE je kWh',
      pick: 'Wählen',
      choose: (place: number) => `Anbieter ${place} wählen`,
      who: 'Anbieter',
      place: 'Ort',
      near: 'Ihre Zone',
      from: 'Gewonnen aus',
      left: 'Übrig',
      energy: 'Energie',
      fees: 'Netz und Abgabe',
      sum: 'Zusammen',
      why: 'Warum nicht',
      nothing: 'Nichts ist übrig.',
      unknown: 'nicht angegeben',
      renewable: 'erneuerbar',
      certified: 'mit Nachweis',
      solar: 'Sonne',
      wind: 'Wind',
      hydro: 'Wasser',
      biomass: 'Biomasse',
      geothermal: 'Erdwärme',
      marine: 'Meer',
    },
  },
)

interface Props {
  sellers: readonly Seller[]
  picked: Address | null
  pick: (account: Address) => void
  /** Whether each seller's own reason is said. */
  reasons: boolean
  zone: number
}

/** Who sells, where, made from what, at which price. */
export function SellerTable({ sellers, picked, pick, reasons, zone }: Props) {
  const t = useTexts()
  const format = useFormat()
  const { zones } = useMarket()
  const rows = sellers.map((seller, place) => ({ seller, place: place + 1 }))
  type Row = (typeof rows)[number]
  const price = (wei: bigint) => format.wad(wei, 6)
  const columns: Column<Row>[] = [
    {
      head: t.pick,
      cell: ({ seller, place }) => (
        <input
          type="radio"
          name="retailer"
          aria-label={t.choose(place)}
          checked={picked === seller.account}
          disabled={seller.refused !== null}
          onChange={() => pick(seller.account)}
        />
      ),
    },
    { head: t.who, cell: ({ seller }) => <Account address={seller.account} /> },
    {
      head: t.place,
      cell: ({ seller }) =>
        `${zones[seller.zone] ?? seller.zone}${seller.zone === zone ? ` (${t.near})` : ''}`,
    },
    { head: t.from, cell: ({ seller }) => <Origin seller={seller} words={t} /> },
    { head: t.left, number: true, cell: ({ seller }) => format.kwh(seller.leftWh) },
    { head: t.energy, number: true, cell: ({ seller }) => price(seller.price) },
    { head: t.fees, number: true, cell: ({ seller }) => price(seller.network + seller.levy) },
    {
      head: t.sum,
      number: true,
      cell: ({ seller }) => <strong>{price(allIn(seller))}</strong>,
    },
  ]
  if (reasons && sellers.some((one) => one.refused !== null)) {
    columns.push({
      head: t.why,
      cell: ({ seller }) => (
        <span className="reason">{seller.leftWh === 0n ? t.nothing : seller.refused}</span>
      ),
    })
  }
  return (
    <Table
      caption={t.caption}
      columns={columns}
      rows={rows}
      keyOf={({ seller }) => seller.account}
    />
  )
}

type Words = Record<Technology | 'renewable' | 'certified', string>

function Origin({ seller, words }: { seller: Seller; words: Words }) {
  const known = seller.technology !== 'unknown'
  const from = known ? words[seller.technology] : seller.renewable ? words.renewable : words.unknown
  return seller.certified ? `${from}, ${words.certified}` : from
}
