// From the compiled contracts: one typed ABI a contract, and the names and arguments of every error.
import { readFileSync } from 'node:fs'

const ARTIFACTS = new URL('../../oracle/chain/artifacts/', import.meta.url)
export const CONTRACTS = [
  'DayPool',
  'Elecoin',
  'ElectricityTrading',
  'EquilibriumOracle',
  'FeedReader',
  'MarketGovernance',
  'OracleTribunal',
  'OriginCertificates',
  'ReputationLedger',
  'SettlementOffice',
  'StandingOrders',
  'TullockRewards',
  'Wattcoin',
]
// What answers at one contract's address, in parts of code (EIP-170): its ABI is theirs together.
const PARTS = {
  ElectricityTrading: ['ElectricityTrading', 'MarketOffice', 'SettlementOffice'],
  EquilibriumOracle: ['EquilibriumOracle', 'OracleTribunal'],
}
// For the first page, which cannot afford a whole ABI: a file of its own, with these functions.
const EXCERPTS = { fees: ['ElectricityTrading', ['feeOf']] }

const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, ARTIFACTS), 'utf8')).abi
const inputs = (item) => (item.inputs ?? []).map((input) => input.type).join()
const identity = (item) => `${item.type} ${item.name ?? ''}(${inputs(item)})`
// What tells nobody anything at the page, and would only weigh.
const bare = ({ internalType: _, components, ...rest }) =>
  components ? { ...rest, components: components.map(bare) } : rest

function abiOf(name) {
  const found = new Map()
  for (const part of PARTS[name] ?? [name]) {
    for (const item of read(part)) {
      if (item.type === 'constructor') continue
      const tidy = { ...item }
      for (const side of ['inputs', 'outputs']) {
        if (item[side]) tidy[side] = item[side].map(bare)
      }
      found.set(identity(item), tidy)
    }
  }
  return [...found.values()]
}

export function abis() {
  const files = {}
  const errors = new Map()
  for (const name of CONTRACTS.filter(
    (one) => !Object.values(PARTS).flat().includes(one) || PARTS[one],
  )) {
    const abi = abiOf(name)
    files[`abi/${name}.ts`] = `export const abi = ${JSON.stringify(abi)} as const\n`
    for (const item of abi.filter((one) => one.type === 'error')) {
      errors.set(identity(item), item)
    }
  }
  for (const [file, [name, wanted]] of Object.entries(EXCERPTS)) {
    const abi = abiOf(name).filter((item) => item.type === 'function' && wanted.includes(item.name))
    files[`abi/${file}.ts`] = `export const abi = ${JSON.stringify(abi)} as const\n`
  }
  const sorted = [...errors.values()].toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1))
  files['errors.ts'] =
    `/** Every custom error of every contract. */\nexport const errors = ${JSON.stringify(sorted)} as const\n`
  return files
}
