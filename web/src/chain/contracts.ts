import type { Address } from 'viem'
import type { Market } from '../api/market'
import { useMarket } from '../api/market'
import { abi as elecoin } from '../generated/abi/Elecoin'
import { abi as trading } from '../generated/abi/ElectricityTrading'
import { abi as orders } from '../generated/abi/StandingOrders'

/** The contracts that most rooms call; others import their own ABI. */
export const ABIS = { Elecoin: elecoin, ElectricityTrading: trading, StandingOrders: orders }

/** Where a contract of this market is. Throws where the deployment has none of that name. */
export function addressOf(market: Market, name: string): Address {
  const found = market.contracts[name]
  if (found === undefined) throw new Error(`no contract ${name} in this deployment`)
  return found as Address
}

/** A contract of this market, as viem and wagmi take it. */
export function useContract<Name extends keyof typeof ABIS>(
  name: Name,
): { address: Address; abi: (typeof ABIS)[Name] } {
  const market = useMarket()
  return { address: addressOf(market, name), abi: ABIS[name] }
}
