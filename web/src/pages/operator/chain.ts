import { useQuery } from '@tanstack/react-query'
import type { Address } from 'viem'
import { getAbiItem } from 'viem'
import { getBlock, getLogs, readContract } from 'viem/actions'
import { useConfig } from 'wagmi'
import { useLive } from '../../api/events'
import { useMarket } from '../../api/market'
import { clockOf, scheduleOf } from '../../chain/clock'
import { addressOf } from '../../chain/contracts'
import { abi as trading } from '../../generated/abi/ElectricityTrading'
import { abi as oracle } from '../../generated/abi/EquilibriumOracle'
import { abi as ledger } from '../../generated/abi/ReputationLedger'
import { isSigner } from './inForce'

export const ELECTRICITY = 0
/** As MarketBase numbers them. */
export const GENERATION_RIGHT = 2
export const TRADING_RIGHT = 4
const PAGE = 500n
/** Blocks in which a server's last signature is looked for. */
const SIGNED_IN_BLOCKS = 5000n
const AGAIN_MS = 10_000

const POSTED = getAbiItem({ abi: oracle, name: 'Posted' })

/** The market's contract, as calls take it. */
export function useTrading() {
  const market = useMarket()
  return { address: addressOf(market, 'ElectricityTrading'), abi: trading } as const
}

/** The period that chain time is in; null until a block is known. */
export function usePresentPeriod(): number | null {
  const market = useMarket()
  const chain = useConfig().getClient()
  const told = useLive().head?.timestamp
  const asked = useQuery({
    queryKey: ['operator', 'time'],
    queryFn: async () => Number((await getBlock(chain)).timestamp),
    enabled: told === undefined,
    refetchInterval: AGAIN_MS,
  })
  const time = told ?? asked.data
  return time === undefined ? null : clockOf(scheduleOf(market.schedule)).periodAt(time)
}

export interface MemberOnChain {
  address: Address
  zone: number
  ratedPower: number
  deposit: bigint
  generation: boolean
  trading: boolean
  meter: Address
  nameHash: `0x${string}`
}

/** Every member as the market has her, in order of registration. */
export function useMembersOnChain() {
  const chain = useConfig().getClient()
  const contract = useTrading()
  return useQuery({
    queryKey: ['members', 'operator', 'chain'],
    queryFn: async (): Promise<readonly MemberOnChain[]> => {
      const addresses = await readContract(chain, {
        ...contract,
        functionName: 'accounts',
        args: [0n, PAGE],
      })
      return Promise.all(
        addresses.map(async (address) => {
          const [entry, meter, nameHash] = await Promise.all([
            readContract(chain, { ...contract, functionName: 'account', args: [address] }),
            readContract(chain, { ...contract, functionName: 'meterOf', args: [address] }),
            readContract(chain, { ...contract, functionName: 'nameHashOf', args: [address] }),
          ])
          return {
            address,
            zone: entry.zone,
            ratedPower: entry.ratedPower,
            deposit: entry.deposit,
            generation: (entry.rights & GENERATION_RIGHT) !== 0,
            trading: (entry.rights & TRADING_RIGHT) !== 0,
            meter,
            nameHash,
          }
        }),
      )
    },
    refetchInterval: AGAIN_MS,
  })
}

export interface ServerOnChain {
  signer: Address
  operator: Address
  /** Place in the order of the round, 1 first; null where the order is not known. */
  rank: number | null
  /** The last period whose price it signed, of those looked through; null if none. */
  lastSigned: number | null
  bond: bigint
  reputation: bigint
}

/** The edge servers of the present set, in their order, with what they signed last. */
export function useServersOnChain(period: number | null) {
  const chain = useConfig().getClient()
  const market = useMarket()
  const at = { address: addressOf(market, 'EquilibriumOracle'), abi: oracle } as const
  const standings = { address: addressOf(market, 'ReputationLedger'), abi: ledger } as const
  const round = period === null ? null : clockOf(scheduleOf(market.schedule)).roundOf(period)
  return useQuery({
    queryKey: ['reputation', 'operator', 'servers', round],
    queryFn: async (): Promise<readonly ServerOnChain[]> => {
      const latest = (await getBlock(chain)).number
      const deployed = BigInt(market.deploy_block ?? 0)
      const from = latest > SIGNED_IN_BLOCKS ? latest - SIGNED_IN_BLOCKS : 0n
      const [servers, set, order, posted] = await Promise.all([
        readContract(chain, { ...at, functionName: 'edgeServers' }),
        readContract(chain, { ...at, functionName: 'signerSet' }),
        round === null
          ? ([] as readonly Address[])
          : readContract(chain, {
              ...standings,
              functionName: 'orderOf',
              args: [BigInt(round)],
            }).catch((): readonly Address[] => []),
        getLogs(chain, {
          address: at.address,
          event: POSTED,
          args: { feed: ELECTRICITY },
          fromBlock: from > deployed ? from : deployed,
        }),
      ])
      const found = await Promise.all(
        servers.map(async ({ signer, operator }, index) => {
          const [bond, standing] = await Promise.all([
            readContract(chain, { ...at, functionName: 'bondOf', args: [signer] }),
            readContract(chain, { ...standings, functionName: 'standing', args: [operator] }),
          ])
          const place = order.indexOf(signer)
          const signed = posted
            .filter(({ args }) => args.signerSet === set && isSigner(args.signers ?? 0n, index))
            .map(({ args }) => args.epoch ?? 0)
          return {
            signer,
            operator,
            rank: place < 0 ? null : place + 1,
            lastSigned: signed.length === 0 ? null : Math.max(...signed),
            bond: bond.amount,
            reputation: standing.reputation,
          }
        }),
      )
      return found.toSorted((a, b) => (a.rank ?? 99) - (b.rank ?? 99))
    },
    refetchInterval: AGAIN_MS,
  })
}

/** The market's switch, its terms and who follows it. */
export function useTermsOnChain() {
  const chain = useConfig().getClient()
  const contract = useTrading()
  return useQuery({
    queryKey: ['operator', 'terms'],
    queryFn: async () => {
      const [paused, constants, successor, elecoin] = await Promise.all([
        readContract(chain, { ...contract, functionName: 'paused' }),
        readContract(chain, { ...contract, functionName: 'constants' }),
        readContract(chain, { ...contract, functionName: 'successor' }),
        readContract(chain, { ...contract, functionName: 'elecoinTerms' }),
      ])
      return { paused, constants, successor, elecoin }
    },
    refetchInterval: AGAIN_MS,
  })
}

export interface PairFee {
  from: number
  to: number
  fee: {
    network: number
    levy: number
    permitted: boolean
    nextNetwork: number
    nextLevy: number
    nextPermitted: boolean
    fromPeriod: number
  }
}

/** The fee table's entries for every pair of named zones. */
export function useFeesOnChain() {
  const chain = useConfig().getClient()
  const contract = useTrading()
  const { zones } = useMarket()
  return useQuery({
    queryKey: ['operator', 'fees', zones.length],
    queryFn: (): Promise<readonly PairFee[]> =>
      Promise.all(
        zones.flatMap((_, from) =>
          zones.map(async (__, to) => ({
            from,
            to,
            fee: await readContract(chain, { ...contract, functionName: 'fee', args: [from, to] }),
          })),
        ),
      ),
    refetchInterval: AGAIN_MS,
  })
}
