import type { Certificate } from './queries'

const PARTS = [1_000_000_000, 1_000_000, 1000] as const

/** How near the posted price is to the best one, as a neighbour would say it. */
export type Nearness =
  | { kind: 'exact' }
  /** Less than one part in so many of a unit. */
  | { kind: 'below'; parts: (typeof PARTS)[number] }
  | { kind: 'amount'; bound: number }
  | { kind: 'unknown' }

/** The bound of a certificate, exact from its wei. */
export function nearnessOf(certificate: Pick<Certificate, 'bound_wei'>): Nearness {
  if (certificate.bound_wei === null) return { kind: 'unknown' }
  const wei = BigInt(certificate.bound_wei)
  if (wei === 0n) return { kind: 'exact' }
  const parts = PARTS.find((one) => wei * BigInt(one) < 10n ** 18n)
  return parts === undefined
    ? { kind: 'amount', bound: Number(wei) / 1e18 }
    : { kind: 'below', parts }
}
