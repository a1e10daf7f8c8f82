/** The clock of a market: the mirror of the contracts' `ScheduleLib`. Times are chain seconds.
 *
 * All intervals are half-open: a deadline itself is too late.
 */
export interface Schedule {
  start: number
  period: number
  declaration_lead: number
  reading_grace: number
  trade_window: number
  rating_window: number
  elecoin_lead: number
  epoch_periods: number
  round_periods: number
  ring_length: number
}

const FIELDS = [
  'start',
  'period',
  'declaration_lead',
  'reading_grace',
  'trade_window',
  'rating_window',
  'elecoin_lead',
  'epoch_periods',
  'round_periods',
  'ring_length',
] as const

/** Takes the schedule that the service tells. Throws where a field is missing. */
export function scheduleOf(told: Record<string, number>): Schedule {
  const entries = FIELDS.map((field) => {
    const value = told[field]
    if (value === undefined) throw new Error(`schedule: no ${field}`)
    return [field, value] as const
  })
  return Object.fromEntries(entries) as unknown as Schedule
}

export interface Clock {
  schedule: Schedule
  startOf(period: number): number
  declarationDeadline(period: number): number
  readingDeadline(period: number): number
  tradingEnd(period: number): number
  closingTime(period: number): number
  /** Targets of a period are taken from here on: its place in the ring is free. */
  declarationOpening(period: number): number
  periodAt(time: number): number
  epochOf(period: number): number
  needDeadline(epoch: number): number
  roundOf(period: number): number
  /** The first period whose target can still be declared. */
  firstToDeclare(time: number): number
  /** The first epoch whose need can still be declared. */
  firstToNeed(time: number): number
  /** The last period whose readings are over, or -1. */
  lastRead(time: number): number
  /** Periods that are traded now, oldest first. */
  inTrading(time: number): number[]
  /** Periods that are rated now, oldest first. */
  inRating(time: number): number[]
  /** The last period that may be closed, or -1. */
  lastClosable(time: number): number
}

export function clockOf(schedule: Schedule): Clock {
  const s = schedule
  const startOf = (period: number) => s.start + period * s.period
  const declarationDeadline = (period: number) => startOf(period) - s.declaration_lead
  const readingDeadline = (period: number) => startOf(period + 1) + s.reading_grace
  const tradingEnd = (period: number) => readingDeadline(period) + s.trade_window
  const closingTime = (period: number) => tradingEnd(period) + s.rating_window
  const needDeadline = (epoch: number) =>
    declarationDeadline(epoch * s.epoch_periods) - s.elecoin_lead
  /** The last period for which something that moves with its start lies at or before `time`. */
  const lastPast = (atZero: number, time: number) =>
    time < atZero ? -1 : Math.floor((time - atZero) / s.period)
  const between = (opening: number, closing: number, time: number) => {
    const periods: number[] = []
    for (let one = lastPast(closing, time) + 1; one <= lastPast(opening, time); one++)
      periods.push(one)
    return periods
  }
  return {
    schedule,
    startOf,
    declarationDeadline,
    readingDeadline,
    tradingEnd,
    closingTime,
    declarationOpening: (period) =>
      period < s.ring_length ? 0 : closingTime(period - s.ring_length),
    periodAt: (time) => Math.max(0, lastPast(s.start, time)),
    epochOf: (period) => Math.floor(period / s.epoch_periods),
    needDeadline,
    roundOf: (period) => Math.floor(period / s.round_periods),
    firstToDeclare: (time) => lastPast(declarationDeadline(0), time) + 1,
    firstToNeed: (time) =>
      time < needDeadline(0)
        ? 0
        : Math.floor((time - needDeadline(0)) / (s.period * s.epoch_periods)) + 1,
    lastRead: (time) => lastPast(readingDeadline(0), time),
    inTrading: (time) => between(readingDeadline(0), tradingEnd(0), time),
    inRating: (time) => between(tradingEnd(0), closingTime(0), time),
    lastClosable: (time) => lastPast(closingTime(0), time),
  }
}
