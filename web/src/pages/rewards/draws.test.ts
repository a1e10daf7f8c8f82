import { describe, expect, it } from 'vitest'
import { type Contest, drawnNumber, entriesOf, oneIn, proofHolds, roundsOf, wonBy } from './draws'

const [ANNA, BEN, EVE] = [1, 2, 3].map((n) => `0x${String(n).repeat(40)}`) as [
  string,
  string,
  string,
]

/** A draw of a day on our chain: what the service told of it. */
const DRAWN: Contest = {
  round: 1,
  zone: 'south',
  state: 'drawn',
  prize: 0.07,
  prize_wei: '73335785000000000',
  tickets: { [ANNA]: 27_872, [BEN]: 2283, [EVE]: 4000 },
  total: 34_155,
  odds: {},
  winner: ANNA,
  seed: '0x2ef7a041f321ef33af4611d58eea57aab4f5782587f2fd47acb9a3944f4ccd77',
  proof: { index: 0, number: 8676, first: 0, last: 27_871, zone_number: 1, block_hash: '0x' },
  least: 1000,
  transactions: [],
}

describe('a draw', () => {
  it('gives each account the numbers after those before it, one a Wh', () => {
    const entries = entriesOf(DRAWN, BEN.toUpperCase().replace('0X', '0x'))
    expect(entries.map((one) => [one.first, one.last])).toEqual([
      [0, 27_871],
      [27_872, 30_154],
      [30_155, 34_154],
    ])
    expect(entries.map((one) => one.own)).toEqual([false, true, false])
    expect(entries.map((one) => one.won)).toEqual([true, false, false])
    expect(entries.reduce((sum, one) => sum + one.odds, 0)).toBeCloseTo(1, 12)
  })

  it('draws the numbers that the chain drew from the same seeds', () => {
    expect(drawnNumber(DRAWN.seed as `0x${string}`, 1, 34_155)).toBe(8676)
    expect(drawnNumber(DRAWN.seed as `0x${string}`, 0, 67_513)).toBe(9547)
    const later = '0x5dcc4d16fc26b8b0b52e9950d9c14886ae9ddaa22707224f6b7c8fb289bd9dbb'
    expect(drawnNumber(later, 0, 98_893)).toBe(44_803)
    expect(drawnNumber(later, 1, 54_835)).toBe(3280)
  })

  it('is believed only where seed, tickets, number and winner agree', () => {
    expect(proofHolds(DRAWN)).toBe(true)
    expect(proofHolds({ ...DRAWN, winner: BEN })).toBe(false)
    expect(proofHolds({ ...DRAWN, tickets: { [BEN]: 10_000, ...DRAWN.tickets } })).toBe(false)
    expect(proofHolds({ ...DRAWN, total: 34_154 })).toBe(false)
    expect(proofHolds({ ...DRAWN, seed: null })).toBe(false)
  })

  it('says how often such odds win', () => {
    expect([0, 1, 0.5, 0.11].map(oneIn)).toEqual([null, null, 2, 9])
  })
})

describe('what an account won', () => {
  const contests: Contest[] = [
    DRAWN,
    { ...DRAWN, round: 2, state: 'paid', prize_wei: '5' },
    { ...DRAWN, round: 3, state: 'paid', prize_wei: '7', winner: BEN },
    { ...DRAWN, round: 4, state: 'open', prize_wei: null, winner: null },
  ]

  it('waits until it is collected', () => {
    expect(wonBy(contests, ANNA)).toEqual({ waiting: 73_335_785_000_000_000n, paid: 5n })
    expect(wonBy(contests, EVE)).toEqual({ waiting: 0n, paid: 0n })
    expect(wonBy(contests, undefined)).toEqual({ waiting: 0n, paid: 0n })
  })

  it('rounds come newest first, once each', () => {
    expect(roundsOf([...contests, DRAWN])).toEqual([4, 3, 2, 1])
  })
})
