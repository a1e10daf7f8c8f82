import { type Hex, zeroAddress } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import type { Field } from '../../chain/fields'
import { Account } from '../../parts/Account'
import { Link } from '../../parts/Link'
import { revertSentence } from './failure'
import { useHuman } from './human'
import { useTexts } from './texts'

const SHOWN = 12
const LONG = 74

/** A decoded value as people read it; the number as the chain has it in its title. */
export function Value({ field }: { field: Field }) {
  const t = useTexts()
  const { value, type, parts } = field
  if (parts !== undefined && type.endsWith(']')) return <Items parts={parts} />
  if (parts !== undefined && type === 'tuple') return <Fields fields={parts} />
  if (parts !== undefined) {
    return (
      <>
        <code className="hex">{String(value)}</code>
        <Fields fields={parts} />
      </>
    )
  }
  if (type === 'address') return <Address address={String(value)} />
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (type === 'string') return <q className="foreign">{String(value)}</q>
  if (field.unit === 'failure') return <Failure data={value as Hex} />
  if (type.startsWith('bytes')) return <HexText hex={String(value)} />
  return <Amount field={field} />
}

function Amount({ field }: { field: Field }) {
  const human = useHuman()
  const value = BigInt(field.value as bigint | number)
  const said = human(field.unit, value)
  if (said === null) return <code>{value.toString()}</code>
  const shown = <span title={value.toString()}>{said}</span>
  return field.unit === 'period' || field.unit === 'epoch' ? (
    <Link to={`/explorer/posting/${field.unit === 'period' ? 'electricity' : 'elecoin'}/${value}`}>
      {shown}
    </Link>
  ) : (
    shown
  )
}

/** Named values, each on its line. */
export function Fields({ fields }: { fields: readonly Field[] }) {
  const t = useTexts()
  if (fields.length === 0) return <span className="soft">{t.noValues}</span>
  return (
    <dl className="facts">
      {fields.map((field, index) => (
        // Names may be empty or alike; the order is the ABI's.
        <div key={`${index} ${field.name}`}>
          <dt>{field.name || field.type}</dt>
          <dd>
            <Value field={field} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Items({ parts }: { parts: readonly Field[] }) {
  const t = useTexts()
  if (parts.length === 0) return <span className="soft">{t.noItems}</span>
  const list = (
    <ol start={0} className="items">
      {parts.map((part) => (
        <li key={part.name}>
          <Value field={part} />
        </li>
      ))}
    </ol>
  )
  if (parts.length <= SHOWN) return list
  return (
    <details>
      <summary>{t.items(parts.length)}</summary>
      {list}
    </details>
  )
}

/** A contract of the market by its name, any other address short. */
export function Address({ address }: { address: string }) {
  const t = useTexts()
  const name = useContractName(address)
  if (address === zeroAddress) return <span className="soft">{t.nobody}</span>
  if (name === null) return <Account address={address} />
  return (
    <Link to={`/explorer/contract/${name}`} title={address}>
      {name}
    </Link>
  )
}

/** The name of the market's contract at an address, or null. */
export function useContractName(address: string | null | undefined): string | null {
  const { contracts } = useMarket()
  if (address == null) return null
  const wanted = address.toLowerCase()
  return Object.keys(contracts).find((one) => contracts[one]?.toLowerCase() === wanted) ?? null
}

/** Bytes as they are; many of them on demand. */
export function HexText({ hex }: { hex: string }) {
  const t = useTexts()
  const format = useFormat()
  if (hex.length <= LONG) return <code className="hex">{hex}</code>
  return (
    <details>
      <summary>
        <code>{hex.slice(0, 18)}…</code> {t.bytes(format.number((hex.length - 2) / 2, 0))}
      </summary>
      <code className="hex">{hex}</code>
    </details>
  )
}

function Failure({ data }: { data: Hex }) {
  const said = revertSentence(data, useMarket())
  return (
    <>
      {said === null ? null : <>{said} </>}
      <HexText hex={data} />
    </>
  )
}
