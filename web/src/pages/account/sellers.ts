import type { Address } from 'viem'

/** What the chain knows an energy to be made from, in the order of its `Technology`. */
export const TECHNOLOGIES = [
  'unknown',
  'solar',
  'wind',
  'hydro',
  'biomass',
  'geothermal',
  'marine',
] as const
export type Technology = (typeof TECHNOLOGIES)[number]

export interface Plant {
  fromPeriod: number
  endPeriod: number
  technology: number
  supported: boolean
}

/** A retailer of one period, as one buyer sees her. Prices in ELE per kWh (1e-18). */
export interface Seller {
  account: Address
  zone: number
  leftWh: bigint
  price: bigint
  network: bigint
  levy: bigint
  technology: Technology
  /** The operator says that she generates from renewable energy. */
  renewable: boolean
  /** Her energy of this period comes with certificates of origin for who asks. */
  certified: boolean
  /** What this buyer may buy of her now. */
  availableWh: bigint
  /** Why it is nothing, a sentence. */
  refused: string | null
}

/** All that a kWh of a seller costs. */
export function allIn(seller: Pick<Seller, 'price' | 'network' | 'levy'>): bigint {
  return seller.price + seller.network + seller.levy
}

/** Cheapest first; of two at one price the one with more left. */
export function byPrice(a: Seller, b: Seller): number {
  const [first, second] = [allIn(a), allIn(b)]
  if (first !== second) return first < second ? -1 : 1
  if (a.leftWh !== b.leftWh) return a.leftWh > b.leftWh ? -1 : 1
  return a.account < b.account ? -1 : 1
}

export function technologyOf(number: number): Technology {
  return TECHNOLOGIES[number] ?? 'unknown'
}

/** Whether a plant's energy of a period carries certificates that can be sold. */
export function certifies(plant: Plant, period: number): boolean {
  const { technology, supported, fromPeriod, endPeriod } = plant
  return technology !== 0 && !supported && fromPeriod <= period && period < endPeriod
}

/** The reason that all sellers share, so that it is said once; null where there is none. */
export function commonReason(sellers: readonly Seller[]): string | null {
  const first = sellers[0]?.refused ?? null
  return sellers.every((one) => one.refused === first) ? first : null
}
