import { useFormat } from '../../api/market'
import type { Format } from '../../i18n/format'
import { useChainTime, useClock } from '../../chain/time'
import { Account } from '../../parts/Account'
import { type Column, Table } from '../../parts/Table'
import { same } from './draws'
import { type Reputation, useLead } from './queries'
import { useTexts } from './texts'

interface Row {
  place: number
  signer: string
  operator: string
  value: number | null
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
    value: data.accounts.find((account) => same(account.address, one.operator))?.value ?? null,
  }))
  return (
    <section className="panel" aria-labelledby="lead-title">
      <h3 id="lead-title">{t.lead}</h3>
      {lead === null ? (
        <p className="soft">{t.unknown}</p>
      ) : (
        <>
          <p>
            {t.leadWhy(format.number(lead.round, 0))} {t.leadFirst(format.number(lead.tau, 2))}
          </p>
          <Table
            caption={t.lead}
            rows={rows}
            keyOf={(row) => row.signer}
            columns={columns(t, format)}
          />
        </>
      )}
    </section>
  )
}

function columns(t: ReturnType<typeof useTexts>, format: Format): Column<Row>[] {
  return [
    { head: t.place, cell: (row) => row.place },
    { head: t.server, cell: (row) => <Account address={row.signer} /> },
    { head: t.operator, cell: (row) => <Account address={row.operator} /> },
    {
      head: t.value,
      cell: (row) => (row.value === null ? '–' : format.number(row.value, 3, 3)),
      number: true,
    },
  ]
}
