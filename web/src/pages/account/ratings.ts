import type { Address } from 'viem'

/** One purchase of a period, in the order of its trades, with what the buyer thinks of it. */
export interface Rated {
  retailer: Address
  energyWh: number
  quality: number
  reason: number
}

/** What may be wrong with energy that is refused; the chain keeps the number. */
export const REASONS = [1, 2, 3, 4] as const
export type Reason = (typeof REASONS)[number]

export const BEST = 100

/** The list that the market takes: energy that counts as accepted has no reason. */
export function ratingsOf(
  purchases: readonly { retailer: Address; energyWh: number }[],
  given: readonly { quality: number; reason: Reason }[],
  threshold: number,
): Rated[] {
  return purchases.map((purchase, place) => {
    const { quality, reason } = given[place] ?? { quality: BEST, reason: 1 }
    return { ...purchase, quality, reason: quality < threshold ? reason : 0 }
  })
}
