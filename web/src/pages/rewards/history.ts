import type { Schemas } from '../../api/client'
import { same } from './draws'

export type Reputation = Schemas['ReputationHistory']

/** One account's reputation, round by round; null where no round settled for her. */
export interface Line {
  account: string
  own: boolean
  values: (number | null)[]
}

export interface History {
  rounds: number[]
  lines: Line[]
}

/** The lines of a chart: the highest accounts, at most `most`, and the reader's own in any case. */
export function historyOf(data: Reputation, own: string | undefined, most: number): History {
  const ranked = data.accounts.map((one) => one.address)
  const mine = ranked.find((one) => same(one, own))
  const shown = ranked.slice(0, most)
  if (mine !== undefined && !shown.includes(mine)) shown[shown.length - 1] = mine
  return {
    rounds: data.rounds.map((one) => one.round),
    lines: shown.map((account) => ({
      account,
      own: account === mine,
      values: data.rounds.map((one) => one.values[account] ?? null),
    })),
  }
}

/** How an account's reputation moved in its newest round; null where there is one value or none. */
export function lastChange(data: Reputation, account: string): number | null {
  const values = data.rounds.flatMap((one) => {
    const value = one.values[account]
    return value === undefined ? [] : [value]
  })
  const [now, before] = [values.at(-1), values.at(-2)]
  return now === undefined || before === undefined ? null : now - before
}

/** An order of the servers: made by the reputations after a round, for the rounds from one on. */
export interface Order {
  settled: number
  from: number
}

/** The settled round that ranks the servers for `round`: of the orders for it the one stored last. */
export function orderOf(orders: readonly Order[], round: number): number | null {
  return orders.findLast((one) => one.from <= round)?.settled ?? null
}

/** An account's reputation after a round; null where it is not known. */
export function valueAfter(data: Reputation, round: number | null, account: string): number | null {
  const values = data.rounds.find((one) => one.round === round)?.values ?? {}
  const found = Object.entries(values).find(([address]) => same(address, account))
  return found?.[1] ?? null
}
