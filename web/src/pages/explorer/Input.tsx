import type { Address, Hex } from 'viem'
import { decodeCall, useRegistry } from '../../chain/registry'
import { texts } from '../../i18n/catalogue'
import { Fields, HexText, useContractName } from './Value'

const useTexts = texts(
  {
    title: 'What it asked for',
    payment: 'A payment without a call.',
    creation: 'Makes a contract.',
    unknown: (selector: string) =>
      `No contract of this project has a function ${selector}; the data are shown as they are.`,
    foreign: (contract: string) =>
      `Read by the ABI of ${contract}; the called contract is none of this market’s.`,
    raw: 'As it was sent',
  },
  {
    de: {
      title: 'Was verlangt wurde',
      payment: 'Eine Zahlung ohne Aufruf.',
      creation: 'Erzeugt einen Vertrag.',
      unknown: (selector: string) =>
        `Kein Vertrag dieses Projekts hat eine Funktion ${selector}; die Daten stehen da, wie sie sind.`,
      foreign: (contract: string) =>
        `Nach der ABI von ${contract} gelesen; der gerufene Vertrag gehört nicht zu diesem Markt.`,
      raw: 'Wie gesendet',
    },
  },
)

/** A transaction's input: function and arguments, or the bytes. */
export function Input({ to, data }: { to: Address | null; data: Hex }) {
  const t = useTexts()
  const registry = useRegistry()
  const contract = useContractName(to)
  const call = registry && to !== null ? decodeCall(registry, data, contract) : null
  return (
    <section>
      <h3>{t.title}</h3>
      {data === '0x' ? (
        <p>{t.payment}</p>
      ) : to === null ? (
        <>
          <p>{t.creation}</p>
          <HexText hex={data} />
        </>
      ) : call === null ? (
        <>
          {registry === null ? null : <p>{t.unknown(data.slice(0, 10))}</p>}
          <HexText hex={data} />
        </>
      ) : (
        <>
          <p>
            <code className="call">
              {contract ?? call.contract}.{call.name}
            </code>
          </p>
          {contract === null ? <p className="soft">{t.foreign(call.contract)}</p> : null}
          <Fields fields={call.fields} />
          <details>
            <summary>{t.raw}</summary>
            <code className="hex">{data}</code>
          </details>
        </>
      )}
    </section>
  )
}
