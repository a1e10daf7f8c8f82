import { useQuery } from '@tanstack/react-query'
import { getContractEvents } from 'viem/actions'
import { useClient, useConnection, useReadContract, useReadContracts } from 'wagmi'
import { answered, api } from '../../api/client'
import { useMarket } from '../../api/market'
import { addressOf, useContract } from '../../chain/contracts'
import { abi as oracle } from '../../generated/abi/EquilibriumOracle'
import { abi as ledger } from '../../generated/abi/ReputationLedger'
import { abi as rewards } from '../../generated/abi/TullockRewards'
import { orderOf } from './history'

const SELDOM_MS = 30_000
const ROUNDS = 60

/** The contests of the newest rounds, the newest first. */
export function useContests() {
  return useQuery({
    queryKey: ['contests'],
    queryFn: () => answered(api.GET('/api/contests', { params: { query: { limit: ROUNDS } } })),
    refetchInterval: SELDOM_MS,
  })
}

/** Reputations of the newest settled rounds. */
export function useReputation() {
  return useQuery({
    queryKey: ['reputation'],
    queryFn: () => answered(api.GET('/api/reputation', { params: { query: { limit: ROUNDS } } })),
    refetchInterval: SELDOM_MS,
  })
}

/** Where the contests are. */
export function useRewards() {
  return { address: addressOf(useMarket(), 'TullockRewards'), abi: rewards } as const
}

/** ELE wei for the next draws: levies paid over, and those that the market still holds. */
export function useFund(): bigint | undefined {
  const contract = useRewards()
  const trading = useContract('ElectricityTrading')
  const read = useReadContracts({
    contracts: [
      { ...contract, functionName: 'fund' },
      { ...trading, functionName: 'levyFees' },
    ],
    allowFailure: false,
    query: { refetchInterval: SELDOM_MS },
  })
  return read.data === undefined ? undefined : read.data[0] + read.data[1]
}

/** ELE wei in the reader's wallet; undefined without one. */
export function useWalletElecoins(): bigint | undefined {
  const { address } = useConnection()
  const elecoin = useContract('Elecoin')
  const read = useReadContract({
    ...elecoin,
    functionName: 'balanceOf',
    args: [address ?? '0x0000000000000000000000000000000000000000'],
    query: { enabled: address !== undefined, refetchInterval: SELDOM_MS },
  })
  return address === undefined ? undefined : read.data
}

export interface Server {
  signer: string
  operator: string
}

export interface Lead {
  round: number
  /** The round whose reputations made the order; null while it is not known. */
  settled: number | null
  /** In the order in which they may post. */
  servers: Server[]
  /** What a leader falls back to, at most. */
  tau: number
}

/** The settled round whose reputations ranked the servers for a round; null where none did, or the
 * node does not give events that old. */
function useOrderRound(round: number | null): number | null {
  const market = useMarket()
  const client = useClient()
  const stored = useQuery({
    queryKey: ['reputation', 'orders'],
    enabled: client !== undefined,
    queryFn: async () => {
      if (client === undefined) return []
      const logs = await getContractEvents(client, {
        address: addressOf(market, 'ReputationLedger'),
        abi: ledger,
        eventName: 'OrderStored',
        fromBlock: BigInt(market.deploy_block ?? 0),
        strict: true,
      })
      return logs.map(({ args }) => ({
        settled: Number(args.settledRound),
        from: Number(args.fromRound),
      }))
    },
    refetchInterval: SELDOM_MS,
    retry: false,
  })
  return round === null ? null : orderOf(stored.data ?? [], round)
}

/** Who may post in a round, in order, and for whom; null while it is not known. */
export function useLead(round: number | null): Lead | null {
  const market = useMarket()
  const to = { address: addressOf(market, 'ReputationLedger'), abi: ledger } as const
  const by = { address: addressOf(market, 'EquilibriumOracle'), abi: oracle } as const
  const read = useReadContracts({
    contracts: [
      { ...to, functionName: 'orderOf', args: [BigInt(round ?? 0)] },
      { ...to, functionName: 'tau' },
      { ...by, functionName: 'edgeServers' },
    ],
    allowFailure: false,
    query: { enabled: round !== null, refetchInterval: SELDOM_MS },
  })
  const settled = useOrderRound(round)
  if (round === null || read.data === undefined) return null
  const [order, tau, servers] = read.data
  return {
    round,
    settled,
    tau: Number(tau) / 1e18,
    servers: order.map((signer) => ({
      signer,
      operator: servers.find((one) => one.signer === signer)?.operator ?? '',
    })),
  }
}
