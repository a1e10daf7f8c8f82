import { useFormat } from '../../api/market'
import type { Format } from '../../i18n/format'
import { Account } from '../../parts/Account'
import { Figure } from '../../parts/Figure'
import { short } from '../../parts/short'
import { type Column, Table } from '../../parts/Table'
import { type Entry, oneIn } from './draws'
import { useTexts } from './texts'

interface Props {
  zone: string
  entries: readonly Entry[]
}

/** Who has how many of a zone's tickets: bars, with their numbers behind them. */
export function TicketFigure({ zone, entries }: Props) {
  const t = useTexts()
  const format = useFormat()
  if (entries.length === 0) return <p className="soft">{t.barsNone}</p>
  const sorted = entries.toSorted((a, b) => b.tickets - a.tickets)
  const best = sorted[0] as Entry
  return (
    <Figure
      title={`${t.bars}, ${zone}`}
      summary={t.barsSaid(short(best.account), format.percent(best.odds))}
      chart={
        <ul className="bars">
          {sorted.map((entry) => (
            <Bar key={entry.first} entry={entry} />
          ))}
        </ul>
      }
      table={
        <Table
          caption={`${t.bars}, ${zone}`}
          rows={entries}
          keyOf={(entry) => entry.first}
          columns={columns(t, format)}
        />
      }
    />
  )
}

function columns(t: ReturnType<typeof useTexts>, format: Format): Column<Entry>[] {
  return [
    { head: t.account, cell: (entry) => <Who entry={entry} /> },
    { head: t.held, cell: (entry) => format.number(entry.tickets, 0), number: true },
    {
      head: t.numbers,
      cell: (entry) => t.span(format.number(entry.first, 0), format.number(entry.last, 0)),
      number: true,
    },
    { head: t.odds, cell: (entry) => percent(format, entry.odds), number: true },
  ]
}

function percent(format: Format, odds: number): string {
  return odds > 0 && odds < 0.01 ? `${format.number(odds * 100, 2)} %` : format.percent(odds)
}

/** An account, with what it is to the reader and to the draw. */
export function Who({ entry }: { entry: Entry }) {
  const t = useTexts()
  return (
    <span className="who">
      <Account address={entry.account} />
      {entry.own ? <strong className="tag">{t.you}</strong> : null}
      {entry.won ? <strong className="tag">{t.won}</strong> : null}
    </span>
  )
}

function Bar({ entry }: { entry: Entry }) {
  const t = useTexts()
  const format = useFormat()
  const often = oneIn(entry.odds)
  return (
    <li className={entry.own ? 'bar bar-own' : 'bar'}>
      <Who entry={entry} />
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-all" width={100} height={8} />
        <rect className="bar-part" width={entry.odds * 100} height={8} />
      </svg>
      <span className="bar-said">{percent(format, entry.odds)}</span>
      {entry.own && often !== null ? (
        <span className="bar-often soft">{t.often(format.number(often, 0))}</span>
      ) : null}
    </li>
  )
}
