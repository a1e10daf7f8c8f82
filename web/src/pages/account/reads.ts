import type { Address } from 'viem'
import { useBalance, useReadContract, useReadContracts } from 'wagmi'
import { useMarket } from '../../api/market'
import { addressOf, useContract } from '../../chain/contracts'
import { useClock } from '../../chain/time'
import { abi as oracle } from '../../generated/abi/EquilibriumOracle'
import { abi as wattcoin } from '../../generated/abi/Wattcoin'
import type { Slot } from './slots'

/** How often what the reader looks at is read again, milliseconds. */
export const FRESH = { refetchInterval: 5000 } as const

const GENERATION_RIGHT = 2
const TRADING_RIGHT = 4

/** A member as the chain knows her: amounts in wei, energy in Wh. */
export interface Me {
  address: Address
  registered: boolean
  deposit: bigint
  wallet: bigint
  wattcoin: bigint
  coin: bigint
  refund: bigint
  zone: number
  mayGenerate: boolean
  mayTrade: boolean
  nextClose: number
  /** Accepted energy on its way to the next whole Wattcoin. */
  remainderWh: number
  /** One past the last epoch whose need she declared. */
  needEpoch: number
}

/** Everything of an account that one look shows; undefined until it is known. */
export function useMe(address: Address): {
  data: Me | undefined
  error: Error | null
  refetch: () => unknown
} {
  const market = useMarket()
  const trading = useContract('ElectricityTrading')
  const elecoin = useContract('Elecoin')
  const watt = { address: addressOf(market, 'Wattcoin'), abi: wattcoin }
  const coin = useBalance({ address, query: FRESH })
  const read = useReadContracts({
    allowFailure: false,
    contracts: [
      { ...trading, functionName: 'account', args: [address] },
      { ...trading, functionName: 'refundOf', args: [address] },
      { ...elecoin, functionName: 'balanceOf', args: [address] },
      { ...watt, functionName: 'balanceOf', args: [address] },
    ],
    query: FRESH,
  })
  const data = read.data
  return {
    error: read.error,
    refetch: read.refetch,
    data:
      data === undefined
        ? undefined
        : {
            address,
            registered: data[0].index !== 0,
            deposit: data[0].deposit,
            wallet: data[2],
            wattcoin: data[3],
            coin: coin.data?.value ?? 0n,
            refund: data[1],
            zone: data[0].zone,
            mayGenerate: (data[0].rights & GENERATION_RIGHT) !== 0,
            mayTrade: (data[0].rights & TRADING_RIGHT) !== 0,
            nextClose: data[0].nextClose,
            remainderWh: data[0].remainderWh,
            needEpoch: data[0].needEpoch,
          },
  }
}

/** An account's slots of some periods, by period; what is not known yet is missing. */
export function useSlots(address: Address, periods: readonly number[]): Map<number, Slot> {
  const trading = useContract('ElectricityTrading')
  const read = useReadContracts({
    allowFailure: false,
    contracts: periods.map((period) => ({
      ...trading,
      functionName: 'slot' as const,
      args: [address, period] as const,
    })),
    query: { ...FRESH, enabled: periods.length > 0 },
  })
  return new Map(
    periods.flatMap((period, place) => {
      const slot = read.data?.[place]
      return slot === undefined ? [] : [[period, slot as unknown as Slot] as const]
    }),
  )
}

/** Wh that an account may still sell or buy of a period; undefined until it is known. */
export function useTradeable(address: Address, period: number): bigint | undefined {
  const trading = useContract('ElectricityTrading')
  return useReadContract({
    ...trading,
    functionName: 'tradeable',
    args: [address, period],
    query: FRESH,
  }).data
}

/** The periods that may be open for an account: none that is open lies outside of them. */
export function useOpenPeriods(me: Me, time: number): number[] {
  const clock = useClock()
  const ring = clock.schedule.ring_length
  const last = Math.min(me.nextClose + ring - 1, clock.lastClosable(time) + ring)
  return Array.from({ length: Math.max(0, last - me.nextClose + 1) }, (_, n) => me.nextClose + n)
}

/** Currency per elecoin in an epoch (1e-18), and whether an earlier price stands in. */
export function useElecoinPrice(epoch: number) {
  const market = useMarket()
  return useReadContract({
    address: addressOf(market, 'EquilibriumOracle'),
    abi: oracle,
    functionName: 'elecoinPrice',
    args: [BigInt(epoch)],
    query: { ...FRESH, retry: false },
  })
}

/** The oracle's contract, for its own reads. */
export function useOracle() {
  const market = useMarket()
  return { address: addressOf(market, 'EquilibriumOracle'), abi: oracle }
}
