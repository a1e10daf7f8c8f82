import { describe, expect, it } from 'vitest'
import { type Reputation, historyOf, lastChange, orderOf, valueAfter } from './history'

const DATA: Reputation = {
  rounds: [
    { round: 3, leader: '0xA', values: { '0xA': 2, '0xB': 1 } },
    { round: 4, leader: '0xA', values: { '0xA': 3, '0xB': 1.5, '0xC': 1 } },
  ],
  accounts: [
    { address: '0xA', value: 3, since_round: 0, rounds: 0 },
    { address: '0xB', value: 1.5, since_round: 3, rounds: 2 },
    { address: '0xC', value: 1, since_round: 4, rounds: 1 },
  ],
}

describe('the history of reputations', () => {
  it('shows the highest, with gaps where a round did not settle for one', () => {
    const all = historyOf(DATA, undefined, 10)
    expect(all.rounds).toEqual([3, 4])
    expect(all.lines.map((one) => one.values)).toEqual([
      [2, 3],
      [1, 1.5],
      [null, 1],
    ])
  })

  it('always has the reader’s own', () => {
    expect(historyOf(DATA, '0xc', 2).lines.map((one) => [one.account, one.own])).toEqual([
      ['0xA', false],
      ['0xC', true],
    ])
    expect(historyOf(DATA, '0xd', 2).lines.map((one) => one.account)).toEqual(['0xA', '0xB'])
  })

  it('tells the last change, where there are two values', () => {
    expect(lastChange(DATA, '0xB')).toBe(0.5)
    expect(lastChange(DATA, '0xC')).toBeNull()
    expect(lastChange(DATA, '0xD')).toBeNull()
  })
})

describe('who leads', () => {
  const orders = [
    { settled: 0, from: 2 },
    { settled: 1, from: 3 },
    { settled: 1, from: 4 },
  ]

  it('by the order stored last for the round', () => {
    expect([1, 2, 3, 9].map((round) => orderOf(orders, round))).toEqual([null, 0, 1, 1])
  })

  it('by the reputations after that round', () => {
    expect(valueAfter(DATA, 3, '0xa')).toBe(2)
    expect(valueAfter(DATA, 3, '0xC')).toBeNull()
    expect(valueAfter(DATA, 1, '0xA')).toBeNull()
    expect(valueAfter(DATA, null, '0xA')).toBeNull()
  })
})
