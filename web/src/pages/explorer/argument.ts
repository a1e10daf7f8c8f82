import { type AbiParameter, isAddress, isHex } from 'viem'

/** Why a text is no value of a type; `detail` is what is allowed. */
export type Wrong =
  | { kind: 'empty' }
  | { kind: 'integer' }
  | { kind: 'range'; least: bigint; most: bigint }
  | { kind: 'address' }
  | { kind: 'checksum' }
  | { kind: 'bytes'; size: number | null }
  | { kind: 'json' }
  | { kind: 'items'; wanted: number }

export type Parsed = { value: unknown } | { wrong: Wrong }

/** The value that a text means for a type of the ABI; arrays and tuples are written as JSON. */
export function parseArgument(parameter: AbiParameter, text: string): Parsed {
  const type = parameter.type
  if (type === 'string') return { value: text }
  const given = text.trim()
  if (given === '') return { wrong: { kind: 'empty' } }
  if (type.endsWith(']') || type === 'tuple') {
    let written: unknown
    try {
      written = JSON.parse(quoted(given))
    } catch {
      return { wrong: { kind: 'json' } }
    }
    return structured(parameter, written)
  }
  return plain(type, given)
}

/** Long integers keep their digits: JSON would round them. */
function quoted(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (one) =>
    one[0] === '"' ? one : `"${one}"`,
  )
}

function structured(parameter: AbiParameter, written: unknown): Parsed {
  const array = /^(.*)\[(\d*)\]$/.exec(parameter.type)
  if (array !== null) {
    if (!Array.isArray(written)) return { wrong: { kind: 'json' } }
    if (array[2] && written.length !== Number(array[2])) {
      return { wrong: { kind: 'items', wanted: Number(array[2]) } }
    }
    const element = { ...parameter, type: array[1] ?? '' }
    return all(written.map((one: unknown) => structured(element, one)))
  }
  if ('components' in parameter) {
    if (typeof written !== 'object' || written === null) return { wrong: { kind: 'json' } }
    const parts = parameter.components.map((one, index) =>
      structured(
        one,
        Array.isArray(written)
          ? written[index]
          : (written as Record<string, unknown>)[one.name ?? ''],
      ),
    )
    const parsed = all(parts)
    if ('wrong' in parsed) return parsed
    const values = parsed.value as unknown[]
    return {
      value: Object.fromEntries(
        parameter.components.map((one, index) => [one.name ?? String(index), values[index]]),
      ),
    }
  }
  if (parameter.type === 'string') {
    return typeof written === 'string' ? { value: written } : { wrong: { kind: 'json' } }
  }
  if (written === undefined || written === null) return { wrong: { kind: 'empty' } }
  if (typeof written === 'object') return { wrong: { kind: 'json' } }
  return plain(parameter.type, String(written as string | number | boolean))
}

function all(parts: readonly Parsed[]): Parsed {
  const values: unknown[] = []
  for (const part of parts) {
    if ('wrong' in part) return part
    values.push(part.value)
  }
  return { value: values }
}

function plain(type: string, given: string): Parsed {
  const integer = /^(u?)int(\d*)$/.exec(type)
  if (integer !== null) {
    if (!/^-?(\d+|0x[0-9a-f]+)$/i.test(given)) return { wrong: { kind: 'integer' } }
    const value = given.startsWith('-0x') ? -BigInt(given.slice(1)) : BigInt(given)
    const size = BigInt(integer[2] || '256')
    const unsigned = integer[1] === 'u'
    const least = unsigned ? 0n : -(2n ** (size - 1n))
    const most = 2n ** (unsigned ? size : size - 1n) - 1n
    if (value < least || value > most) return { wrong: { kind: 'range', least, most } }
    // As viem takes them: numbers up to 48 bits.
    return { value: size <= 48n ? Number(value) : value }
  }
  if (type === 'bool') {
    if (given === 'true' || given === 'false') return { value: given === 'true' }
    return { wrong: { kind: 'json' } }
  }
  if (type === 'address') {
    if (!/^0x[0-9a-f]{40}$/i.test(given)) return { wrong: { kind: 'address' } }
    return isAddress(given) ? { value: given } : { wrong: { kind: 'checksum' } }
  }
  const bytes = /^bytes(\d*)$/.exec(type)
  const size = bytes?.[1] ? Number(bytes[1]) : null
  const whole = isHex(given) && given.length % 2 === 0
  if (bytes === null || !whole || (size !== null && given.length !== 2 + 2 * size)) {
    return { wrong: { kind: 'bytes', size } }
  }
  return { value: given }
}
