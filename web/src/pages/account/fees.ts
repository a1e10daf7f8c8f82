import { useReadContracts } from 'wagmi'
import { useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'

export interface Fee {
  network: bigint
  levy: bigint
}

/** Network fee and levy (ELE per kWh, 1e-18) of energy from each zone to one, by zone number;
 * a zone whose energy may not come here is missing. */
export function useFees(to: number, period: number): Map<number, Fee> {
  const { zones } = useMarket()
  const trading = useContract('ElectricityTrading')
  const read = useReadContracts({
    contracts: zones.map((_, from) => ({
      ...trading,
      functionName: 'feeOf' as const,
      args: [from, to, period] as const,
    })),
    query: { refetchInterval: 30_000 },
  })
  return new Map(
    zones.flatMap((_, from) => {
      const found = read.data?.[from]
      if (found?.status !== 'success') return []
      const [network, levy] = found.result
      return [[from, { network, levy }] as const]
    }),
  )
}

/** The least of them, network and levy together; null where none is known. */
export function cheapestOf(fees: Map<number, Fee>): bigint | null {
  let least: bigint | null = null
  for (const { network, levy } of fees.values())
    if (least === null || network + levy < least) least = network + levy
  return least
}
