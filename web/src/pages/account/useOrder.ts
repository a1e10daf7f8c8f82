import type { Address } from 'viem'
import { useReadContract, useReadContracts } from 'wagmi'
import { useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { mostUsed, type Order } from './order'
import { FRESH } from './reads'

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
