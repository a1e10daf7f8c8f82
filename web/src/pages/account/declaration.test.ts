import { describe, expect, it } from 'vitest'
import { NO_PRICE, packTarget, unpackTarget } from '../../chain/target'
import { targetOf, valueTicks } from './declaration'

const terms = {
  period: 41,
  zone: 1,
  pooled: false,
  mayGenerate: true,
  cheapestFee: 27_500_000n * 10n ** 9n,
}

describe('what is declared', () => {
  it('of a buyer is a deficit, her limit, and what is left of it before fees, down', () => {
    const target = targetOf({ side: 'buy', energyWh: 350, priceTicks: 269_000 }, terms)
    expect(target).toMatchObject({ netWh: -350, priceTicks: 241_500, limitTicks: 269_000 })
    expect(unpackTarget(packTarget(target))).toEqual(target)
    expect(valueTicks(10, 1n)).toBe(9)
    expect(valueTicks(10, 10n ** 14n)).toBe(0)
  })

  it('of a seller is a surplus and the least she takes', () => {
    const said = { side: 'sell', energyWh: 500, priceTicks: 90_000 } as const
    expect(targetOf(said, terms)).toMatchObject({ netWh: 500, priceTicks: 90_000, limitTicks: 0 })
    expect(targetOf(said, { ...terms, mayGenerate: false }).priceTicks).toBe(NO_PRICE)
  })

  it('may be nothing, and nothing is not pooled', () => {
    const said = { side: 'nothing', energyWh: 9, priceTicks: 9 } as const
    expect(targetOf(said, { ...terms, pooled: true })).toEqual({
      period: 41,
      zone: 1,
      pooled: false,
      netWh: 0,
      priceTicks: 0,
      limitTicks: 0,
    })
  })
})
