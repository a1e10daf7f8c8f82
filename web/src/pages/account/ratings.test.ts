import { expect, it } from 'vitest'
import { ratingsOf } from './ratings'

it('every purchase is rated in its order; a reason goes with what is refused, and with nothing else', () => {
  const purchases = [
    { retailer: '0xa', energyWh: 5 },
    { retailer: '0xb', energyWh: 6 },
    { retailer: '0xa', energyWh: 7 },
  ] as const
  const given = [
    { quality: 59, reason: 3 },
    { quality: 60, reason: 3 },
  ] as const
  expect(ratingsOf(purchases, given, 60)).toEqual([
    { retailer: '0xa', energyWh: 5, quality: 59, reason: 3 },
    { retailer: '0xb', energyWh: 6, quality: 60, reason: 0 },
    { retailer: '0xa', energyWh: 7, quality: 100, reason: 0 },
  ])
})
