import { useQuery } from '@tanstack/react-query'
import type { Address } from 'viem'
import { getContractEvents } from 'viem/actions'
import { useConfig } from 'wagmi'
import { useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'

export interface Purchase {
  retailer: Address
  energyWh: number
  price: bigint
  paid: bigint
}

/** What a buyer bought of a period, in the order of the trades: from the market's events. */
export function usePurchases(buyer: Address, period: number | null) {
  const config = useConfig()
  const market = useMarket()
  const trading = useContract('ElectricityTrading')
  return useQuery({
    queryKey: ['purchases', buyer, period],
    enabled: period !== null,
    refetchInterval: 10_000,
    queryFn: async (): Promise<Purchase[]> => {
      const events = await getContractEvents(config.getClient(), {
        ...trading,
        eventName: 'Traded',
        args: { period: period ?? 0, buyer },
        fromBlock: BigInt(market.deploy_block ?? 0),
        strict: true,
      })
      return events.map(({ args }) => ({
        retailer: args.retailer,
        energyWh: args.energyWh,
        price: args.price,
        paid: args.cost + args.network + args.levy,
      }))
    },
  })
}
