import { describe, expect, it } from 'vitest'
import { clockOf, scheduleOf } from './clock'
import fixtures from './mirrors.fixtures.json'
import { packTarget, unpackTarget, WordError } from './target'

describe('a target', () => {
  it.each(fixtures.targets)('is the word that the servers read: $word', ({ target, word }) => {
    const same = {
      period: target.period,
      netWh: target.net_wh,
      priceTicks: target.price_ticks,
      limitTicks: target.limit_ticks,
      zone: target.zone,
      pooled: target.pooled,
    }
    expect(packTarget(same)).toBe(BigInt(word))
    expect(unpackTarget(BigInt(word))).toEqual(same)
  })

  it.each([
    { period: 2 ** 24 },
    { netWh: 2 ** 31 },
    { netWh: -(2 ** 31) - 1 },
    { netWh: 0.5 },
    { priceTicks: -1 },
    { limitTicks: 2 ** 32 },
    { zone: 2 ** 16 },
  ])('is refused where a field does not hold it: %o', (change) => {
    const target = { period: 1, netWh: -1, priceTicks: 1, limitTicks: 1, zone: 0, pooled: false }
    expect(() => packTarget({ ...target, ...change })).toThrow(WordError)
  })

  it('has no bits beyond its fields', () => {
    expect(() => unpackTarget(1n << 137n)).toThrow('137 bits')
  })
})

describe.each(fixtures.clocks)('the clock of ring $schedule.ring_length', ({ schedule, times }) => {
  const clock = clockOf(scheduleOf(schedule))
  it.each(times)('says at $time what the servers say', (said) => {
    expect(clock.periodAt(said.time)).toBe(said.period)
    expect(clock.firstToDeclare(said.time)).toBe(said.first_to_declare)
    expect(clock.firstToNeed(said.time)).toBe(said.first_to_need)
    expect(clock.inTrading(said.time)).toEqual(said.in_trading)
    expect(clock.inRating(said.time)).toEqual(said.in_rating)
    expect(clock.lastClosable(said.time)).toBe(said.last_closable)
  })
})

it('a schedule that lacks a field is refused', () => {
  expect(() => scheduleOf({ start: 1 })).toThrow('no period')
})
