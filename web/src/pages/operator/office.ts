import { useQuery } from '@tanstack/react-query'
import { getAbiItem, toFunctionSelector } from 'viem'
import { getCode, readContract } from 'viem/actions'
import { useConfig, useConnection } from 'wagmi'
import { useMarket } from '../../api/market'
import { addressOf } from '../../chain/contracts'
import { abi as trading } from '../../generated/abi/ElectricityTrading'
import { abi as governance } from '../../generated/abi/MarketGovernance'
import { DUTIES, type Standing } from './duty'

/** The administrator of the market, and what the connected wallet is to it. */
export function useStanding(): Standing {
  const chain = useConfig().getClient()
  const market = useMarket()
  const connection = useConnection()
  const account = connection.address ?? null
  const target = addressOf(market, 'ElectricityTrading')
  const asked = useQuery({
    queryKey: ['operator', 'standing', account],
    queryFn: async () => {
      const administrator = await readContract(chain, {
        address: target,
        abi: trading,
        functionName: 'administrator',
      })
      const code = await getCode(chain, { address: administrator })
      const contract = code !== undefined && code !== '0x'
      if (!contract || account === null) return { administrator, contract, allowed: {} }
      const answers = await Promise.all(
        DUTIES.map(async (duty) => {
          const selector = toFunctionSelector(getAbiItem({ abi: trading, name: duty }))
          const [immediate, delay] = await readContract(chain, {
            address: administrator,
            abi: governance,
            functionName: 'canCall',
            args: [account, target, selector],
          })
          return [duty, { immediate, delay }] as const
        }),
      )
      return { administrator, contract, allowed: Object.fromEntries(answers) }
    },
    refetchInterval: 15_000,
  })
  return {
    administrator: asked.data?.administrator ?? null,
    contract: asked.data?.contract ?? false,
    allowed: asked.data?.allowed ?? {},
    account,
    rightNetwork: connection.chainId === market.chain_id,
  }
}
