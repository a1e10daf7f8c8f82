import type { Log } from 'viem'
import { decodeEvent, useRegistry } from '../../chain/registry'
import { texts } from '../../i18n/catalogue'
import { Address, Fields, HexText, useContractName } from './Value'

const useTexts = texts(
  {
    title: (count: number) => `What it reported: ${count} ${count === 1 ? 'event' : 'events'}`,
    unknown: 'Not an event of this project; shown as it is.',
    foreign: (contract: string) =>
      `Read by the ABI of ${contract}; the contract is none of this market’s.`,
    data: 'data',
  },
  {
    de: {
      title: (count: number) =>
        `Was gemeldet wurde: ${count} ${count === 1 ? 'Ereignis' : 'Ereignisse'}`,
      unknown: 'Kein Ereignis dieses Projekts; es steht da, wie es ist.',
      foreign: (contract: string) =>
        `Nach der ABI von ${contract} gelesen; der Vertrag gehört nicht zu diesem Markt.`,
      data: 'Daten',
    },
  },
)

/** The events of a transaction, in their order. */
export function Logs({ logs }: { logs: readonly Log[] }) {
  const t = useTexts()
  return (
    <section>
      <h3>{t.title(logs.length)}</h3>
      <ol className="logs">
        {logs.map((log, index) => (
          <li key={`${index} ${log.logIndex}`} className="card">
            <One log={log} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function One({ log }: { log: Log }) {
  const t = useTexts()
  const registry = useRegistry()
  const contract = useContractName(log.address)
  const event = registry && decodeEvent(registry, log, contract)
  if (event === null) {
    return (
      <>
        <p>
          <Address address={log.address} /> {registry === null ? null : t.unknown}
        </p>
        <dl className="facts">
          {log.topics.map((topic, index) => (
            <div key={`${index} ${topic}`}>
              <dt>topic {index}</dt>
              <dd>
                <code className="hex">{topic}</code>
              </dd>
            </div>
          ))}
          <div>
            <dt>{t.data}</dt>
            <dd>
              <HexText hex={log.data} />
            </dd>
          </div>
        </dl>
      </>
    )
  }
  return (
    <>
      <p>
        <Address address={log.address} /> <code className="call">{event.name}</code>
      </p>
      {contract === null ? <p className="soft">{t.foreign(event.contract)}</p> : null}
      <Fields fields={event.fields} />
    </>
  )
}
