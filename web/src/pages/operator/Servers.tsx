import { useFormat, useMarket } from '../../api/market'
import { clockOf, scheduleOf } from '../../chain/clock'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Table } from '../../parts/Table'
import { usePresentPeriod, useServersOnChain } from './chain'

const useTexts = texts(
  {
    title: 'Edge servers',
    caption: 'In the order in which they may post in this round',
    empty: 'No edge servers are set.',
    rank: 'Place',
    signer: 'Signs as',
    operator: 'Operated by',
    reputation: 'Reputation',
    signed: 'Last price signed',
    of: (period: string, time: string) => `period ${period} (${time})`,
    never: 'none in the last 5,000 blocks',
    bond: 'Stake',
  },
  {
    de: {
      title: 'Edge-Server',
      caption: 'In der Folge, in der sie in dieser Runde melden dürfen',
      empty: 'Keine Edge-Server sind eingesetzt.',
      rank: 'Platz',
      signer: 'Unterschreibt als',
      operator: 'Betrieben von',
      reputation: 'Reputation',
      signed: 'Zuletzt unterschriebener Preis',
      of: (period: string, time: string) => `Periode ${period} (${time})`,
      never: 'keiner in den letzten 5.000 Blöcken',
      bond: 'Pfand',
    },
  },
)

/** The servers that sign prices: their order, and what each signed last. */
export function Servers() {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const clock = clockOf(scheduleOf(market.schedule))
  const query = useServersOnChain(usePresentPeriod())
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={query}>
        {(servers) => (
          <Table
            caption={t.caption}
            columns={[
              { head: t.rank, cell: ({ rank }) => rank ?? '–' },
              { head: t.signer, cell: ({ signer }) => <Account address={signer} /> },
              { head: t.operator, cell: ({ operator }) => <Account address={operator} /> },
              {
                head: t.reputation,
                number: true,
                cell: ({ reputation }) => format.wad(reputation, 3),
              },
              {
                head: t.signed,
                cell: ({ lastSigned }) =>
                  lastSigned === null
                    ? t.never
                    : t.of(format.number(lastSigned, 0), format.time(clock.startOf(lastSigned))),
              },
              {
                head: t.bond,
                number: true,
                cell: ({ bond }) => `${format.wad(bond, 2)} ${market.currency}`,
              },
            ]}
            rows={servers}
            keyOf={({ signer }) => signer}
            empty={t.empty}
          />
        )}
      </Asked>
    </section>
  )
}
