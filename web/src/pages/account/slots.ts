import { CREDIT_UNIT } from './money'

/** An account in one period, as the market keeps it; `price` and `limit` in ticks, energy in Wh. */
export interface Slot {
  period: number
  net: number
  price: number
  limit: number
  generated: number
  consumed: number
  traded: number
  refused: number
  flags: number
}

export const FLAGS = {
  declared: 4,
  complete: 8,
  spanning: 16,
  rated: 32,
  pooled: 64,
  quarantined: 128,
} as const

export function has(slot: Slot, flag: keyof typeof FLAGS): boolean {
  return (slot.flags & FLAGS[flag]) !== 0
}

/** What an open slot owes its account when it closes, elecoin wei.
 *
 * `locked`: of a buyer's deposit, held for the pool (once it has settled, what it leaves).
 * `proceeds`: of what was sold.
 */
export function creditOf(slot: Slot): { locked: bigint; proceeds: bigint } {
  if (has(slot, 'pooled')) {
    const credit = ((BigInt(slot.limit) << 32n) | BigInt(slot.price)) * CREDIT_UNIT
    return slot.net < 0 ? { locked: credit, proceeds: 0n } : { locked: 0n, proceeds: credit }
  }
  const sold = slot.generated > slot.consumed
  const proceeds = sold ? BigInt(slot.traded) * BigInt(slot.price) * CREDIT_UNIT : 0n
  return { locked: 0n, proceeds }
}

/** The same, summed. */
export function creditsOf(slots: Iterable<Slot>): { locked: bigint; proceeds: bigint } {
  let [locked, proceeds] = [0n, 0n]
  for (const slot of slots) {
    const credit = creditOf(slot)
    locked += credit.locked
    proceeds += credit.proceeds
  }
  return { locked, proceeds }
}

/** What a reader is told of a reading. */
export type Reading = 'waiting' | 'complete' | 'spanning' | 'disputed'

export function readingOf(slot: Slot): Reading {
  if (has(slot, 'quarantined')) return 'disputed'
  if (!has(slot, 'complete')) return 'waiting'
  return has(slot, 'spanning') ? 'spanning' : 'complete'
}

/** What a buyer may do in a period that is traded. */
export type Buying = 'may' | 'pooled' | 'undeclared' | 'other' | 'unread' | 'surplus' | 'done'

/** Why a period's energy cannot be bought for an account, or that it can.
 *
 * `leftWh`: what the market would still let her buy.
 */
export function buyingOf(slot: Slot, leftWh: bigint): Buying {
  if (!has(slot, 'declared')) return 'undeclared'
  if (has(slot, 'pooled')) return 'pooled'
  if (readingOf(slot) !== 'complete') return 'unread'
  if (slot.consumed <= slot.generated) return 'surplus'
  if (slot.net >= 0) return 'other'
  return leftWh > 0n ? 'may' : 'done'
}
