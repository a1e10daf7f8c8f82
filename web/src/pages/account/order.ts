import type { Address } from 'viem'

/** What a member allows her agent: ELE per kWh and ELE (1e-18), chain seconds. */
export interface Order {
  agent: Address
  maxPrice: bigint
  dailyBudget: bigint
  until: number
}

const NOBODY = /^0x0+$/

/** Whether an order holds at a time. */
export function orderState(
  order: Pick<Order, 'agent' | 'until'>,
  time: number,
): 'none' | 'active' | 'ended' {
  if (NOBODY.test(order.agent)) return 'none'
  return time < order.until ? 'active' : 'ended'
}

/** The one that most of some agents are; null where nobody has one. */
export function mostUsed(agents: readonly Address[]): Address | null {
  const counts = new Map<Address, number>()
  for (const agent of agents) {
    if (!NOBODY.test(agent)) counts.set(agent, (counts.get(agent) ?? 0) + 1)
  }
  let best: Address | null = null
  for (const [agent, count] of counts) {
    if (best === null || count > (counts.get(best) ?? 0)) best = agent
  }
  return best
}
