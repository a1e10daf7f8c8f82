import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  // The reader's language is looked up when the module is read.
  vi.stubGlobal('window', {
    localStorage: { getItem: () => null },
    navigator: { language: 'en' },
  })
})

import { errors } from '../generated/errors'
import { makeFormat } from '../i18n/format'
import { LANGUAGES, type Language } from '../i18n/language'
import { sentenceFor } from './sentences'
import type { Speaking } from './words'

const START = 1_767_225_600
const ACCOUNT = '0x52908400098527886E0F7030069857D2E4169EE7'

function speaking(language: Language): Speaking {
  return {
    language,
    format: makeFormat(language, 'Europe/Berlin'),
    currency: 'EUR',
    start: START,
    period: 900,
  }
}

/** A value of an ABI type, in the JavaScript type that viem decodes it to. */
function sample(type: string, name: string): unknown {
  if (type === 'address') return ACCOUNT
  if (type === 'string') return 'field'
  if (type.startsWith('bytes')) return `0x${'ab'.repeat(Number(type.slice(5)))}`
  const bits = Number(type.replace(/\D/g, ''))
  const value = /opens|closes|until|deadline|leavesAt|start/i.test(name) ? START + 3600 : 2
  if (/^u?int/.test(type)) return bits <= 48 ? value : BigInt(value)
  throw new Error(`no sample of ${type}`)
}

function samples(name: string): unknown[] {
  const inputs = errors.find((one) => one.name === name)?.inputs ?? []
  return inputs.map((input) => sample(input.type, input.name))
}

/** One greater than any date or double, as contracts use it for "never" and "no limit". */
function extreme(type: string): unknown {
  const bits = Number(type.replace(/\D/g, ''))
  if (type.startsWith('uint')) return bits <= 48 ? 2 ** bits - 1 : 2n ** BigInt(bits) - 1n
  if (type.startsWith('int')) return bits <= 48 ? -(2 ** (bits - 1)) : -(2n ** BigInt(bits - 1))
  return type === 'address' ? `0x${'00'.repeat(20)}` : sample(type, '')
}

const NAMES = errors.map((one) => one.name)
const BAD = /undefined|NaN|null|Infinity|∞|Invalid Date|\[object|\$\{/

describe.each(Object.keys(LANGUAGES) as Language[])('the sentences in %s', (language) => {
  const spoken = speaking(language)

  it('are sentences, with every value said', () => {
    for (const name of NAMES) {
      const text = sentenceFor(name, samples(name), spoken)
      expect(text, name).toMatch(/^[\p{Lu}\d"„].*\.$/u)
      expect(text, name).not.toMatch(BAD)
    }
  })

  it('takes the least and greatest values of each type', () => {
    for (const { name, inputs } of errors) {
      const values = inputs.map((input) => extreme(input.type))
      expect(sentenceFor(name, values, spoken), name).not.toMatch(BAD)
    }
  })

  it('says something else for each error', () => {
    const texts = NAMES.map((name) => sentenceFor(name, samples(name), spoken))
    const twice = NAMES.filter((_, place) => texts.indexOf(texts[place] ?? '') !== place)
    expect(twice).toEqual([])
  })
})

describe('what a person reads', () => {
  it('is kWh, ELE, euros and times of day, not Wh, wei and seconds', () => {
    const en = speaking('en')
    expect(sentenceFor('BelowMinimum', [1500n, 2000n], en)).toContain('1.5 kWh')
    expect(sentenceFor('InsufficientDeposit', [ACCOUNT, 10n ** 18n, 25n * 10n ** 17n], en)).toBe(
      'The deposit of account 0x5290…9EE7 is 1 ELE, and this needs 2.5 ELE: deposit more elecoins, or take less.',
    )
    expect(sentenceFor('InsufficientPayment', [10n ** 16n, 10n ** 18n], en)).toContain('0.01 EUR')
    expect(sentenceFor('BelowFloor', [80_000n, 100_000n], en)).toContain('0.08 ELE per kWh')
    // 00:00 UTC is one o'clock in the community.
    expect(sentenceFor('NotYetFinal', [4, BigInt(START + 7200)], en)).toContain('1 Jan 2026, 03:00')
    expect(sentenceFor('Unpriced', [4n], en)).toContain('period 4 (1 Jan 2026, 02:00)')
  })

  it('is written as the language writes it', () => {
    const de = speaking('de')
    expect(sentenceFor('PriceAboveMax', [3n * 10n ** 17n, 10n ** 17n], de)).toContain(
      '0,3 ELE je kWh',
    )
  })
})
