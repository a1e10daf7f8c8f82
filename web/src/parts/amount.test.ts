import { describe, expect, it } from 'vitest'
import type { Language } from '../i18n/language'
import { parseAmount, translateAmount, writeAmount } from './amount'

/** Whole numbers that repeat: a multiplicative congruence, cut to a random length. */
function* numbers(count: number): Generator<bigint> {
  let state = 88172645463325252n
  for (let made = 0; made < count; made++) {
    state ^= (state << 13n) & 0xffffffffffffffffn
    state ^= state >> 7n
    state ^= (state << 17n) & 0xffffffffffffffffn
    yield (state * state) >> (state % 120n)
  }
}

describe('an amount', () => {
  it('comes back to the last digit, whatever the language and the unit', () => {
    for (const value of numbers(3000)) {
      for (const [language, decimals] of [
        ['en', 18],
        ['de', 18],
        ['de', 6],
        ['en', 3],
        ['en', 0],
      ] as [Language, number][]) {
        const text = writeAmount(value, decimals, language)
        expect(parseAmount(text, decimals, language)).toEqual({ value })
      }
    }
  })

  it('may have marked thousands, as the language writes them', () => {
    for (const value of numbers(300)) {
      const whole = value % 10n ** 15n
      expect(parseAmount(whole.toLocaleString('de-DE'), 18, 'de')).toEqual({
        value: whole * 10n ** 18n,
      })
      expect(parseAmount(whole.toLocaleString('en-GB'), 18, 'en')).toEqual({
        value: whole * 10n ** 18n,
      })
    }
  })

  it.each([
    ['1.5', 'en', 1_500_000n],
    ['1,5', 'de', 1_500_000n],
    ['1.500', 'de', 1_500_000_000n],
    [' .25 ', 'en', 250_000n],
    ['3,', 'de', 3_000_000n],
    ['0.1000000', 'en', 100_000n],
    ['12 000,5', 'de', 12_000_500_000n],
  ] as [string, Language, bigint][])('reads %s (%s)', (text, language, value) => {
    expect(parseAmount(text, 6, language)).toEqual({ value })
  })

  it.each([
    ['1.5', 'de'],
    ['1,5', 'en'],
    ['1,50', 'en'],
    ['12,34,567', 'en'],
    ['1,2,3', 'de'],
    ['-1', 'en'],
    ['1e3', 'en'],
    ['0x10', 'en'],
    ['.', 'en'],
    ['1,234567,8', 'en'],
    ['٣', 'en'],
  ] as [string, Language][])('does not guess what %s (%s) means', (text, language) => {
    expect(parseAmount(text, 6, language)).toEqual({ problem: 'malformed' })
  })

  it('is refused where it is finer than its unit, and nothing is nothing', () => {
    expect(parseAmount('0.0000001', 6, 'en')).toEqual({ problem: 'fine' })
    expect(parseAmount('  ', 6, 'en')).toBeNull()
  })

  it('keeps its value when the language changes, to and fro', () => {
    for (const value of numbers(1000)) {
      const text = writeAmount(value, 18, 'en')
      const other = translateAmount(text, 'en', 'de')
      expect(parseAmount(other, 18, 'de')).toEqual({ value })
      expect(translateAmount(other, 'de', 'en')).toBe(text)
    }
  })

  it.each([
    ['1,500.25', 'en', 'de', '1500,25'],
    ['1.500', 'de', 'en', '1500'],
    // Too fine for its field, or not typed to its end: still the same number.
    ['0.00000000000000000001', 'en', 'de', '0,00000000000000000001'],
    ['3,', 'de', 'en', '3'],
    ['1.5', 'de', 'en', '1.5'],
    ['1.50', 'de', 'de', '1.50'],
    ['', 'en', 'de', ''],
    ['a lot', 'en', 'de', 'a lot'],
  ] as [string, Language, Language, string][])(
    '%s (%s) reads in %s: %s',
    (text, from, to, read) => {
      expect(translateAmount(text, from, to)).toBe(read)
    },
  )
})
