import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { decodeFunctionResult, encodeFunctionData } from 'viem'
import { useClient } from 'wagmi'
import { answered, api, ServiceError, type Schemas } from '../../api/client'
import { useMarket } from '../../api/market'
import { addressOf } from '../../chain/address'
import { abi as fees } from '../../generated/abi/fees'

export type Posting = Schemas['Posting']
export type Certificate = Schemas['Certificate']
export type Book = Schemas['PeriodBook']
export type Period = Schemas['Period']
export type GridPeriod = Schemas['GridPeriod']
export type Feed = Posting['feed']

/** Events renew the answers; this is for when they do not come through. */
const SELDOM_MS = 30_000
/** Postings of a feed that the page looks back on: two days of quarter hours. */
const LOOKED_BACK = 192
const NO_FEES: readonly number[] = []

/** The newest prices, and the history of one feed, newest first. */
export function usePrices(feed: Feed) {
  return useQuery({
    queryKey: ['prices', feed],
    queryFn: () =>
      answered(api.GET('/api/prices', { params: { query: { feed, limit: LOOKED_BACK } } })),
    refetchInterval: SELDOM_MS,
  })
}

/** What the grid asks in the newest priced periods. */
export function useGridPrices() {
  return useQuery({
    queryKey: ['prices', 'grid'],
    queryFn: () =>
      answered(api.GET('/api/prices/grid', { params: { query: { limit: LOOKED_BACK } } })),
    refetchInterval: SELDOM_MS,
  })
}

/** The newest closed periods, newest first. */
export function usePeriods() {
  return useQuery({
    queryKey: ['rounds'],
    queryFn: () =>
      answered(
        api.GET('/api/rounds', { params: { query: { limit: LOOKED_BACK, order: 'newest' } } }),
      ),
    refetchInterval: SELDOM_MS,
  })
}

async function orNull<Data>(asked: Promise<Data>): Promise<Data | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) return null
    throw error
  }
}

/** What was declared for a period; null where nothing was. Asked anew when its price `waits` no
 * longer: no event says that a window is over. */
export function useBook(period: number, waits: boolean): UseQueryResult<Book | null> {
  return useQuery({
    queryKey: ['book', period, waits],
    queryFn: () =>
      // The client's types forget that a point has two coordinates.
      orNull(
        answered(api.GET('/api/rounds/{period}/book', { params: { path: { period } } })),
      ) as Promise<Book | null>,
  })
}

/** A posting with its proof; null where there is none. */
export function useCertificate(feed: Feed, epoch: number) {
  return useQuery({
    queryKey: ['posting', feed, epoch],
    queryFn: () =>
      orNull(
        answered(api.GET('/api/postings/{feed}/{epoch}', { params: { path: { feed, epoch } } })),
      ),
  })
}

/** Network fee and levy within each zone, ELE per kWh together; those that the chain tells.
 *
 * A plain `eth_call`: what wagmi brings along to read contracts would weigh on the first page.
 */
export function useFees(period: number | null): readonly number[] {
  const market = useMarket()
  const client = useClient()
  const address = addressOf(market, 'ElectricityTrading')
  const within = async (zone: number): Promise<number[]> => {
    if (client === undefined || period === null) return []
    const call = { abi: fees, functionName: 'feeOf' } as const
    const data = encodeFunctionData({ ...call, args: [zone, zone, period] })
    try {
      const result = await client.request({
        method: 'eth_call',
        params: [{ to: address, data }, 'latest'],
      })
      const [network, levy] = decodeFunctionResult({ ...call, data: result })
      return [Number(network + levy) / 1e18]
    } catch {
      // A zone in which nobody may trade, or a chain that does not answer: no fee is known.
      return []
    }
  }
  const read = useQuery({
    queryKey: ['fees', period],
    enabled: client !== undefined && period !== null && market.rpc,
    queryFn: async () => (await Promise.all(market.zones.map((_, zone) => within(zone)))).flat(),
    staleTime: 60_000,
    refetchInterval: ({ state }) => (state.data?.length === 0 ? SELDOM_MS : false),
  })
  return read.data ?? NO_FEES
}
