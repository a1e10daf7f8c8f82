import { useQuery } from '@tanstack/react-query'
import { type Address, getAbiItem, isAddressEqual, zeroAddress } from 'viem'
import { getBalance, getCode, getLogs, getTransactionCount, readContract } from 'viem/actions'
import { type Market, useMarket } from '../../api/market'
import { addressOf } from '../../chain/contracts'
import { abi as elecoin } from '../../generated/abi/Elecoin'
import { abi as trading } from '../../generated/abi/ElectricityTrading'
import { abi as oracle } from '../../generated/abi/EquilibriumOracle'
import { abi as ledger } from '../../generated/abi/ReputationLedger'
import { abi as wattcoin } from '../../generated/abi/Wattcoin'
import { useChain } from './queries'

/** What a bit of `Account.rights` allows; as EnergyBooks numbers them. */
export const RIGHTS = { registered: 1, generation: 2, trading: 4, certified: 8 } as const

const METER_INSTALLED = getAbiItem({ abi: trading, name: 'MeterInstalled' })

type Chain = ReturnType<typeof useChain>

/** What the chain and the market's contracts say of an address. */
export function useWho(address: Address) {
  const chain = useChain()
  const market = useMarket()
  return useQuery({
    queryKey: ['explorer', 'who', address],
    queryFn: () => read(chain, market, address),
    refetchInterval: 10_000,
  })
}

async function read(chain: Chain, market: Market, address: Address) {
  const at = (name: string) => addressOf(market, name)
  const exchange = { address: at('ElectricityTrading'), abi: trading } as const
  const [balance, nonce, code, account, meter, ele, watt, servers, standing, metered] =
    await Promise.all([
      getBalance(chain, { address }),
      getTransactionCount(chain, { address }),
      getCode(chain, { address }),
      readContract(chain, { ...exchange, functionName: 'account', args: [address] }),
      readContract(chain, { ...exchange, functionName: 'meterOf', args: [address] }),
      readContract(chain, {
        address: at('Elecoin'),
        abi: elecoin,
        functionName: 'balanceOf',
        args: [address],
      }),
      readContract(chain, {
        address: at('Wattcoin'),
        abi: wattcoin,
        functionName: 'balanceOf',
        args: [address],
      }),
      readContract(chain, {
        address: at('EquilibriumOracle'),
        abi: oracle,
        functionName: 'edgeServers',
      }),
      readContract(chain, {
        address: at('ReputationLedger'),
        abi: ledger,
        functionName: 'standing',
        args: [address],
      }),
      getLogs(chain, {
        address: exchange.address,
        event: METER_INSTALLED,
        args: { meter: address },
        fromBlock: BigInt(market.deploy_block ?? 0),
      }),
    ])
  // An account has one meter at a time: a key that was replaced reads nothing any more.
  const readFor = [...new Set(metered.map((log) => log.args.account))].filter(
    (one): one is Address => one !== undefined,
  )
  const present = await Promise.all(
    readFor.map((one) =>
      readContract(chain, { ...exchange, functionName: 'meterOf', args: [one] }),
    ),
  )
  return {
    balance,
    nonce,
    codeBytes: code === undefined ? 0 : (code.length - 2) / 2,
    account: account.index === 0 ? null : account,
    meter: isAddressEqual(meter, zeroAddress) ? null : meter,
    ele,
    watt,
    signs: servers.filter((one) => isAddressEqual(one.signer, address)).map((one) => one.operator),
    operates: servers
      .filter((one) => isAddressEqual(one.operator, address))
      .map((one) => one.signer),
    standing: standing.registered ? standing : null,
    reads: readFor.map((member, index) => ({
      member,
      now: isAddressEqual(present[index] ?? zeroAddress, address),
    })),
  }
}
