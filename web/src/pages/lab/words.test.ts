import { describe, expect, it } from 'vitest'
import { ABOUT } from './german/about'
import { FIELDS } from './german/fields'
import { TEXTS } from './german/texts'
import { UNITS } from './german/units'

/** What no translation changes: symbols and numbers, with either decimal mark. */
function symbols(text: string): string[] {
  const found = text.matchAll(/[α-ωΑ-Ω]|[½²√∞−±]|\d+(?:[.,]\d+)?/g)
  return [...found].map(([one]) => one.replace(',', '.')).toSorted()
}

describe('the lab in German', () => {
  it.each([...Object.entries(ABOUT), ...Object.entries(UNITS), ...Object.entries(TEXTS)])(
    'says the same of “%s”: its symbols and numbers are there',
    (english, german) => {
      expect(german.trim()).not.toBe('')
      expect(symbols(german)).toEqual(symbols(english))
    },
  )

  it('has a name of its own for every field within a form', () => {
    expect(Object.values(FIELDS).filter((name) => name.trim() === '')).toEqual([])
  })
})
