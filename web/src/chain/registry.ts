import { useQuery } from '@tanstack/react-query'
import {
  type Abi,
  type AbiEvent,
  type AbiFunction,
  decodeAbiParameters,
  decodeEventLog,
  type Hex,
  size,
  slice,
  toEventSelector,
  toFunctionSelector,
} from 'viem'
import { type Field, fieldsOf } from './fields'

/** What answers at the address of a deployed part of code, or of one of several alike. */
const KIND: Readonly<Record<string, string>> = {
  ElecoinPriceReader: 'FeedReader',
  ElectricityPriceReader: 'FeedReader',
  MatchingProbabilityReader: 'FeedReader',
  MarketOffice: 'ElectricityTrading',
  SettlementOffice: 'ElectricityTrading',
  OracleTribunal: 'EquilibriumOracle',
}
/** Code that runs only at another contract's address: its own storage is empty. */
const PARTS: readonly string[] = ['MarketOffice', 'SettlementOffice', 'OracleTribunal']

interface Known<Item> {
  contract: string
  item: Item
}

/** Which function a selector is and which event a topic, over a set of ABIs. */
export interface Registry {
  abis: Readonly<Record<string, Abi>>
  functions: ReadonlyMap<string, readonly Known<AbiFunction>[]>
  events: ReadonlyMap<string, readonly Known<AbiEvent>[]>
}

export interface Decoded {
  /** The contract whose ABI says so. */
  contract: string
  name: string
  fields: readonly Field[]
}

/** Reads every function and event of the ABIs once. */
export function makeRegistry(abis: Readonly<Record<string, Abi>>): Registry {
  const functions = new Map<string, Known<AbiFunction>[]>()
  const events = new Map<string, Known<AbiEvent>[]>()
  const add = <Item>(to: Map<string, Known<Item>[]>, key: string, known: Known<Item>) =>
    to.set(key, [...(to.get(key) ?? []), known])
  for (const [contract, abi] of Object.entries(abis)) {
    for (const item of abi) {
      if (item.type === 'function') add(functions, toFunctionSelector(item), { contract, item })
      if (item.type === 'event') add(events, toEventSelector(item), { contract, item })
    }
  }
  return { abis, functions, events }
}

let loading: Promise<Registry> | null = null

/** The registry of every ABI of the project, loaded when first asked for. */
export function loadRegistry(): Promise<Registry> {
  loading ??= import('./abis').then(({ ALL_ABIS }) => makeRegistry(ALL_ABIS))
  return loading
}

/** The registry once it is there, else null. */
export function useRegistry(): Registry | null {
  return useQuery({ queryKey: ['abis'], queryFn: loadRegistry, staleTime: Infinity }).data ?? null
}

/** The ABI's name of a deployed contract. */
export function kindOf(contract: string): string {
  return KIND[contract] ?? contract
}

/** The contract at whose address a part of code is run, or null for a contract of its own. */
export function hostOf(contract: string): string | null {
  return PARTS.includes(contract) ? kindOf(contract) : null
}

/** The own contract's meaning first; else the first of the project's. */
function ordered<Item>(
  found: readonly Known<Item>[] | undefined,
  contract: string | null,
): readonly Known<Item>[] {
  const own = contract === null ? null : kindOf(contract)
  return [...(found ?? [])].toSorted(
    (a, b) => Number(b.contract === own) - Number(a.contract === own),
  )
}

/** What a transaction's input calls, or null where no ABI of the project knows it.
 *
 * `contract` is the name of the called one, or null. What does not fit its ABI is not known.
 */
export function decodeCall(registry: Registry, data: Hex, contract: string | null): Decoded | null {
  if (size(data) < 4) return null
  const selector = slice(data, 0, 4)
  for (const known of ordered(registry.functions.get(selector), contract)) {
    try {
      const rest = size(data) === 4 ? '0x' : slice(data, 4)
      const values =
        known.item.inputs.length === 0 ? [] : decodeAbiParameters(known.item.inputs, rest)
      const fields = fieldsOf(known.contract, known.item.name, known.item.inputs, values)
      return { contract: known.contract, name: known.item.name, fields }
    } catch {
      // The next of this selector.
    }
  }
  return null
}

/** What an event says, or null where no ABI of the project knows it, or the log does not fit it. */
export function decodeEvent(
  registry: Registry,
  log: { topics: readonly Hex[]; data: Hex },
  contract: string | null,
): Decoded | null {
  const [topic] = log.topics
  if (topic === undefined) return null
  for (const known of ordered(registry.events.get(topic), contract)) {
    try {
      const { args } = decodeEventLog({
        abi: [known.item],
        topics: log.topics as [Hex, ...Hex[]],
        data: log.data,
      })
      const named = (args ?? {}) as unknown as Readonly<Record<string, unknown>>
      const values = known.item.inputs.map((input) => named[input.name ?? ''])
      const fields = fieldsOf(known.contract, known.item.name, known.item.inputs, values)
      return { contract: known.contract, name: known.item.name, fields }
    } catch {
      // The next of this topic.
    }
  }
  return null
}
