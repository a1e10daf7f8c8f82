import { useFormat, useMarket } from '../../api/market'
import { useTexts } from './texts'
import { ofTen } from './curves'
import { elecoinAt, gridCost, holdingAt, matchingOf, neighbourCost, type Span } from './now'
import type { GridPeriod, Period, Posting } from './queries'
import { useFees } from './queries'

interface Props {
  postings: readonly Posting[]
  elecoins: readonly Posting[]
  grid: readonly GridPeriod[]
  periods: readonly Period[]
  /** Chain seconds; null: not known. */
  time: number | null
  /** Prices that may still be refuted: none is a price yet. */
  open: readonly Posting[]
}

/** What electricity costs now, and what that means. */
export function NowPanel({ postings, elecoins, grid, periods, time, open }: Props) {
  const t = useTexts()
  const format = useFormat()
  const { currency } = useMarket()
  const money = useMoney()
  const { now, next, last } = holdingAt(postings, time)
  const shown = now ?? last ?? next
  const fees = useFees(shown?.epoch ?? null)
  if (shown === null)
    return open.length === 0 ? <p className="soft">{t.none}</p> : <Open postings={open} />
  const costOf = (one: Posting): Span | null => {
    const elecoin = elecoinAt(elecoins, one.valid_from)
    return elecoin === null ? null : neighbourCost(one.price, fees, elecoin)
  }
  const neighbour = costOf(shown)
  const coming = next === null ? null : costOf(next)
  const asked = gridCost(grid, shown.epoch)
  const made = fees.length === 0 ? t.madeBare : t.made
  const saved = neighbour === null || asked === null ? null : asked.least - neighbour.most
  return (
    <>
      <dl className="cards now">
        <div className="now-first">
          <dt>{t.neighbour}</dt>
          <dd>{neighbour === null ? '–' : money(neighbour)}</dd>
          <dd className="soft">
            {made(
              format.number(shown.price, 4, 4),
              format.clock(shown.valid_from),
              format.clock(shown.valid_until),
            )}
          </dd>
        </div>
        <div>
          <dt>{t.grid}</dt>
          <dd>{asked === null ? '–' : money(asked)}</dd>
          <dd className="soft">{asked === null ? t.gridNone : t.allIn}</dd>
        </div>
        <ElecoinCard elecoins={elecoins} time={time} />
        <div>
          <dt>{t.matching}</dt>
          <dd>{format.percent(matchingOf(shown.value))}</dd>
          <dd className="soft">
            <Chance share={matchingOf(shown.value)} />
          </dd>
        </div>
        <TradedCard periods={periods} />
      </dl>
      <p className="now-said" role="status">
        {now === null && last !== null && time !== null
          ? t.ended(format.time(last.valid_until), format.span(time - last.valid_until))
          : now === null && next !== null
            ? t.early(format.clock(next.valid_from))
            : saved !== null && saved > 0
              ? t.cheaper(format.number(saved, 3, 3), currency)
              : saved === null
                ? null
                : t.dearer}{' '}
        {next !== null && next !== shown && coming !== null
          ? t.next(format.clock(next.valid_from), format.number(coming.least, 3, 3), currency)
          : null}
      </p>
      <Open postings={open} />
    </>
  )
}

/** Prices on stakes, which nobody should act on yet. */
function Open({ postings }: { postings: readonly Posting[] }) {
  const t = useTexts()
  const format = useFormat()
  return postings.map((one) => (
    <p key={one.epoch} className="notice">
      {t.open(
        format.number(one.price, 4, 4),
        format.clock(one.valid_from),
        format.clock(one.valid_until),
      )}{' '}
      {one.demanded
        ? t.openDemanded
        : one.challengeable_until === null
          ? null
          : t.openUntil(format.clock(one.challengeable_until))}
    </p>
  ))
}

/** A price in the community's currency; both ends where members pay differently. */
function useMoney(): (span: Span) => string {
  const t = useTexts()
  const format = useFormat()
  const { currency } = useMarket()
  return ({ least, most }) => {
    const [from, to] = [format.number(least, 3, 3), format.number(most, 3, 3)]
    return t.perKwh(from === to ? from : t.range(from, to), currency)
  }
}

function ElecoinCard({ elecoins, time }: { elecoins: readonly Posting[]; time: number | null }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const { now, next, last } = holdingAt(elecoins, time)
  const shown = now ?? last ?? next
  const back = market.redemption_wei
  return (
    <div>
      <dt>{t.elecoin}</dt>
      <dd>{shown === null ? '–' : t.perKwh(format.number(shown.price, 4, 4), market.currency)}</dd>
      {shown === null ? null : (
        <dd className="soft">
          {shown === last && now === null
            ? t.carried(format.clock(shown.valid_until))
            : t.holds(format.clock(shown.valid_from), format.clock(shown.valid_until))}
          {time === null ? null : `, ${t.posted(format.span(time - shown.posted_at))}`}
          {back === null ? null : <>; {t.redeem(format.wad(BigInt(back)), market.currency)}</>}
        </dd>
      )}
    </div>
  )
}

/** The matching probability in words. */
export function Chance({ share }: { share: number }) {
  const t = useTexts()
  if (share >= 1) return t.matchAll
  if (share <= 0) return t.matchNone
  return t.matchSome(ofTen(share))
}

const DAY_SECONDS = 86_400

function TradedCard({ periods }: { periods: readonly Period[] }) {
  const t = useTexts()
  const format = useFormat()
  const newest = periods.reduce((most, one) => Math.max(most, one.ends_at), 0)
  const day = periods.filter((one) => one.starts_at >= newest - DAY_SECONDS)
  const first = day.reduce((least, one) => Math.min(least, one.starts_at), newest)
  const energy = day.reduce((sum, one) => sum + one.energy_traded_wh, 0)
  return (
    <div>
      <dt>{t.traded}</dt>
      <dd>{format.kwh(energy)}</dd>
      <dd className="soft">{day.length === 0 ? t.tradedNone : t.tradedDay(format.time(first))}</dd>
    </div>
  )
}
