import { describe, expect, it } from 'vitest'
import { curvesOf, ofTen, outcomeOf } from './curves'
import type { Book } from './queries'

const bid = (
  side: 'buy' | 'sell',
  energy_wh: number,
  limit: number | null,
): Book['bids'][number] => ({
  account: `0x${energy_wh.toString(16).padStart(40, '0')}`,
  side,
  energy_wh,
  limit,
  limit_wei: null,
  serves_wh: null,
})

/** Two sellers and two buyers, as the service draws them. */
const BOOK: Book = {
  period: 7,
  floor: 0.08,
  price: 0.12,
  price_wei: '120000000000000000',
  bids: [
    bid('sell', 500, 0.09),
    bid('buy', 900, 0.24),
    bid('sell', 300, 0.12),
    bid('sell', 9, null),
  ],
  supply: [
    [0, 0.09],
    [0.5, 0.09],
    [0.5, 0.12],
    [0.8, 0.12],
  ],
  demand: [
    [0, 0.24],
    [0.9, 0.08],
  ],
  cleared_kwh: 0.675,
  matching_probability: 1,
  served_fraction: 1,
}

describe('supply and demand over the same kWh', () => {
  const curves = curvesOf(BOOK)

  it('have every kink, once, in order', () => {
    expect(curves.kwh).toEqual([0, 0.5, 0.675, 0.8, 0.9])
  })

  it('supply is the next offer from its first kWh on, and upright where offers end', () => {
    expect(curves.supply).toEqual([0.09, 0.12, 0.12, 0.24, null])
  })

  it('demand is a line between the values that were declared', () => {
    expect(curves.demand[0]).toBe(0.24)
    expect(curves.demand[2]).toBeCloseTo(0.12, 12)
    expect(curves.demand[4]).toBe(0.08)
  })

  it('they meet in one point', () => {
    expect(curves.meeting).toEqual([null, null, 0.12, null, null])
  })

  it('without sellers there is demand alone, and without anything nothing', () => {
    const none = curvesOf({ ...BOOK, supply: [], cleared_kwh: null, price: null })
    expect(none.supply).toEqual([null, null])
    expect(none.meeting).toEqual([null, null])
    expect(curvesOf({ ...BOOK, supply: [], demand: [], cleared_kwh: null }).kwh).toEqual([])
  })
})

describe('what came of it', () => {
  it('a price where they meet; what may not be sold is no offer', () => {
    expect(outcomeOf(BOOK)).toEqual({
      kind: 'met',
      offered: 0.8,
      wanted: 0.9,
      cleared: 0.675,
      price: 0.12,
    })
  })

  it('at the floor sellers share, of what is offered at it', () => {
    const floor = { ...BOOK, floor: 0.09, price: 0.09, cleared_kwh: 0.2, matching_probability: 0.4 }
    expect(outcomeOf(floor)).toEqual({
      kind: 'surplus',
      ready: 0.5,
      cleared: 0.2,
      price: 0.09,
      share: 0.4,
    })
  })

  it('nobody sells at the price, no price, no declarations', () => {
    expect(outcomeOf({ ...BOOK, price: 0.085, cleared_kwh: 0 }).kind).toBe('unoffered')
    expect(outcomeOf({ ...BOOK, price: null, cleared_kwh: null }).kind).toBe('unpriced')
    expect(outcomeOf({ ...BOOK, bids: [] }).kind).toBe('nothing')
  })

  it('counts in tenths, none and all only where it is none and all', () => {
    expect([0, 0.001, 0.33, 0.96, 0.999, 1].map(ofTen)).toEqual([0, 1, 3, 9, 9, 10])
  })
})
