import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { simulateContract } from 'viem/actions'
import { useConfig, useConnection, useWriteContract } from 'wagmi'
import { useMarket } from '../api/market'
import type { Call } from './call'
import { wroteDown } from './journal'
import { sentenceOf } from './problem'
import { watchPending } from './watch'

export interface Send {
  /** The wallet is open, or the call is being simulated. */
  busy: boolean
  /** Why the last one was not sent; a sentence. */
  problem: string | null
  /** Asks for a call (a signature may be needed for it), simulates it unless told that it was,
   * opens the wallet, and follows what was sent. False where it came to nothing. */
  send(made: Call | (() => Promise<Call>), what: string, simulated?: boolean): Promise<boolean>
}

/** Sends transactions from the reader's wallet and writes each down as soon as its hash is known. */
export function useSend(): Send {
  const config = useConfig()
  const queries = useQueryClient()
  const market = useMarket()
  const connection = useConnection()
  const write = useWriteContract()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  return {
    busy,
    problem,
    async send(made, what, simulated = false) {
      const account = connection.address
      if (busy || account === undefined) return false
      setBusy(true)
      setProblem(null)
      try {
        const call = typeof made === 'function' ? await made() : made
        if (!simulated) {
          const asked = { ...call, account } as unknown
          await simulateContract(
            config.getClient(),
            asked as Parameters<typeof simulateContract>[1],
          )
        }
        const request = { ...call, chainId: market.chain_id } as unknown
        const hash = await write.mutateAsync(request as Parameters<typeof write.mutateAsync>[0])
        wroteDown({ hash, account, what, sentAt: Date.now(), state: 'pending' })
        watchPending(config, queries, market)
        return true
      } catch (error) {
        setProblem(sentenceOf(error, market))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
