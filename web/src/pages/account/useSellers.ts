import { useQuery } from '@tanstack/react-query'
import type { Address } from 'viem'
import { useReadContract, useReadContracts } from 'wagmi'
import { answered, api } from '../../api/client'
import { useMarket } from '../../api/market'
import { addressOf, useContract } from '../../chain/contracts'
import { abi as origin } from '../../generated/abi/OriginCertificates'
import { abi as rewards } from '../../generated/abi/TullockRewards'
import { sentenceOf } from '../../tx/problem'
import { useFees } from './fees'
import { FRESH, type Me, useOracle } from './reads'
import { byPrice, certifies, type Seller, technologyOf } from './sellers'

const READS = 5

/** Who offered energy in a period: from the words that the chain holds. */
function useOffers(period: number) {
  return useQuery({
    queryKey: ['book', period],
    queryFn: () => answered(api.GET('/api/rounds/{period}/book', { params: { path: { period } } })),
    retry: 1,
  })
}

/** The retailers of a period for one buyer, cheapest first; undefined until they are known. */
export function useSellers(me: Me, period: number) {
  const market = useMarket()
  const trading = useContract('ElectricityTrading')
  const oracle = useOracle()
  const plants = { address: addressOf(market, 'OriginCertificates'), abi: origin }
  const contest = { address: addressOf(market, 'TullockRewards'), abi: rewards }
  const offers = useOffers(period)
  const fees = useFees(me.zone, period)
  const prices = useReadContract({
    ...oracle,
    functionName: 'prices',
    args: [BigInt(period)],
    query: { ...FRESH, retry: false },
  })
  const accounts = (offers.data?.bids ?? [])
    .filter((bid) => bid.side === 'sell' && bid.limit !== null)
    .map((bid) => bid.account as Address)
    .filter((account) => account.toLowerCase() !== me.address.toLowerCase())
  const reads = useReadContracts({
    contracts: accounts.flatMap((account) => [
      { ...trading, functionName: 'slot' as const, args: [account, period] as const },
      { ...trading, functionName: 'tradeable' as const, args: [account, period] as const },
      { ...plants, functionName: 'plantOf' as const, args: [account] as const },
      { ...contest, functionName: 'tally' as const, args: [account] as const },
      {
        ...trading,
        functionName: 'checkQualification' as const,
        args: [me.address, account, period] as const,
      },
    ]),
    query: { ...FRESH, enabled: accounts.length > 0 },
  })
  const price = prices.data?.[0]
  const sellers =
    price === undefined
      ? undefined
      : accounts.flatMap((account, place) => {
          const [slot, left, plant, tally, check] = (reads.data ?? []).slice(
            place * READS,
            (place + 1) * READS,
          )
          if (slot?.status !== 'success' || left?.status !== 'success') return []
          const { limit: zone } = slot.result as { limit: number }
          const fee = fees.get(zone)
          if (fee === undefined) return []
          const built = plant?.result as Parameters<typeof certifies>[0] | undefined
          return [
            {
              account,
              zone,
              price,
              ...fee,
              leftWh: left.result as bigint,
              technology: technologyOf(built?.technology ?? 0),
              renewable: (tally?.result as { renewable: boolean } | undefined)?.renewable ?? false,
              certified: built !== undefined && certifies(built, period),
              availableWh:
                check?.status === 'success'
                  ? (check.result as readonly [bigint, bigint, bigint])[0]
                  : 0n,
              refused: check?.status === 'failure' ? sentenceOf(check.error, market) : null,
            } satisfies Seller,
          ]
        })
  return {
    data: accounts.length > 0 && reads.data === undefined ? undefined : sellers?.toSorted(byPrice),
    error:
      offers.error ?? (prices.error === null ? null : new Error(sentenceOf(prices.error, market))),
    refetch: () => {
      void offers.refetch()
      void prices.refetch()
      void reads.refetch()
    },
  }
}
