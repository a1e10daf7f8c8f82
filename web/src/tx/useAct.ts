import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Abi, Address, ContractFunctionArgs, ContractFunctionName } from 'viem'
import { useConfig, useConnection, useSimulateContract, useWriteContract } from 'wagmi'
import { useMarket } from '../api/market'
import { wroteDown } from './journal'
import { isRejection, sentenceOf } from './problem'
import { watchPending } from './watch'

/** A call of a contract that the reader may send. */
export interface Call {
  address: Address
  abi: Abi
  functionName: string
  args: readonly unknown[]
  value?: bigint
}

/** A call whose name and arguments the compiler has checked against its ABI. */
export function callOf<
  const Of extends Abi,
  Name extends ContractFunctionName<Of, 'nonpayable' | 'payable'>,
>(call: {
  address: Address
  abi: Of
  functionName: Name
  args: ContractFunctionArgs<Of, 'nonpayable' | 'payable', Name>
  value?: bigint
}): Call {
  return call as unknown as Call
}

export type ActState = 'off' | 'checking' | 'ready' | 'refused' | 'wallet'

export interface Act {
  state: ActState
  /** Why it cannot be sent, or what the wallet said last; a sentence. */
  problem: string | null
  /** Opens the wallet. Does nothing unless ready. */
  send(): Promise<boolean>
}

/** A transaction from the reader's wallet: simulated as it changes, then sent and followed.
 *
 * `call` is null while the form is incomplete; `what` says in the reader's words what it does.
 */
export function useAct(call: Call | null, what: string): Act {
  const config = useConfig()
  const queries = useQueryClient()
  const market = useMarket()
  const connection = useConnection()
  const [said, setSaid] = useState<string | null>(null)
  const enabled = call !== null && connection.isConnected && connection.chainId === market.chain_id
  const simulated = useSimulateContract({
    ...call,
    account: connection.address,
    query: { enabled, retry: false, gcTime: 0, staleTime: 2000 },
  } as Parameters<typeof useSimulateContract>[0])
  const write = useWriteContract()

  const state: ActState = !enabled
    ? 'off'
    : write.isPending
      ? 'wallet'
      : simulated.isPending
        ? 'checking'
        : simulated.isError
          ? 'refused'
          : 'ready'
  return {
    state,
    problem: enabled && simulated.isError ? sentenceOf(simulated.error) : said,
    async send() {
      if (call === null || state !== 'ready' || connection.address === undefined) return false
      setSaid(null)
      try {
        const request = { ...call, chainId: market.chain_id } as unknown
        const hash = await write.mutateAsync(request as Parameters<typeof write.mutateAsync>[0])
        wroteDown({
          hash,
          account: connection.address,
          what,
          sentAt: Date.now(),
          state: 'pending',
        })
        watchPending(config, queries)
        return true
      } catch (error) {
        setSaid(sentenceOf(error))
        if (!isRejection(error)) void simulated.refetch()
        return false
      }
    },
  }
}
