import { type AbiParameter, encodeAbiParameters, parseAbiParameters } from 'viem'
import { describe, expect, it } from 'vitest'
import { parseArgument } from './argument'

function parsed(type: string, text: string): unknown {
  const [parameter] = parseAbiParameters(type) as readonly AbiParameter[]
  if (parameter === undefined) throw new Error(type)
  const answer = parseArgument(parameter, text)
  if ('wrong' in answer) return answer.wrong
  // What is taken, viem encodes.
  encodeAbiParameters([parameter], [answer.value])
  return answer.value
}

describe('what is written for an argument', () => {
  it('integers within their type, in either notation', () => {
    expect(parsed('uint24', '16777215')).toBe(16_777_215)
    expect(parsed('uint256', '0xff')).toBe(255n)
    expect(parsed('int64', '-9223372036854775808')).toBe(-(2n ** 63n))
    expect(parsed('uint24', '16777216')).toEqual({ kind: 'range', least: 0n, most: 2n ** 24n - 1n })
    expect(parsed('uint256', '-1')).toMatchObject({ kind: 'range', least: 0n })
    expect(parsed('uint256', '1.5')).toEqual({ kind: 'integer' })
    expect(parsed('uint256', ' ')).toEqual({ kind: 'empty' })
  })

  it('addresses, told from mistyped ones by their capitals', () => {
    const right = '0xd33e5Aa32B2fC672e88F149EDD7e630D1f624A94'
    expect(parsed('address', right)).toBe(right)
    expect(parsed('address', right.toLowerCase())).toBe(right.toLowerCase())
    expect(parsed('address', right.replace('A94', 'a94'))).toEqual({ kind: 'checksum' })
    expect(parsed('address', right.slice(0, -1))).toEqual({ kind: 'address' })
  })

  it('bytes of the right size', () => {
    expect(parsed('bytes4', '0xdeadbeef')).toBe('0xdeadbeef')
    expect(parsed('bytes4', '0xdeadbe')).toEqual({ kind: 'bytes', size: 4 })
    expect(parsed('bytes', '0xabc')).toEqual({ kind: 'bytes', size: null })
    expect(parsed('bytes', '0x')).toBe('0x')
  })

  it('lists and tuples as JSON, with every digit of long numbers', () => {
    const long = 2n ** 255n + 1n
    expect(parsed('uint256[]', `[1, ${long}]`)).toEqual([1n, long])
    expect(parsed('uint256[2]', '[1]')).toEqual({ kind: 'items', wanted: 2 })
    expect(parsed('uint8[]', '[1, 256]')).toMatchObject({ kind: 'range', most: 255n })
    expect(
      parsed('(uint8 feed, string note)', '{"feed": 1, "note": "a 12345678901234567 b"}'),
    ).toEqual({
      feed: 1,
      note: 'a 12345678901234567 b',
    })
    expect(parsed('(uint8 feed, bool on)', '[1, true]')).toEqual({ feed: 1, on: true })
    expect(parsed('(uint8 feed, bool on)', '[1]')).toEqual({ kind: 'empty' })
    expect(parsed('uint8[]', '1, 2')).toEqual({ kind: 'json' })
  })
})
