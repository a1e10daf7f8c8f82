import type { AbiParameter } from 'viem'
import { type Unit, unitOf } from './units'

/** One decoded value with its name, its type and what it means; parts where it has any. */
export interface Field {
  name: string
  type: string
  value: unknown
  unit: Unit | null
  parts?: readonly Field[]
}

/** Values with what an ABI and the project know of them.
 *
 * `values` in the order of `parameters`; packed words are taken apart beside the number itself.
 */
export function fieldsOf(
  contract: string,
  item: string,
  parameters: readonly AbiParameter[],
  values: readonly unknown[],
): readonly Field[] {
  const siblings = new Map(parameters.map((one, index) => [one.name ?? '', values[index]]))
  return parameters.map((one, index) => fieldOf(contract, item, one, values[index], siblings))
}

function fieldOf(
  contract: string,
  item: string,
  parameter: AbiParameter,
  value: unknown,
  siblings: ReadonlyMap<string, unknown>,
): Field {
  const name = parameter.name ?? ''
  const meant = fits(unitOf(contract, item, name), parameter.type)
  // An epoch of the electricity feed is a period.
  const unit = meant === 'epoch' && Number(siblings.get('feed')) === 0 ? 'period' : meant
  const field = { name, type: parameter.type, value, unit }
  const array = /^(.*)\[\d*\]$/.exec(parameter.type)
  if (array !== null && Array.isArray(value)) {
    const element = { ...parameter, type: array[1] ?? '' }
    const parts = value.map((one: unknown, index) => ({
      ...fieldOf(contract, item, element, one, siblings),
      name: String(index),
    }))
    return { ...field, parts }
  }
  if ('components' in parameter && typeof value === 'object' && value !== null) {
    const values = parameter.components.map(
      (one, index) =>
        (value as Record<string, unknown>)[one.name ?? ''] ?? (value as unknown[])[index],
    )
    return { ...field, parts: fieldsOf(contract, item, parameter.components, values) }
  }
  const parts = typeof value === 'bigint' ? unpacked(unit, value, siblings.get('feed')) : null
  return parts === null ? field : { ...field, parts }
}

/** A unit of numbers is none of an address or a text that happens to have the same name. */
function fits(unit: Unit | null, type: string): Unit | null {
  if (unit === 'failure') return type === 'bytes' ? unit : null
  return /^u?int/.test(type) ? unit : null
}

const bits = (word: bigint, from: bigint, count: bigint) => (word >> from) & ((1n << count) - 1n)

function part(item: string, name: string, type: string, value: unknown): Field {
  return { name, type, value, unit: unitOf('', item, name) }
}

/** The parts of a packed word, as libraries Target, Readings and PostedValue lay them out. */
function unpacked(unit: Unit | null, word: bigint, feed: unknown): readonly Field[] | null {
  if (unit === 'target') {
    return [
      part(unit, 'period', 'uint24', bits(word, 96n, 24n)),
      part(unit, 'net', 'int32', BigInt.asIntN(32, word >> 64n)),
      part(unit, 'price', 'uint32', bits(word, 32n, 32n)),
      part(unit, 'limit', 'uint32', bits(word, 0n, 32n)),
      part(unit, 'zone', 'uint16', bits(word, 120n, 16n)),
      part(unit, 'pooled', 'bool', bits(word, 136n, 1n) === 1n),
    ]
  }
  if (unit === 'reading') {
    return [
      part(unit, 'period', 'uint24', bits(word, 128n, 24n)),
      part(unit, 'generation', 'uint64', bits(word, 64n, 64n)),
      part(unit, 'consumption', 'uint64', bits(word, 0n, 64n)),
      part(unit, 'estimated', 'bool', bits(word, 152n, 8n) === 1n),
    ]
  }
  if (unit === 'posting' && Number(feed) === 0) {
    return [
      part(unit, 'electricity', 'uint96', bits(word, 0n, 96n)),
      part(unit, 'matching', 'uint64', bits(word, 96n, 64n)),
      part(unit, 'served', 'uint64', bits(word, 160n, 64n)),
    ]
  }
  if (unit === 'posting' && Number(feed) === 1) {
    return [
      part(unit, 'elecoin', 'uint96', bits(word, 0n, 96n)),
      // 1e9 wei each, as it is signed.
      {
        name: 'change',
        type: 'int64',
        unit: 'ele',
        value: BigInt.asIntN(64, word >> 96n) * 10n ** 9n,
      },
    ]
  }
  return null
}
