import type { Book } from './queries'

/** Supply and demand over the same kWh, as the chart draws them: price by energy. */
export interface Curves {
  kwh: number[]
  /** Holds until the next kWh. */
  supply: (number | null)[]
  /** A line between any two. */
  demand: (number | null)[]
  /** The one point where they meet, where there is a price. */
  meeting: (number | null)[]
}

type Point = readonly [number, number]

/** The price of the offer that holds from `kwh` on. At the end supply stands upright, up to `top`:
 * no price brings more. */
function supplyAt(points: readonly Point[], kwh: number, top: number): number | null {
  const last = points.at(-1)
  if (last === undefined || kwh > last[0]) return null
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [start, price] = points[i] as Point
    const [end] = points[i + 1] as Point
    if (start <= kwh && kwh < end) return price
  }
  return Math.max(top, last[1])
}

/** What the buyer of the kWh at this place would pay; past the last one none. */
function demandAt(points: readonly Point[], kwh: number): number | null {
  const next = points.findIndex(([x]) => x >= kwh)
  if (next < 0) return null
  const [x1, y1] = points[next] as Point
  if (next === 0 || x1 === kwh) return x1 === kwh ? y1 : null
  const [x0, y0] = points[next - 1] as Point
  return y0 + ((y1 - y0) * (kwh - x0)) / (x1 - x0)
}

/** The steps of a book for the chart. */
export function curvesOf(book: Book): Curves {
  const places = [...book.supply, ...book.demand].map(([x]) => x)
  if (book.cleared_kwh !== null) places.push(book.cleared_kwh)
  const kwh = [...new Set(places)].toSorted((a, b) => a - b)
  const top = book.demand[0]?.[1] ?? 0
  return {
    kwh,
    supply: kwh.map((x) => supplyAt(book.supply, x, top)),
    demand: kwh.map((x) => demandAt(book.demand, x)),
    meeting: kwh.map((x) => (x === book.cleared_kwh ? book.price : null)),
  }
}

/** What came of a period's offers and wishes. */
export type Outcome =
  | { kind: 'nothing' }
  /** No price stands: nobody wants to buy above the floor, or it was not posted. */
  | { kind: 'unpriced'; offered: number; wanted: number }
  /** Somebody would buy, nobody sells at this price. */
  | { kind: 'unoffered'; wanted: number; price: number }
  /** More is offered than wanted even at the least price: sellers share. */
  | { kind: 'surplus'; ready: number; cleared: number; price: number; share: number }
  | { kind: 'met'; offered: number; wanted: number; cleared: number; price: number }

/** Offers, wishes and what they come to, in kWh and ELE per kWh. */
export function outcomeOf(book: Book): Outcome {
  const total = (side: 'buy' | 'sell') =>
    book.bids
      .filter((bid) => bid.side === side && bid.limit !== null)
      .reduce((sum, bid) => sum + bid.energy_wh, 0) / 1000
  const offered = total('sell')
  const wanted = total('buy')
  if (book.bids.length === 0) return { kind: 'nothing' }
  const { price, cleared_kwh: cleared } = book
  if (price === null || cleared === null) return { kind: 'unpriced', offered, wanted }
  // The ends of the steps at or below the price: what is offered at it.
  const ready = book.supply.reduce((most, [kwh, asked]) => (asked <= price ? kwh : most), 0)
  if (ready === 0) return { kind: 'unoffered', wanted, price }
  const share = book.matching_probability ?? 1
  if (price <= book.floor && share < 1) return { kind: 'surplus', ready, cleared, price, share }
  return { kind: 'met', offered, wanted, cleared, price }
}

/** Of ten kWh offered, about how many find a neighbour: 0 to 10, but never 0 where some do. */
export function ofTen(share: number): number {
  if (share <= 0) return 0
  if (share >= 1) return 10
  return Math.min(9, Math.max(1, Math.round(share * 10)))
}
