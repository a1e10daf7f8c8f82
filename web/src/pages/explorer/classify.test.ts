import { describe, expect, it } from 'vitest'
import { classify } from './classify'

const NAMES = ['Elecoin', 'ElectricityTrading']
const HASH = `0x${'Ab'.repeat(32)}`
const ADDRESS = `0x${'Cd'.repeat(20)}`

describe('what a searched text can be', () => {
  it('tells hashes and addresses by their length, in small letters', () => {
    expect(classify(` ${HASH} `, NAMES)).toEqual({ kind: 'hash', hash: HASH.toLowerCase() })
    expect(classify(ADDRESS, NAMES)).toEqual({ kind: 'address', address: ADDRESS.toLowerCase() })
    expect(classify(ADDRESS.slice(0, -1), NAMES)).toMatchObject({ kind: 'hex', digits: 39 })
  })

  it('reads numbers as the page writes them in either language', () => {
    for (const text of ['1234567', '1,234,567', '1.234.567', '#1234567']) {
      expect(classify(text, NAMES)).toEqual({ kind: 'number', number: 1_234_567n })
    }
    expect(classify('12.5', NAMES).kind).toBe('name')
    expect(classify('-3', NAMES).kind).toBe('name')
  })

  it('knows postings and contracts whatever the case', () => {
    expect(classify('Electricity:12', NAMES)).toEqual({
      kind: 'posting',
      feed: 'electricity',
      epoch: 12n,
    })
    expect(classify('elecoin : 3', NAMES)).toEqual({ kind: 'posting', feed: 'elecoin', epoch: 3n })
    expect(classify('electricitytrading', NAMES)).toEqual({
      kind: 'contract',
      name: 'ElectricityTrading',
    })
  })

  it('takes anything else for a name, as it is written', () => {
    const hostile = '<img src=x onerror=alert(1)>'
    expect(classify(hostile, NAMES)).toEqual({ kind: 'name', name: hostile })
    expect(classify('  ', NAMES)).toEqual({ kind: 'empty' })
  })
})
