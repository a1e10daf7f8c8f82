import { useFormat } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Table } from '../../parts/Table'
import { useOperatorAccess } from './access'
import { type Health, useHealth } from './service'
import { useWords } from './texts'

const useTexts = texts(
  {
    title: 'Machines',
    nodes: 'Nodes of the chain',
    node: 'Node',
    state: 'State',
    up: 'answers',
    down: 'does not answer',
    unknown: 'not known',
    head: 'Latest block',
    time: 'Its time',
    peers: 'Peers',
    lag: 'Behind by',
    blocks: (count: string) => `${count} blocks`,
    servers: 'Daemons of the edge servers',
    server: 'Server',
    says: 'Says',
    posted: 'Last posting',
    none: 'none known',
    unread: 'Which servers there are is not known while the chain cannot be read.',
    well: 'ready',
    of: (feed: string, epoch: string, time: string) => `${feed} ${epoch}, at ${time}`,
    electricity: 'electricity period',
    elecoin: 'elecoin epoch',
    service: (version: string, since: string) =>
      `This service: version ${version}, since ${since}.`,
    store: (revision: string, size: string) => `Its store: revision ${revision}, ${size} MB.`,
  },
  {
    de: {
      title: 'Maschinen',
      nodes: 'Knoten der Kette',
      node: 'Knoten',
      state: 'Stand',
      up: 'antwortet',
      down: 'antwortet nicht',
      unknown: 'nicht bekannt',
      head: 'Neuester Block',
      time: 'Dessen Zeit',
      peers: 'Nachbarn',
      lag: 'Zurück um',
      blocks: (count: string) => `${count} Blöcke`,
      servers: 'Programme der Edge-Server',
      server: 'Server',
      says: 'Sagt',
      posted: 'Letzte Meldung',
      none: 'keine bekannt',
      unread: 'Welche Server es gibt, ist nicht bekannt, solange die Kette nicht lesbar ist.',
      well: 'bereit',
      of: (feed: string, epoch: string, time: string) => `${feed} ${epoch}, um ${time}`,
      electricity: 'Strom-Periode',
      elecoin: 'Elecoin-Epoche',
      service: (version: string, since: string) =>
        `Dieser Dienst: Version ${version}, seit ${since}.`,
      store: (revision: string, size: string) => `Sein Speicher: Fassung ${revision}, ${size} MB.`,
    },
  },
)

/** Health of each node and daemon, as the service sees them. */
export function Machines() {
  const t = useTexts()
  const words = useWords()
  const { header } = useOperatorAccess()
  const query = useHealth()
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {header === null ? (
        <p className="soft">{words.operatorOnly}</p>
      ) : (
        <Asked query={query}>{(health) => <Shown health={health} />}</Asked>
      )}
    </section>
  )
}

function Shown({ health }: { health: Health }) {
  const t = useTexts()
  const format = useFormat()
  const count = (value: number | null) => (value === null ? '–' : format.number(value, 0))
  const state = (reachable: boolean | null) =>
    reachable === null ? t.unknown : reachable ? t.up : <strong className="bad">{t.down}</strong>
  return (
    <>
      <Table
        caption={t.nodes}
        columns={[
          { head: t.node, cell: ({ url }) => url },
          { head: t.state, cell: ({ reachable }) => state(reachable) },
          { head: t.head, number: true, cell: ({ head }) => count(head) },
          {
            head: t.time,
            cell: ({ chain_time }) => (chain_time === null ? '–' : format.time(chain_time)),
          },
          { head: t.peers, number: true, cell: ({ peers }) => count(peers) },
          { head: t.lag, cell: ({ lag }) => (lag === null ? '–' : t.blocks(count(lag))) },
        ]}
        rows={health.nodes}
        keyOf={({ url }) => url}
        empty={t.none}
      />
      {health.servers === null ? (
        <p>{t.unread}</p>
      ) : (
        <Table
          caption={t.servers}
          columns={[
            {
              head: t.server,
              cell: ({ name, signer }) => (
                <>
                  {name} <Account address={signer} />
                </>
              ),
            },
            { head: t.state, cell: ({ reachable }) => state(reachable) },
            {
              head: t.says,
              cell: ({ status }) => (status === 'ready' ? t.well : (status ?? '–')),
            },
            {
              head: t.posted,
              cell: ({ last_posting: last }) =>
                last === null
                  ? t.none
                  : t.of(t[last.feed], count(last.epoch), format.time(last.posted_at)),
            },
          ]}
          rows={health.servers}
          keyOf={({ signer }) => signer}
          empty={t.none}
        />
      )}
      <p>
        {t.service(health.service.version, format.time(health.service.since))}{' '}
        {t.store(health.store.revision ?? '–', format.number(health.store.size / 1e6, 1))}
      </p>
    </>
  )
}
