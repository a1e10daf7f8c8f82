import { type Address, encodeFunctionData } from 'viem'
import { abi as governance } from '../../generated/abi/MarketGovernance'
import type { Call } from '../../tx/call'

/** What the administrator may do, of all that this room offers. */
export const DUTIES = ['empower', 'revoke', 'setFee', 'setConstants', 'pause', 'unpause'] as const
export type Duty = (typeof DUTIES)[number]

/** Whether the reader's wallet may do a duty, and why not. */
export type May =
  | { may: 'direct' }
  /** Through the contract that administrates. */
  | { may: 'through'; governance: Address }
  | { may: 'no'; why: 'unknown' | 'wallet' | 'network' | 'other' | 'role' }
  /** Only announced now, and carried out after a delay (seconds). */
  | { may: 'later'; delay: number; governance: Address }

/** Facts that decide it; null where they are not known yet. */
export interface Standing {
  administrator: Address | null
  /** Whether the administrator is a contract. */
  contract: boolean
  account: Address | null
  rightNetwork: boolean
  /** What the administrating contract says of the account, by duty. */
  allowed: Partial<Record<Duty, { immediate: boolean; delay: number }>>
}

/** What the reader may do. Pure. */
export function mayDo(duty: Duty, standing: Standing): May {
  const { administrator, account, contract, rightNetwork, allowed } = standing
  if (administrator === null) return { may: 'no', why: 'unknown' }
  if (account === null) return { may: 'no', why: 'wallet' }
  if (!rightNetwork) return { may: 'no', why: 'network' }
  if (administrator.toLowerCase() === account.toLowerCase()) return { may: 'direct' }
  if (!contract) return { may: 'no', why: 'other' }
  const said = allowed[duty]
  if (said === undefined) return { may: 'no', why: 'unknown' }
  if (said.immediate) return { may: 'through', governance: administrator }
  return said.delay > 0
    ? { may: 'later', delay: said.delay, governance: administrator }
    : { may: 'no', why: 'role' }
}

/** The call as it is sent: to the market, or to the contract that administrates it, at once or as
 * an announcement. */
export function routed(call: Call, may: May): Call | null {
  if (may.may === 'direct') return call
  if (may.may === 'no') return null
  const data = encodeFunctionData({
    abi: call.abi,
    functionName: call.functionName,
    args: [...call.args],
  })
  const at = { address: may.governance, abi: governance }
  // 0: as soon as the delay is over.
  return may.may === 'later'
    ? { ...at, functionName: 'schedule', args: [call.address, data, 0] }
    : { ...at, functionName: 'execute', args: [call.address, data] }
}
