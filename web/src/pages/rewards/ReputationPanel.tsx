import { lazy, Suspense, useMemo } from 'react'
import { useConnection } from 'wagmi'
import type { Schemas } from '../../api/client'
import { useFormat } from '../../api/market'
import type { Format } from '../../i18n/format'
import { Account } from '../../parts/Account'
import { Figure } from '../../parts/Figure'
import { short } from '../../parts/short'
import { type Column, Table } from '../../parts/Table'
import { same } from './draws'
import { type Reputation, historyOf, lastChange } from './history'
import { useTexts } from './texts'

const Chart = lazy(async () => ({ default: (await import('../../parts/Chart')).Chart }))
/** Five colours, each whole and dashed. */
const LINES = 10

/** Reputations: how they went, and how old they are. */
export function ReputationPanel({ data }: { data: Reputation }) {
  const t = useTexts()
  const format = useFormat()
  const { address } = useConnection()
  const [best] = data.accounts
  if (best === undefined || data.rounds.length === 0) return <p className="soft">{t.chartNone}</p>
  return (
    <section className="panel" aria-labelledby="reputation-chart">
      <h3 id="reputation-chart">{t.standings}</h3>
      <Figure
        title={t.chart}
        summary={t.chartSaid(short(best.address), format.number(best.value, 2, 2))}
        chart={<Lines data={data} own={address} />}
        table={
          <Table
            caption={t.chart}
            rows={data.rounds.toReversed()}
            keyOf={(row) => row.round}
            columns={roundColumns(data, t, format)}
          />
        }
      />
      <Table
        caption={t.accounts}
        rows={data.accounts}
        keyOf={(row) => row.address}
        columns={accountColumns(data, address, t, format)}
      />
    </section>
  )
}

function Lines({ data, own }: { data: Reputation; own: string | undefined }) {
  const t = useTexts()
  const [x, series] = useMemo(() => {
    const { rounds, lines } = historyOf(data, own, LINES)
    return [
      rounds,
      lines.map((line, i) => ({
        label: line.own ? `${short(line.account)} (${t.you})` : short(line.account),
        colour: `--series-${(i % 5) + 1}`,
        kind: 'marked' as const,
        values: line.values,
        ...(i < 5 ? {} : { dash: [6, 4] }),
      })),
    ]
  }, [data, own, t])
  return (
    <Suspense fallback={<div className="chart" />}>
      <Chart label={t.chart} x={x} series={series} whole xLabel={t.round} yLabel={t.value} />
    </Suspense>
  )
}

type Texts = ReturnType<typeof useTexts>
type Round = Schemas['RoundReputation']
type Standing = Schemas['AccountReputation']

function roundColumns(data: Reputation, t: Texts, format: Format): Column<Round>[] {
  return [
    { head: t.round, cell: (row) => row.round },
    {
      head: t.leader,
      cell: (row) => (row.leader === null ? '–' : <Account address={row.leader} />),
    },
    ...data.accounts.map(({ address }): Column<Round> => ({
      head: short(address),
      cell: (row) => {
        const value = row.values[address]
        return value === undefined ? '–' : format.number(value, 3, 3)
      },
      number: true,
    })),
  ]
}

function accountColumns(
  data: Reputation,
  own: string | undefined,
  t: Texts,
  format: Format,
): Column<Standing>[] {
  const rank = new Map(data.accounts.map((one, i) => [one.address, i + 1]))
  return [
    { head: t.rank, cell: (row) => rank.get(row.address) },
    {
      head: t.account,
      cell: (row) => (
        <span className="who">
          <Account address={row.address} />
          {same(row.address, own) ? <strong className="tag">{t.you}</strong> : null}
        </span>
      ),
    },
    { head: t.value, cell: (row) => format.number(row.value, 3, 3), number: true },
    {
      head: t.change,
      cell: (row) => {
        const change = lastChange(data, row.address)
        if (change === null) return '–'
        return `${change < 0 ? '−' : '+'}${format.number(Math.abs(change), 3, 3)}`
      },
      number: true,
    },
    { head: t.since, cell: (row) => row.since_round, number: true },
    { head: t.age, cell: (row) => row.rounds, number: true },
  ]
}
