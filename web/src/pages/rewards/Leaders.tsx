import { useFormat } from '../../api/market'
import type { Format } from '../../i18n/format'
import { useChainTime, useClock } from '../../chain/time'
import { Account } from '../../parts/Account'
import { type Column, Table } from '../../parts/Table'
import { same } from './draws'
import { type Reputation, valueAfter } from './history'
import { useLead } from './queries'
import { useTexts } from './texts'

interface Row {
  place: number
  signer: string
  operator: string
  /** Its operator's reputation when the order was made, and now. */
  decisive: number | null
  now: number | null
}

/** Which edge server leads the present round, and why. */
export function Leaders({ data }: { data: Reputation }) {
  const t = useTexts()
  const format = useFormat()
  const clock = useClock()
  const time = useChainTime()
  const round = time === null ? null : clock.roundOf(clock.periodAt(time))
  const lead = useLead(round)
  const rows = (lead?.servers ?? []).map((one, place) => ({
    ...one,
    place: place + 1,
    decisive: valueAfter(data, lead?.settled ?? null, one.operator),
    now: data.accounts.find((account) => same(account.address, one.operator))?.value ?? null,
  }))
  return (
    <section className="panel" aria-labelledby="lead-title">
      <h3 id="lead-title">{t.lead}</h3>
      {lead === null ? (
        <p className="soft">{t.unknown}</p>
      ) : (
        <>
          <p>
            {t.leadWhy(format.number(lead.round, 0))}{' '}
            {lead.settled === null ? t.leadFirstRound : t.leadBy(format.number(lead.settled, 0))}{' '}
            {t.leadFirst(format.number(lead.tau, 2))}
          </p>
          <Table
            caption={t.line}
            rows={rows}
            keyOf={(row) => row.signer}
            columns={columns(lead.settled, t, format)}
          />
        </>
      )}
    </section>
  )
}

function columns(
  settled: number | null,
  t: ReturnType<typeof useTexts>,
  format: Format,
): Column<Row>[] {
  const value = (one: number | null) => (one === null ? '–' : format.number(one, 3, 3))
  return [
    { head: t.place, cell: (row) => row.place },
    { head: t.server, cell: (row) => <Account address={row.signer} /> },
    { head: t.operator, cell: (row) => <Account address={row.operator} /> },
    {
      head: settled === null ? t.value : t.valueAfter(format.number(settled, 0)),
      cell: (row) => value(row.decisive),
      number: true,
    },
    { head: t.valueNow, cell: (row) => value(row.now), number: true },
  ]
}
