import { describe, expect, it } from 'vitest'
import { affordable, costOf, lockOf, tradeCost, worthOf } from './money'

const ELE = 10n ** 18n

describe('elecoins', () => {
  it('cost up to the wei above, and bring down to the wei below', () => {
    expect(costOf(1n, 1_020_000n * 10n ** 12n)).toBe(2n)
    expect(worthOf(1n, 970_000n * 10n ** 12n)).toBe(0n)
    expect(costOf(4n * ELE, 1_020_000n * 10n ** 12n)).toBe(408n * 10n ** 16n)
  })

  it('that a sum buys cost at most the sum, and one more wei of them costs more', () => {
    for (let n = 1n; n < 400n; n++) {
      const [sum, price] = [n ** 9n + 7n, 970_000_000_000_000_003n + n ** 5n]
      const amount = affordable(sum, price)
      expect(costOf(amount, price)).toBeLessThanOrEqual(sum)
      expect(costOf(amount + 2n, price)).toBeGreaterThan(sum)
    }
    expect(affordable(5n, 0n)).toBe(0n)
  })
})

describe('a trade', () => {
  it('costs energy exactly and each fee up to a billion wei, as `creditsUp` does', () => {
    expect(tradeCost(350n, 163_205n * 10n ** 12n, 1n, 0n)).toEqual({
      energy: 350n * 163_205n * 10n ** 9n,
      network: 10n ** 9n,
      levy: 0n,
      total: 350n * 163_205n * 10n ** 9n + 10n ** 9n,
    })
  })

  it('in the pool locks the deficit with its tolerance at the limit', () => {
    expect(lockOf(351n, 1000, 269_000)).toBe(386n * 269_000n * 10n ** 9n)
  })
})
