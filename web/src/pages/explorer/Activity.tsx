import type { Address as Hex20 } from 'viem'
import { useFormat } from '../../api/market'
import { decodeCall, decodeEvent, type Registry, useRegistry } from '../../chain/registry'
import { texts } from '../../i18n/catalogue'
import { TransactionLink } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Table } from '../../parts/Table'
import { useDeeds } from './useDeeds'
import type { Deed, Mention } from './deeds'
import { useHead } from './queries'
import { useTexts as useWords } from './texts'
import { BlockLink } from './TransactionTable'
import { Address, useContractName } from './Value'

const useTexts = texts(
  {
    title: 'What it did lately',
    caption: 'Newest first',
    scanned: (first: string, latest: string, from: string) =>
      `Looked through: every transaction of blocks ${first} to ${latest}, and since block ${from} every event of the market’s contracts that names the address. What it did elsewhere and earlier is not here.`,
    more: (shown: string, total: string) => `The newest ${shown} of ${total} are shown.`,
    empty: 'Nothing was found.',
    calls: 'Calls',
    events: 'Events that name it',
  },
  {
    de: {
      title: 'Was sie zuletzt tat',
      caption: 'Neueste zuerst',
      scanned: (first: string, latest: string, from: string) =>
        `Durchsucht: alle Transaktionen der Blöcke ${first} bis ${latest} und seit Block ${from} alle Ereignisse der Verträge des Marktes, die die Adresse nennen. Was sie anderswo und früher tat, steht hier nicht.`,
      more: (shown: string, total: string) => `Gezeigt sind die neuesten ${shown} von ${total}.`,
      empty: 'Nichts gefunden.',
      calls: 'Ruft',
      events: 'Ereignisse, die sie nennen',
    },
  },
)

/** What an address had part in, and what was searched to say so. */
export function Activity({ address }: { address: Hex20 }) {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const number = (value: bigint | number) => format.number(Number(value), 0)
  return (
    <section>
      <h3>{t.title}</h3>
      <Asked query={useDeeds(address, useHead())}>
        {({ deeds, total, first, latest, eventsFrom }) => (
          <>
            <p className="soft">
              {t.scanned(number(first), number(latest), number(eventsFrom))}{' '}
              {total > deeds.length ? t.more(number(deeds.length), number(total)) : null}
            </p>
            <Table
              caption={t.caption}
              columns={[
                { head: words.hash, cell: (deed) => <TransactionLink hash={deed.hash} /> },
                { head: words.block, cell: (deed) => <BlockLink number={deed.block} /> },
                { head: t.calls, cell: (deed) => <Called deed={deed} /> },
                { head: t.events, cell: (deed) => <Names deed={deed} /> },
              ]}
              rows={deeds}
              keyOf={(deed) => deed.hash}
              empty={t.empty}
            />
          </>
        )}
      </Asked>
    </section>
  )
}

function Called({ deed }: { deed: Deed }) {
  const words = useWords()
  const registry = useRegistry()
  const contract = useContractName(deed.to)
  if (deed.input === null || deed.from === null) return null
  const call = registry && decodeCall(registry, deed.input, contract)
  return (
    <>
      <code>{call?.name ?? (deed.input === '0x' ? words.transfer : deed.input.slice(0, 10))}</code>{' '}
      {words.from} <Address address={deed.from} />
    </>
  )
}

/** The names of events, each once, with how often. */
function Names({ deed }: { deed: Deed }) {
  const registry = useRegistry()
  const counts = new Map<string, number>()
  for (const event of deed.events) {
    const name = nameOf(registry, event)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => (count > 1 ? `${name} × ${count}` : name)).join(', ')
}

function nameOf(registry: Registry | null, event: Mention): string {
  const topic = event.topics[0]?.slice(0, 10) ?? ''
  return (registry && decodeEvent(registry, event, null)?.name) ?? topic
}
