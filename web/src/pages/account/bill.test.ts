import { describe, expect, it } from 'vitest'
import { exact, shownLines, sumsOf } from './bill'

const lines = [
  { name: 'vat', unit: 'EUR', amount: '0.072501783333333333' },
  { name: 'feed_in', unit: 'EUR', amount: '-0.1' },
  { name: 'a new one', unit: 'EUR', amount: '1' },
  { name: 'levy', unit: 'ELE', amount: '0' },
  { name: 'energy', unit: 'ELE', amount: '0.000000000000000001' },
]

describe('a bill', () => {
  it('is summed exactly, by unit', () => {
    expect(sumsOf(lines)).toEqual([
      ['EUR', 972_501_783_333_333_333n],
      ['ELE', 1n],
    ])
  })

  it('shows its lines in order, a line that it does not know last, and none that is nothing', () => {
    expect(shownLines(lines).map(({ name }) => name)).toEqual([
      'energy',
      'feed_in',
      'vat',
      'a new one',
    ])
  })

  it('is refused where an amount is no decimal', () => {
    expect(() => exact('1e3')).toThrow('1e3')
    expect(() => exact('')).toThrow('not a decimal')
  })
})
