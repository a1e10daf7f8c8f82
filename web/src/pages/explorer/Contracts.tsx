import { useMarket } from '../../api/market'
import { hostOf } from '../../chain/registry'
import { texts } from '../../i18n/catalogue'
import { Link } from '../../parts/Link'
import { Table } from '../../parts/Table'

const useTexts = texts(
  {
    title: 'Contracts of this market',
    caption: (from: string) => `As they were deployed${from}.`,
    since: (block: number) => ` in block ${block} or later`,
    name: 'Contract',
    address: 'Address',
    note: 'Note',
    part: (host: string) => `code of ${host}, run at its address`,
  },
  {
    de: {
      title: 'Verträge dieses Marktes',
      caption: (from: string) => `Wie sie eingerichtet wurden${from}.`,
      since: (block: number) => `, in Block ${block} oder später`,
      name: 'Vertrag',
      address: 'Adresse',
      note: 'Anmerkung',
      part: (host: string) => `Code von ${host}, läuft unter dessen Adresse`,
    },
  },
)

/** Where the deployment's contracts are. */
export function Contracts() {
  const t = useTexts()
  const { contracts, deploy_block } = useMarket()
  const rows = Object.entries(contracts).toSorted(([a], [b]) => a.localeCompare(b))
  return (
    <section className="panel explorer-contracts">
      <h2>{t.title}</h2>
      <Table
        caption={t.caption(deploy_block === null ? '' : t.since(deploy_block))}
        columns={[
          {
            head: t.name,
            cell: ([name]) => <Link to={`/explorer/contract/${name}`}>{name}</Link>,
          },
          {
            head: t.address,
            cell: ([, address]) => (
              <Link to={`/explorer/address/${address}`}>
                <code>{address}</code>
              </Link>
            ),
          },
          {
            head: t.note,
            cell: ([name]) => {
              const host = hostOf(name)
              return host === null ? '' : t.part(host)
            },
          },
        ]}
        rows={rows}
        keyOf={([name]) => name}
      />
    </section>
  )
}
