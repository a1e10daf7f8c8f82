import { describe, expect, it } from 'vitest'
import { buyingOf, creditOf, creditsOf, FLAGS, readingOf, type Slot } from './slots'

const slot: Slot = {
  period: 41,
  net: 0,
  price: 0,
  limit: 0,
  generated: 0,
  consumed: 0,
  traded: 0,
  refused: 0,
  flags: 0,
}

describe('an open period owes', () => {
  it('a seller what she sold at the price, and a buyer nothing', () => {
    const sold = { ...slot, net: 500, generated: 700, consumed: 100, traded: 350, price: 163_205 }
    expect(creditOf(sold)).toEqual({ locked: 0n, proceeds: 350n * 163_205n * 10n ** 9n })
    expect(creditOf({ ...sold, generated: 0 }).proceeds).toBe(0n)
  })

  it('who pools the number that price and limit make together', () => {
    const pooled = { ...slot, flags: FLAGS.pooled, net: -1, limit: 2, price: 5 }
    const credit = (2n * 2n ** 32n + 5n) * 10n ** 9n
    expect(creditOf(pooled)).toEqual({ locked: credit, proceeds: 0n })
    expect(creditOf({ ...pooled, net: 1 })).toEqual({ locked: 0n, proceeds: credit })
    expect(creditsOf([pooled, pooled]).locked).toBe(2n * credit)
  })
})

it('a reading counts only where all registers came, of this period alone, undisputed', () => {
  const { complete, spanning, quarantined } = FLAGS
  expect(readingOf(slot)).toBe('waiting')
  expect(readingOf({ ...slot, flags: complete })).toBe('complete')
  expect(readingOf({ ...slot, flags: complete | spanning })).toBe('spanning')
  expect(readingOf({ ...slot, flags: complete | spanning | quarantined })).toBe('disputed')
})

it('energy can be bought where it was declared, measured, and not all of it is bought', () => {
  const { declared, complete, pooled } = FLAGS
  const ready = { ...slot, flags: declared | complete, net: -300, consumed: 400, generated: 50 }
  expect(buyingOf(ready, 330n)).toBe('may')
  expect(buyingOf(ready, 0n)).toBe('done')
  expect(buyingOf({ ...ready, net: 5 }, 0n)).toBe('other')
  expect(buyingOf({ ...ready, generated: 400 }, 0n)).toBe('surplus')
  expect(buyingOf({ ...ready, flags: declared }, 0n)).toBe('unread')
  expect(buyingOf({ ...ready, flags: declared | pooled }, 0n)).toBe('pooled')
  expect(buyingOf(slot, 0n)).toBe('undeclared')
})
