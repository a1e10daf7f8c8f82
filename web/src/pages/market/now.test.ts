import { describe, expect, it } from 'vitest'
import {
  dayOf,
  elecoinAt,
  gridCost,
  holdingAt,
  isReadable,
  matchingOf,
  neighbourCost,
  openAt,
} from './now'
import type { Posting } from './queries'

function posting(epoch: number, price: number, matching = 1): Posting {
  const wei = BigInt(Math.round(price * 1e6)) * 10n ** 12n
  return {
    feed: 'electricity',
    epoch,
    price,
    price_wei: String(wei),
    value: String(((10n ** 18n) << 160n) | (BigInt(Math.round(matching * 1e18)) << 96n) | wei),
    digest: '0x',
    block: epoch,
    posted_at: epoch * 900 - 300,
    valid_from: epoch * 900,
    valid_until: (epoch + 1) * 900,
    transaction: '0x',
    leader: null,
    signers: [],
    challengeable_until: null,
    demanded: false,
  }
}

const NEWEST_FIRST = [posting(4, 0.2), posting(2, 0.1, 0.25), posting(1, 0.3)]
const ELECOIN = [
  { ...posting(0, 1.02), valid_from: 1800 },
  { ...posting(0, 0.98), valid_from: 0 },
]

describe('a price on stakes', () => {
  const staked = { ...posting(4, 0.2), challengeable_until: 3700 }

  it('is none until its window is over, by the chain’s time', () => {
    expect(isReadable(posting(4, 0.2), null)).toBe(true)
    expect([3699, 3700, null].map((at) => isReadable(staked, at))).toEqual([false, true, false])
    expect(isReadable({ ...staked, demanded: true }, 9000)).toBe(false)
  })

  it('waits until it is read or over, the next first', () => {
    const later = { ...posting(5, 0.3), challengeable_until: 4600 }
    const all = [later, staked, posting(3, 0.1)]
    expect(openAt(all, 3600).map((one) => one.epoch)).toEqual([4, 5])
    expect(openAt(all, 3700).map((one) => one.epoch)).toEqual([5])
    expect(openAt([{ ...staked, demanded: true }], 4499)).toHaveLength(1)
    expect(openAt([{ ...staked, demanded: true }], 4500)).toHaveLength(0)
  })
})

describe('which price holds', () => {
  it('by the chain’s time, its end not included', () => {
    expect(holdingAt(NEWEST_FIRST, 900).now?.epoch).toBe(1)
    expect(holdingAt(NEWEST_FIRST, 2699).now?.epoch).toBe(2)
    const gap = holdingAt(NEWEST_FIRST, 2700)
    expect([gap.now, gap.last?.epoch, gap.next?.epoch]).toEqual([null, 2, 4])
  })

  it('none before the first, the last after it, the newest where no time is known', () => {
    expect(holdingAt(NEWEST_FIRST, 0).next?.epoch).toBe(1)
    const after = holdingAt(NEWEST_FIRST, 90_000)
    expect([after.now, after.next, after.last?.epoch]).toEqual([null, null, 4])
    expect(holdingAt(NEWEST_FIRST, null).last?.epoch).toBe(4)
    expect(holdingAt([], 5)).toEqual({ now: null, next: null, last: null })
  })

  it('an elecoin’s price stands until the next one', () => {
    expect(elecoinAt(ELECOIN, 1799)).toBe(0.98)
    expect(elecoinAt(ELECOIN, 999_999)).toBe(1.02)
    expect(elecoinAt(ELECOIN, -1)).toBeNull()
  })
})

describe('what a kWh costs', () => {
  it('the matching probability is read from the posted word', () => {
    expect(matchingOf(posting(1, 0.123456, 0.4375).value)).toBe(0.4375)
    // As the service's documentation packs it: 163205 ticks, both shares 1.
    expect(matchingOf('1461501637330902918282912995230547357249476493312163205000000000000')).toBe(
      1,
    )
  })

  it('fees are paid in elecoins with the price', () => {
    const cost = neighbourCost(0.2, [0.03, 0.01], 0.5)
    expect(cost.least).toBeCloseTo(0.105, 12)
    expect(cost.most).toBeCloseTo(0.115, 12)
    expect(neighbourCost(0.2, [], 1)).toEqual({ least: 0.2, most: 0.2 })
  })

  it('the grid’s price of the period, else the newest one', () => {
    const grid = [
      { period: 9, tariffs: { home: 0.34, night: 0.29 } },
      { period: 8, tariffs: { home: 0.3 } },
    ]
    expect(gridCost(grid, 8)).toEqual({ least: 0.3, most: 0.3 })
    expect(gridCost(grid, 77)).toEqual({ least: 0.29, most: 0.34 })
    expect(gridCost([], 8)).toBeNull()
  })
})

describe('the day', () => {
  const grid = [{ period: 2, tariffs: { home: 0.4, night: 0.3 } }]
  const points = dayOf(NEWEST_FIRST, ELECOIN, grid, 0.1)

  it('has a gap where nothing was posted, and ends its last step', () => {
    expect(points.map((one) => one.at)).toEqual([900, 1800, 2700, 3600, 4500])
    expect(points[2]?.neighbour).toBeNull()
    expect(points[4]).toEqual({ ...points[3], at: 4500 })
  })

  it('tells currency by the elecoin’s price of the time, with the fee', () => {
    expect(points[0]?.neighbour).toBeCloseTo(0.4 * 0.98, 12)
    expect(points[1]?.neighbour).toBeCloseTo(0.2 * 1.02, 12)
    expect(points[1]).toMatchObject({ grid: { least: 0.3, most: 0.4 }, matching: 0.25 })
    expect(points[0]?.grid).toBeNull()
  })

  it('is a day long', () => {
    expect(dayOf(NEWEST_FIRST, ELECOIN, grid, 0, 1800).map((one) => one.at)).toEqual([3600, 4500])
  })
})
