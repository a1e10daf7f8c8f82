import { decodeFunctionData } from 'viem'
import { describe, expect, it } from 'vitest'
import { abi as trading } from '../../generated/abi/ElectricityTrading'
import { abi as governance } from '../../generated/abi/MarketGovernance'
import { callOf } from '../../tx/call'
import { mayDo, routed, type Standing } from './duty'
import { inForce, isSigner } from './inForce'

const ADMIN = '0xd33e5Aa32B2fC672e88F149EDD7e630D1f624A94'
const OTHER = '0x0CCf72F40aE78b1dB3e9eDD31c13C087479533BB'
const ready: Standing = {
  administrator: ADMIN,
  contract: false,
  account: ADMIN,
  rightNetwork: true,
  allowed: {},
}

describe('what a wallet may do here', () => {
  it('everything by the administrator itself, whatever the case of its address', () => {
    const account = ADMIN.toLowerCase() as `0x${string}`
    expect(mayDo('pause', { ...ready, account })).toEqual({ may: 'direct' })
  })

  it('nothing by anybody else, and it says why', () => {
    expect(mayDo('pause', { ...ready, administrator: null })).toMatchObject({ why: 'unknown' })
    expect(mayDo('pause', { ...ready, account: null })).toMatchObject({ why: 'wallet' })
    expect(mayDo('pause', { ...ready, rightNetwork: false })).toMatchObject({ why: 'network' })
    expect(mayDo('pause', { ...ready, account: OTHER })).toMatchObject({ why: 'other' })
  })

  it('by its role, where a contract administrates', () => {
    const governed: Standing = { ...ready, contract: true, account: OTHER }
    const asks = (immediate: boolean, delay: number) =>
      mayDo('pause', { ...governed, allowed: { pause: { immediate, delay } } })
    expect(asks(true, 0)).toEqual({ may: 'through', governance: ADMIN })
    expect(asks(false, 3600)).toEqual({ may: 'later', delay: 3600, governance: ADMIN })
    expect(asks(false, 0)).toEqual({ may: 'no', why: 'role' })
    expect(mayDo('pause', governed)).toEqual({ may: 'no', why: 'unknown' })
  })

  it('sends through the administrating contract what would be sent to the market', () => {
    const call = callOf({ address: OTHER, abi: trading, functionName: 'revoke', args: [ADMIN] })
    expect(routed(call, { may: 'direct' })).toBe(call)
    expect(routed(call, { may: 'no', why: 'role' })).toBeNull()
    const through = routed(call, { may: 'through', governance: ADMIN })
    expect(through).toMatchObject({ address: ADMIN, abi: governance, functionName: 'execute' })
    const [target, data] = (through?.args ?? []) as [string, `0x${string}`]
    expect(target).toBe(OTHER)
    expect(decodeFunctionData({ abi: trading, data })).toEqual({
      functionName: 'revoke',
      args: [ADMIN],
    })
    const later = routed(call, { may: 'later', delay: 3600, governance: ADMIN })
    expect(later).toMatchObject({ address: ADMIN, functionName: 'schedule' })
    expect(later?.args).toEqual([...(through?.args ?? []), 0])
  })
})

describe('terms with a delay', () => {
  it('hold from their first period on, and are announced before', () => {
    expect(inForce('old', 'new', 10, 9)).toEqual({
      now: 'old',
      next: { term: 'new', fromPeriod: 10 },
    })
    expect(inForce('old', 'new', 10, 10)).toEqual({ now: 'new', next: null })
    expect(inForce('old', 'new', 0, 0)).toEqual({ now: 'new', next: null })
  })
})

describe('the signers of a posting', () => {
  it('are the bits of its mask', () => {
    expect([0, 1, 2, 3].map((index) => isSigner(0b1010n, index))).toEqual([
      false,
      true,
      false,
      true,
    ])
  })
})
