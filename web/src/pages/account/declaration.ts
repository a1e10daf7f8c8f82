import { NO_PRICE, type Target, TICK } from '../../chain/target'

export type Side = 'buy' | 'sell' | 'nothing'

/** What a member says of a period, in the words of the form. */
export interface Said {
  side: Side
  energyWh: number
  /** Buying: the most she pays per kWh, fees included. Selling: the least she takes. In ticks. */
  priceTicks: number
}

/** What energy may cost a buyer before fees, in ticks: her limit less the cheapest fee, down. */
export function valueTicks(limitTicks: number, cheapestFee: bigint): number {
  const left = BigInt(limitTicks) * TICK - cheapestFee
  return left <= 0n ? 0 : Number(left / TICK)
}

/** The target that the market takes.
 *
 * `cheapestFee`: ELE per kWh (1e-18) from the cheapest permitted place to hers.
 */
export function targetOf(
  said: Said,
  terms: {
    period: number
    zone: number
    pooled: boolean
    mayGenerate: boolean
    cheapestFee: bigint
  },
): Target {
  const { period, zone, pooled } = terms
  const base = { period, zone, pooled: pooled && said.side !== 'nothing' }
  if (said.side === 'nothing') return { ...base, netWh: 0, priceTicks: 0, limitTicks: 0 }
  if (said.side === 'sell') {
    const priceTicks = terms.mayGenerate ? said.priceTicks : NO_PRICE
    return { ...base, netWh: said.energyWh, priceTicks, limitTicks: 0 }
  }
  return {
    ...base,
    netWh: -said.energyWh,
    priceTicks: valueTicks(said.priceTicks, terms.cheapestFee),
    limitTicks: said.priceTicks,
  }
}
