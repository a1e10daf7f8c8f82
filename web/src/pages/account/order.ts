import type { Address } from 'viem'
import { useReadContract, useReadContracts } from 'wagmi'
import { useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { FRESH } from './reads'

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

/** A member's order; undefined until it is known. */
export function useOrder(member: Address): Order | undefined {
  const orders = useContract('StandingOrders')
  return useReadContract({ ...orders, functionName: 'orderOf', args: [member], query: FRESH }).data
}

/** What her agent may still commit today, ELE (1e-18). */
export function useBudgetLeft(member: Address): bigint | undefined {
  const orders = useContract('StandingOrders')
  return useReadContract({ ...orders, functionName: 'budgetLeft', args: [member], query: FRESH })
    .data
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

const ASKED = 20n

/** The agent that the deployment names; else the one whom the first members here chose. */
export function useUsualAgent(): Address | null {
  const { agent } = useMarket()
  const chosen = useChosenAgent(agent === null)
  return agent === null ? chosen : (agent as Address)
}

function useChosenAgent(enabled: boolean): Address | null {
  const trading = useContract('ElectricityTrading')
  const orders = useContract('StandingOrders')
  const first = useReadContract({
    ...trading,
    functionName: 'accounts',
    args: [0n, ASKED],
    query: { enabled },
  })
  const read = useReadContracts({
    allowFailure: false,
    contracts: (first.data ?? []).map((member) => ({
      ...orders,
      functionName: 'orderOf' as const,
      args: [member] as const,
    })),
    query: { enabled: (first.data ?? []).length > 0 },
  })
  return mostUsed((read.data ?? []).map((one) => one.agent))
}
