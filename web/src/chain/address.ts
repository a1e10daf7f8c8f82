import type { Address } from 'viem'
import type { Market } from '../api/market'

/** Where a contract of this market is. Throws where the deployment has none of that name. */
export function addressOf(market: Market, name: string): Address {
  const found = market.contracts[name]
  if (found === undefined) throw new Error(`no contract ${name} in this deployment`)
  return found as Address
}
