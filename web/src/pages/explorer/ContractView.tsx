import type { AbiFunction, Address } from 'viem'
import { useMarket } from '../../api/market'
import { hostOf, kindOf, useRegistry } from '../../chain/registry'
import { texts } from '../../i18n/catalogue'
import { Link } from '../../parts/Link'
import { Constants } from './Constants'
import { ReadForm } from './ReadForm'

/** Named a view, and only there to refuse. */
const SILENT: readonly string[] = ['renounceOwnership']

const useTexts = texts(
  {
    none: (name: string) => `This market has no contract ${name}.`,
    loading: 'Loading …',
    address: 'Address:',
    part: 'This is code that runs at the address of another contract. Its own storage is empty; ask there:',
    ask: 'What it can be asked',
    how: 'These calls change nothing and cost nothing. Lists and tuples are written as JSON.',
    changes: 'What can change it',
    only: 'Named only; buttons for them are in the rooms that they belong to.',
    unknown: 'No ABI of this project is known for it.',
  },
  {
    de: {
      none: (name: string) => `Dieser Markt hat keinen Vertrag ${name}.`,
      loading: 'Wird geladen …',
      address: 'Adresse:',
      part: 'Dies ist Code, der unter der Adresse eines anderen Vertrags läuft. Sein eigener Speicher ist leer; fragen Sie dort:',
      ask: 'Was man ihn fragen kann',
      how: 'Diese Aufrufe ändern nichts und kosten nichts. Listen und Tupel schreibt man als JSON.',
      changes: 'Was ihn ändern kann',
      only: 'Nur genannt; Knöpfe dafür sind in den Räumen, zu denen sie gehören.',
      unknown: 'Für ihn kennt dieses Projekt keine ABI.',
    },
  },
)

/** A contract of the deployment: where it is, and every question that it answers. */
export function ContractView({ name }: { name: string }) {
  const t = useTexts()
  const { contracts } = useMarket()
  const address = contracts[name]
  if (address === undefined) return <p role="alert">{t.none(name)}</p>
  const host = hostOf(name)
  return (
    <>
      <h2>{name}</h2>
      <p>
        {t.address}{' '}
        <Link to={`/explorer/address/${address}`}>
          <code className="hex">{address}</code>
        </Link>
      </p>
      {host === null ? (
        <Calls name={name} address={address as Address} />
      ) : (
        <p>
          {t.part} <Link to={`/explorer/contract/${host}`}>{host}</Link>
        </p>
      )}
    </>
  )
}

function Calls({ name, address }: { name: string; address: Address }) {
  const t = useTexts()
  const registry = useRegistry()
  if (registry === null) return <p className="soft">{t.loading}</p>
  const abi = registry.abis[kindOf(name)]
  if (abi === undefined) return <p>{t.unknown}</p>
  const all = abi
    .filter((item): item is AbiFunction => item.type === 'function')
    .toSorted((a, b) => a.name.localeCompare(b.name))
  const asked = all.filter((item) => reads(item) && item.inputs.length > 0)
  return (
    <>
      <Constants
        contract={kindOf(name)}
        address={address}
        items={all.filter(
          (item) => reads(item) && item.inputs.length === 0 && !SILENT.includes(item.name),
        )}
      />
      {asked.length === 0 ? null : (
        <section>
          <h3>{t.ask}</h3>
          <p className="soft">{t.how}</p>
          <div className="panels read-forms">
            {asked.map((item) => (
              <ReadForm
                key={item.name + inputs(item)}
                contract={kindOf(name)}
                address={address}
                item={item}
              />
            ))}
          </div>
        </section>
      )}
      <section>
        <h3>{t.changes}</h3>
        <p className="soft">{t.only}</p>
        <ul className="signatures">
          {all
            .filter((item) => !reads(item))
            .map((item) => (
              <li key={item.name + inputs(item)}>
                <code>
                  {item.name}({inputs(item)})
                </code>
              </li>
            ))}
        </ul>
      </section>
    </>
  )
}

function inputs(item: AbiFunction): string {
  return item.inputs.map((one) => `${one.type} ${one.name ?? ''}`.trim()).join(', ')
}

function reads(item: AbiFunction): boolean {
  return item.stateMutability === 'view' || item.stateMutability === 'pure'
}
