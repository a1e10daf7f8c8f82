import type { GridPeriod, Posting } from './queries'

/** From the least to the most of something that differs among members. */
export interface Span {
  least: number
  most: number
}

export function spanOf(values: readonly number[]): Span | null {
  return values.length === 0 ? null : { least: Math.min(...values), most: Math.max(...values) }
}

/** Whether a contract reads a posting at a time (chain seconds; null: not known): one on stakes only
 * when nobody may refute it any more. */
export function isReadable(one: Posting, at: number | null): boolean {
  const until = one.challengeable_until
  return until === null || (!one.demanded && at !== null && at >= until)
}

/** Those that may still be refuted and are not over, the next first. */
export function openAt(postings: readonly Posting[], at: number | null): Posting[] {
  return postings
    .filter((one) => !isReadable(one, at) && (at === null || at < one.valid_until))
    .toSorted((a, b) => a.valid_from - b.valid_from)
}

/** The posting that holds at a time, and the one that will hold next. */
export interface Holding {
  now: Posting | null
  next: Posting | null
  /** Where none holds now: the newest that did. */
  last: Posting | null
}

/** Which of a feed's postings hold at `at` (chain seconds; null: not known), in any order. */
export function holdingAt(postings: readonly Posting[], at: number | null): Holding {
  const sorted = postings.toSorted((a, b) => a.valid_from - b.valid_from)
  const newest = sorted.at(-1) ?? null
  if (at === null) return { now: null, next: null, last: newest }
  return {
    now: sorted.findLast((one) => one.valid_from <= at && at < one.valid_until) ?? null,
    next: sorted.find((one) => one.valid_from > at) ?? null,
    last: sorted.findLast((one) => one.valid_until <= at) ?? null,
  }
}

/** The matching probability in a posted electricity value: bits 96 to 159, in 1e-18. */
export function matchingOf(value: string): number {
  return Number((BigInt(value) >> 96n) & (2n ** 64n - 1n)) / 1e18
}

/** Currency per ELE at a time: the epoch's posting, else the one before it, which then stands. */
export function elecoinAt(postings: readonly Posting[], at: number): number | null {
  const before = postings.filter((one) => one.valid_from <= at)
  if (before.length === 0) return null
  return before.reduce((a, b) => (b.valid_from > a.valid_from ? b : a)).price
}

/** What a kWh from a neighbour costs in currency: its price, network fee and levy within a zone.
 *
 * `price` and `fees` in ELE per kWh, `elecoin` in currency per ELE.
 */
export function neighbourCost(price: number, fees: readonly number[], elecoin: number): Span {
  const { least, most } = spanOf(fees) ?? { least: 0, most: 0 }
  return { least: (price + least) * elecoin, most: (price + most) * elecoin }
}

/** What the grid asks in a period, over all tariffs; the newest known where it has none. */
export function gridCost(grid: readonly GridPeriod[], period: number): Span | null {
  const found = grid.find((one) => one.period === period) ?? grid[0]
  return found === undefined ? null : spanOf(Object.values(found.tariffs))
}

/** One period of the day's chart: prices in currency per kWh, null where there is none. */
export interface DayPoint {
  period: number
  at: number
  neighbour: number | null
  grid: Span | null
  matching: number | null
}

/** The newest day of postings, oldest first, a point a period; unpriced periods are gaps.
 *
 * `fee` in ELE per kWh. A last point closes the last step.
 */
export function dayOf(
  postings: readonly Posting[],
  elecoins: readonly Posting[],
  grid: readonly GridPeriod[],
  fee: number,
  seconds = 86_400,
): DayPoint[] {
  const newest = postings.reduce((most, one) => Math.max(most, one.valid_until), 0)
  const shown = postings
    .filter((one) => one.valid_from >= newest - seconds)
    .toSorted((a, b) => a.valid_from - b.valid_from)
  const asked = new Map(grid.map((one) => [one.period, spanOf(Object.values(one.tariffs))]))
  const points: DayPoint[] = []
  let until: number | null = null
  const gap = (period: number, at: number) =>
    points.push({ period, at, neighbour: null, grid: null, matching: null })
  for (const one of shown) {
    if (until !== null && one.valid_from > until) gap(one.epoch - 1, until)
    const elecoin = elecoinAt(elecoins, one.valid_from)
    points.push({
      period: one.epoch,
      at: one.valid_from,
      neighbour: elecoin === null ? null : (one.price + fee) * elecoin,
      grid: asked.get(one.epoch) ?? null,
      matching: matchingOf(one.value),
    })
    until = one.valid_until
  }
  const last = points.at(-1)
  if (last !== undefined && until !== null) points.push({ ...last, at: until })
  return points
}
