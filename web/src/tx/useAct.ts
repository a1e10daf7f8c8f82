import { useEffect, useState } from 'react'
import { useConnection, useSimulateContract } from 'wagmi'
import { useMarket } from '../api/market'
import { type Call, nameOf } from './call'
import { sentenceOf } from './problem'
import { useSend } from './useSend'

export { type Call, callOf } from './call'

/** While the reader still types, nothing is asked. */
const PAUSE_MS = 350
/** Windows open and close, and others act: what was possible is asked again. */
const AGAIN_MS = 8000

export type ActState = 'off' | 'checking' | 'ready' | 'refused' | 'wallet'

export interface Act {
  state: ActState
  /** Why it cannot be sent, or what the wallet said last; a sentence. */
  problem: string | null
  /** Opens the wallet. Does nothing unless ready. */
  send(): Promise<boolean>
}

/** The name of a call, once it has rested. */
function useRested(name: string): string {
  const [rested, setRested] = useState(name)
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(name), PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [name])
  return rested
}

/** A transaction from the reader's wallet: simulated as she types, then sent and followed.
 *
 * `call` is null while the form is incomplete; `what` says in the reader's words what it does.
 */
export function useAct(call: Call | null, what: string): Act {
  const market = useMarket()
  const connection = useConnection()
  const sender = useSend()
  const name = nameOf(call)
  const rested = useRested(name) === name
  const possible = call !== null && connection.isConnected && connection.chainId === market.chain_id
  const enabled = possible && rested
  const simulated = useSimulateContract({
    ...call,
    account: connection.address,
    query: { enabled, retry: false, gcTime: 0, staleTime: 2000, refetchInterval: AGAIN_MS },
  } as Parameters<typeof useSimulateContract>[0])

  const state: ActState = !possible
    ? 'off'
    : sender.busy
      ? 'wallet'
      : !rested || simulated.isPending
        ? 'checking'
        : simulated.isError
          ? 'refused'
          : 'ready'
  return {
    state,
    problem: state === 'refused' ? sentenceOf(simulated.error, market) : sender.problem,
    async send() {
      if (call === null || state !== 'ready') return false
      const sent = await sender.send(call, what, true)
      if (!sent) void simulated.refetch()
      return sent
    },
  }
}
