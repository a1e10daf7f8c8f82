import { describe, expect, it } from 'vitest'
import { allIn, byPrice, certifies, commonReason, type Seller, technologyOf } from './sellers'

const seller: Seller = {
  account: '0xa',
  zone: 0,
  leftWh: 100n,
  price: 10n,
  network: 2n,
  levy: 1n,
  technology: 'solar',
  renewable: true,
  certified: false,
  availableWh: 100n,
  refused: null,
}

describe('retailers', () => {
  it('stand cheapest first, fees included, then by what is left', () => {
    const near = { ...seller, account: '0xb', network: 1n } as Seller
    const full = { ...seller, account: '0xc', leftWh: 200n } as Seller
    expect([seller, full, near].toSorted(byPrice).map((one) => one.account)).toEqual([
      '0xb',
      '0xc',
      '0xa',
    ])
    expect(allIn(near)).toBe(12n)
  })

  it('share a reason only where every one has it', () => {
    const closed = { ...seller, refused: 'Too late.' }
    expect(commonReason([closed, closed])).toBe('Too late.')
    expect(commonReason([closed, seller])).toBeNull()
    expect(commonReason([seller, closed])).toBeNull()
    expect(commonReason([])).toBeNull()
  })

  it('certify what an unsupported plant generates while it is registered', () => {
    const plant = { fromPeriod: 5, endPeriod: 9, technology: 1, supported: false }
    expect([4, 5, 8, 9].map((period) => certifies(plant, period))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(certifies({ ...plant, supported: true }, 5)).toBe(false)
    expect(certifies({ ...plant, technology: 0 }, 5)).toBe(false)
    expect([technologyOf(1), technologyOf(77)]).toEqual(['solar', 'unknown'])
  })
})
