import { useQuery } from '@tanstack/react-query'
import { type Address, getAbiItem, type Hex } from 'viem'
import { getBlockNumber, getLogs, readContract } from 'viem/actions'
import { useConfig } from 'wagmi'
import { useMarket } from '../../api/market'
import { abi } from '../../generated/abi/MarketGovernance'
import { useStanding } from './office'

/** Blocks in which announcements are looked for: what waits longer was announced long ago. */
const ANNOUNCED_IN_BLOCKS = 50_000n
const SCHEDULED = getAbiItem({ abi, name: 'OperationScheduled' })

/** An act that the administrating contract lets its announcer carry out from `when` on. */
export interface Announced {
  id: Hex
  caller: Address
  target: Address
  data: Hex
  /** Chain seconds. */
  when: number
}

/** What is announced and neither carried out, taken back nor too old; the first due first. */
export function useAnnounced() {
  const chain = useConfig().getClient()
  const market = useMarket()
  const { administrator, contract } = useStanding()
  return useQuery({
    queryKey: ['operator', 'announced', administrator],
    enabled: contract,
    queryFn: async (): Promise<readonly Announced[]> => {
      if (administrator === null) return []
      const latest = await getBlockNumber(chain)
      const deployed = BigInt(market.deploy_block ?? 0)
      const from = latest > ANNOUNCED_IN_BLOCKS ? latest - ANNOUNCED_IN_BLOCKS : 0n
      const logs = await getLogs(chain, {
        address: administrator,
        event: SCHEDULED,
        strict: true,
        fromBlock: from > deployed ? from : deployed,
      })
      // An act that was taken back may be announced again.
      const newest = new Map(logs.map(({ args }) => [args.operationId, args]))
      const found = await Promise.all(
        [...newest.values()].map(async ({ operationId, caller, target, data }) => ({
          id: operationId,
          caller,
          target,
          data,
          when: await readContract(chain, {
            address: administrator,
            abi,
            functionName: 'getSchedule',
            args: [operationId],
          }),
        })),
      )
      return found.filter(({ when }) => when > 0).toSorted((a, b) => a.when - b.when)
    },
    refetchInterval: 10_000,
  })
}
