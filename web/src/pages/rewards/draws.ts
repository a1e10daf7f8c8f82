import { encodeAbiParameters, type Hex, keccak256 } from 'viem'
import type { Schemas } from '../../api/client'

export type Contest = Schemas['Contest']

/** One entry of a draw: its tickets are the numbers from `first` to `last`. */
export interface Entry {
  account: string
  /** One ticket a Wh. */
  tickets: number
  odds: number
  first: number
  last: number
  own: boolean
  won: boolean
}

export function same(a: string | null | undefined, b: string | null | undefined): boolean {
  return a != null && b != null && a.toLowerCase() === b.toLowerCase()
}

/** A contest's entries in the order of the chain, which is the order of the tickets. */
export function entriesOf(contest: Contest, own: string | undefined): Entry[] {
  let sum = 0
  return Object.entries(contest.tickets).map(([account, tickets]) => {
    const first = sum
    sum += tickets
    return {
      account,
      tickets,
      odds: contest.total === 0 ? 0 : tickets / contest.total,
      first,
      last: sum - 1,
      own: same(account, own),
      won: same(account, contest.winner),
    }
  })
}

/** The number that a seed draws of a zone's tickets, as the contract does: keccak(seed, zone) mod total. */
export function drawnNumber(seed: Hex, zone: number, total: number): number {
  const hashed = keccak256(
    encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [seed, BigInt(zone)]),
  )
  return Number(BigInt(hashed) % BigInt(total))
}

/** Whether the winner is the one whose tickets hold the number that the seed draws. */
export function proofHolds(contest: Contest): boolean {
  const { proof, seed, total } = contest
  if (proof === null || seed === null || total === 0) return false
  const number = drawnNumber(seed as Hex, proof.zone_number, total)
  const entry = entriesOf(contest, undefined)[proof.index]
  return (
    entry !== undefined &&
    entry.won &&
    entry.first <= number &&
    number <= entry.last &&
    number === proof.number
  )
}

/** "1 in N": how often such odds win, on average; null where they never or always do. */
export function oneIn(odds: number): number | null {
  return odds <= 0 || odds >= 1 ? null : Math.round(1 / odds)
}

/** What an account won, in ELE wei: waiting to be collected, and collected. */
export interface Won {
  waiting: bigint
  paid: bigint
}

export function wonBy(contests: readonly Contest[], account: string | undefined): Won {
  const won: Won = { waiting: 0n, paid: 0n }
  for (const one of contests) {
    if (!same(one.winner, account) || one.prize_wei === null) continue
    if (one.state === 'paid') won.paid += BigInt(one.prize_wei)
    else if (one.state === 'drawn') won.waiting += BigInt(one.prize_wei)
  }
  return won
}

/** The rounds that have contests, the newest first. */
export function roundsOf(contests: readonly Contest[]): number[] {
  return [...new Set(contests.map((one) => one.round))].toSorted((a, b) => b - a)
}
