import {
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  parseEther,
  stringToHex,
} from 'viem'
import { describe, expect, it } from 'vitest'
import { abi as elecoin } from '../generated/abi/Elecoin'
import { abi as origin } from '../generated/abi/OriginCertificates'
import { abi as trading } from '../generated/abi/ElectricityTrading'
import { abi as oracle } from '../generated/abi/EquilibriumOracle'
import { ALL_ABIS } from './abis'
import type { Field } from './fields'
import { decodeCall, decodeEvent, hostOf, kindOf, makeRegistry } from './registry'

const registry = makeRegistry(ALL_ABIS)
const A = '0xd33e5Aa32B2fC672e88F149EDD7e630D1f624A94'
const B = '0x0CCf72F40aE78b1dB3e9eDD31c13C087479533BB'

const told = (fields: readonly Field[] | undefined) =>
  fields?.map((one) => [one.name, one.unit, one.value])
const part = (fields: readonly Field[] | undefined, name: string) =>
  fields?.find((one) => one.name === name)

const posted = (feed: number, value: bigint) =>
  decodeEvent(
    registry,
    {
      topics: encodeEventTopics({
        abi: oracle,
        eventName: 'Posted',
        args: { feed, epoch: 7 },
      }) as `0x${string}`[],
      data: encodeAbiParameters(
        [
          { type: 'uint256' },
          { type: 'bytes32' },
          { type: 'uint64' },
          { type: 'bytes32' },
          { type: 'uint32' },
          { type: 'uint256' },
          { type: 'uint8' },
          { type: 'uint96' },
        ],
        [value, `0x${'11'.repeat(32)}`, 1n, `0x${'22'.repeat(32)}`, 1, 3n, 1, 0n],
      ),
    },
    'EquilibriumOracle',
  )?.fields

describe('the registry of every ABI', () => {
  it('knows every function and event of every contract by its own name', () => {
    for (const [contract, abi] of Object.entries(ALL_ABIS)) {
      const kinds = abi.filter((item) => item.type === 'event')
      for (const item of kinds) {
        const known = [...registry.events.values()].flat()
        expect(known).toContainEqual({ contract, item })
      }
    }
    expect(kindOf('ElectricityPriceReader')).toBe('FeedReader')
    expect(hostOf('MarketOffice')).toBe('ElectricityTrading')
    expect(hostOf('Elecoin')).toBeNull()
  })

  it('names arguments and says what they mean', () => {
    const data = encodeFunctionData({
      abi: trading,
      functionName: 'trade',
      args: [A, 12, 500, 100, parseEther('0.3'), 1_774_908_000n],
    })
    const call = decodeCall(registry, data, 'ElectricityTrading')
    expect(call?.name).toBe('trade')
    expect(told(call?.fields)).toEqual([
      ['retailer', null, A],
      ['period', 'period', 12],
      ['energyWh', 'wh', 500],
      ['minWh', 'wh', 100],
      ['maxPrice', 'elePerKwh', parseEther('0.3')],
      ['deadline', 'time', 1_774_908_000n],
    ])
  })

  it('takes a packed target apart, two’s complement and all', () => {
    const word =
      (1n << 136n) | (1n << 120n) | (12n << 96n) | ((2n ** 32n - 700n) << 64n) | (5n << 32n) | 9n
    const data = encodeFunctionData({ abi: trading, functionName: 'declareTarget', args: [word] })
    const [field] = decodeCall(registry, data, null)?.fields ?? []
    expect(told(field?.parts)).toEqual([
      ['period', 'period', 12n],
      ['net', 'wh', -700n],
      ['price', 'ticksEle', 5n],
      ['limit', 'ticksEle', 9n],
      ['zone', 'zone', 1n],
      ['pooled', null, true],
    ])
  })

  it('reads an epoch and a posted word as their feed has them', () => {
    const energy = posted(0, (parseEther('0.5') << 96n) | parseEther('0.25'))
    expect(part(energy, 'epoch')?.unit).toBe('period')
    expect(told(part(energy, 'value')?.parts)?.[0]).toEqual([
      'electricity',
      'elePerKwh',
      parseEther('0.25'),
    ])
    const money = posted(1, ((2n ** 64n - 2n) << 96n) | parseEther('1'))
    expect(part(money, 'epoch')?.unit).toBe('epoch')
    expect(told(part(money, 'value')?.parts)).toEqual([
      ['elecoin', 'coinPerEle', parseEther('1')],
      ['change', 'ele', -2_000_000_000n],
    ])
  })

  it('prefers the meaning of the contract that is called or speaks', () => {
    const topics = encodeEventTopics({
      abi: elecoin,
      eventName: 'Transfer',
      args: { from: A, to: B },
    }) as `0x${string}`[]
    const data = encodeAbiParameters([{ type: 'uint256' }], [5n])
    expect(part(decodeEvent(registry, { topics, data }, 'Elecoin')?.fields, 'value')?.unit).toBe(
      'ele',
    )
    expect(part(decodeEvent(registry, { topics, data }, 'Wattcoin')?.fields, 'value')?.unit).toBe(
      'wattcoin',
    )
  })

  it('keeps foreign text as it is', () => {
    const reason = '<script>alert(1)</script>'
    const data = encodeFunctionData({ abi: origin, functionName: 'retire', args: [1n, 2n, reason] })
    expect(decodeCall(registry, data, null)?.fields.at(-1)?.value).toBe(reason)
  })

  it('never guesses: unknown selectors and topics, cut data, other shapes', () => {
    expect(decodeCall(registry, '0xdeadbeef0011', null)).toBeNull()
    expect(decodeCall(registry, '0x00', null)).toBeNull()
    const whole = encodeFunctionData({ abi: elecoin, functionName: 'transfer', args: [A, 1n] })
    expect(decodeCall(registry, whole.slice(0, -2) as `0x${string}`, 'Elecoin')).toBeNull()
    expect(
      decodeEvent(registry, { topics: [stringToHex('x', { size: 32 })], data: '0x' }, null),
    ).toBeNull()
    expect(decodeEvent(registry, { topics: [], data: '0x' }, null)).toBeNull()
  })
})
