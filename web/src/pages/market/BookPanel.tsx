import { lazy, Suspense, useId, useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat } from '../../api/market'
import type { Format } from '../../i18n/format'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Figure } from '../../parts/Figure'
import { type Column, Table } from '../../parts/Table'
import { useBookTexts } from './bookTexts'
import { curvesOf, ofTen, outcomeOf } from './curves'
import { type Book, type Posting, useBook } from './queries'

const Chart = lazy(async () => ({ default: (await import('../../parts/Chart')).Chart }))

interface Props {
  period: number
  /** Of the periods one can step through, newest first. */
  postings: readonly Posting[]
  /** Of them, those that may still be refuted. */
  open: readonly Posting[]
  choose: (period: number) => void
}

/** Supply, demand and where they meet, of the period that the reader chooses. */
export function BookPanel({ period, postings, open, choose }: Props) {
  const t = useBookTexts()
  const waits = open.some((one) => one.epoch === period)
  const book = useBook(period, waits)
  return (
    <section className="panel" aria-labelledby="book-title">
      <h2 id="book-title">{t.title}</h2>
      <p className="soft">{t.explain}</p>
      <Steps period={period} postings={postings} choose={choose} />
      {waits ? <p>{t.waits}</p> : null}
      <Asked query={book}>
        {(data) => (data === null ? <p>{t.nothing}</p> : <BookFigure key={period} book={data} />)}
      </Asked>
    </section>
  )
}

/** Steps through the periods: buttons, and a slider that arrow keys move. */
function Steps({ period, postings, choose }: Omit<Props, 'open'>) {
  const t = useBookTexts()
  const format = useFormat()
  const id = useId()
  const epochs = postings.map((one) => one.epoch)
  const newest = Math.max(period, ...epochs)
  const oldest = Math.min(period, ...epochs)
  const posting = postings.find((one) => one.epoch === period)
  const said =
    posting === undefined
      ? String(period)
      : t.at(format.number(period, 0), format.time(posting.valid_from))
  return (
    <div className="steps">
      <button type="button" disabled={period <= oldest} onClick={() => choose(period - 1)}>
        ← {t.earlier}
      </button>
      <label htmlFor={id}>{t.choose}</label>
      <input
        id={id}
        type="range"
        min={oldest}
        max={newest}
        value={period}
        aria-valuetext={said}
        onChange={(event) => choose(event.target.valueAsNumber)}
      />
      <button type="button" disabled={period >= newest} onClick={() => choose(period + 1)}>
        {t.later} →
      </button>
      <output htmlFor={id}>{said}</output>
    </div>
  )
}

function BookFigure({ book }: { book: Book }) {
  const t = useBookTexts()
  const said = useOutcome(book)
  const [x, series] = useMemo(() => {
    const curves = curvesOf(book)
    return [
      curves.kwh,
      [
        { label: t.supply, colour: '--series-1', kind: 'steps' as const, values: curves.supply },
        { label: t.demand, colour: '--series-3', values: curves.demand },
        {
          label: t.meeting,
          colour: '--series-2',
          kind: 'points' as const,
          values: curves.meeting,
        },
      ],
    ]
  }, [book, t])
  return (
    <Figure
      title={t.figure}
      summary={said}
      chart={
        <Suspense fallback={<div className="chart" />}>
          <Chart label={said} x={x} series={series} xLabel={t.energy} yLabel={t.price} />
        </Suspense>
      }
      table={<Bids book={book} />}
    />
  )
}

type Bid = Schemas['PublicBid']

function bidColumns(t: ReturnType<typeof useBookTexts>, format: Format): Column<Bid>[] {
  return [
    { head: t.account, cell: (bid) => <Account address={bid.account} /> },
    { head: t.side, cell: (bid) => t[bid.side] },
    { head: t.declared, cell: (bid) => format.kwh(bid.energy_wh), number: true },
    {
      head: t.limit,
      cell: (bid) => (bid.limit === null ? t.kept : format.number(bid.limit, 4, 4)),
      number: true,
    },
    {
      head: t.serves,
      cell: (bid) => (bid.serves_wh === null ? '–' : format.kwh(bid.serves_wh)),
      number: true,
    },
  ]
}

function Bids({ book }: { book: Book }) {
  const t = useBookTexts()
  const format = useFormat()
  return (
    <Table
      caption={t.bids}
      rows={book.bids}
      keyOf={(bid) => bid.account}
      empty={t.nobody}
      columns={bidColumns(t, format)}
    />
  )
}

/** What a book comes to, in a sentence. */
function useOutcome(book: Book): string {
  const t = useBookTexts()
  const format = useFormat()
  const kwh = (value: number) => format.number(value, 3)
  const ele = (value: number) => format.number(value, 4, 4)
  const out = outcomeOf(book)
  switch (out.kind) {
    case 'nothing':
      return t.nothing
    case 'unpriced':
      return t.unpriced(kwh(out.offered), kwh(out.wanted))
    case 'unoffered':
      return t.unoffered(kwh(out.wanted), ele(out.price))
    case 'surplus':
      return t.surplus(kwh(out.ready), kwh(out.cleared), ele(out.price), ofTen(out.share))
    case 'met':
      return t.met(kwh(out.offered), kwh(out.wanted), kwh(out.cleared), ele(out.price))
  }
}
