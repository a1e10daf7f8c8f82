import type { Address } from 'viem'
import { useMarket } from '../api/market'
import { abi as elecoin } from '../generated/abi/Elecoin'
import { abi as trading } from '../generated/abi/ElectricityTrading'
import { abi as orders } from '../generated/abi/StandingOrders'
import { addressOf } from './address'

export { addressOf } from './address'

/** The contracts that most rooms call; others import their own ABI. */
export const ABIS = { Elecoin: elecoin, ElectricityTrading: trading, StandingOrders: orders }

/** A contract of this market, as viem and wagmi take it. */
export function useContract<Name extends keyof typeof ABIS>(
  name: Name,
): { address: Address; abi: (typeof ABIS)[Name] } {
  const market = useMarket()
  return { address: addressOf(market, name), abi: ABIS[name] }
}
