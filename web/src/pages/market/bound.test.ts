import { expect, it } from 'vitest'
import { nearnessOf } from './bound'

const of = (bound_wei: string | null) => nearnessOf({ bound_wei })

it('says a bound as one part in a round number of a unit', () => {
  expect(of(null)).toEqual({ kind: 'unknown' })
  expect(of('0')).toEqual({ kind: 'exact' })
  expect(of('15471827')).toEqual({ kind: 'below', parts: 1_000_000_000 })
  expect(of('1000000000')).toEqual({ kind: 'below', parts: 1_000_000 })
  expect(of('500000000000')).toEqual({ kind: 'below', parts: 1_000_000 })
  expect(of('1000000000000')).toEqual({ kind: 'below', parts: 1000 })
  expect(of('1000000000000000')).toEqual({ kind: 'amount', bound: 0.001 })
})
