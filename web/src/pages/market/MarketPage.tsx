import './market.css'
import { Asked } from '../../parts/Asked'
import { useChainTime } from '../../chain/time'
import { go } from '../../route'
import { type RoomProps, useRoomNames } from '../rooms'
import { BookPanel } from './BookPanel'
import { CertificatePanel } from './CertificatePanel'
import { DayFigure } from './DayFigure'
import { JoinPanel } from './JoinPanel'
import { NowPanel } from './NowPanel'
import { holdingAt, isReadable, openAt } from './now'
import { type Posting, useGridPrices, usePeriods, usePrices } from './queries'
import { useTexts } from './texts'

/** The market: prices now and today, one period's supply and demand, and who stands behind it. */
export default function MarketPage({ rest }: RoomProps) {
  const names = useRoomNames()
  const electricity = usePrices('electricity')
  return (
    <>
      <h1>{names.market}</h1>
      <Asked query={electricity}>
        {(data) => (
          <Priced postings={data.history.items} asked={data.chain_time} chosen={chosenOf(rest)} />
        )}
      </Asked>
    </>
  )
}

/** The period that the address names: /market/period/N. */
function chosenOf(rest: readonly string[]): number | null {
  const [what, number] = rest
  return what === 'period' && number !== undefined && /^\d{1,9}$/.test(number)
    ? Number(number)
    : null
}

interface Props {
  postings: readonly Posting[]
  asked: number | null
  chosen: number | null
}

function Priced({ postings: posted, asked, chosen }: Props) {
  const t = useTexts()
  const elecoin = usePrices('elecoin')
  const grid = useGridPrices()
  const periods = usePeriods()
  const time = useChainTime() ?? asked
  const readable = (one: Posting) => isReadable(one, time)
  const postings = posted.filter(readable)
  const open = openAt(posted, time)
  const elecoins = (elecoin.data?.history.items ?? []).filter(readable)
  const { now, last, next } = holdingAt(postings, time)
  const newest = (now ?? last ?? next ?? open[0])?.epoch ?? 0
  const period = chosen ?? newest
  const choose = (one: number) => go(one === newest ? '/' : `/market/period/${one}`, true)
  const epoch = elecoins.find((one) => {
    const at = postings.find((posting) => posting.epoch === period)?.valid_from ?? time ?? 0
    return one.valid_from <= at
  })?.epoch
  return (
    <>
      <NowPanel
        postings={postings}
        elecoins={elecoins}
        grid={grid.data ?? []}
        periods={periods.data?.items ?? []}
        time={time}
        open={open}
      />
      <JoinPanel />
      <section className="panel" aria-labelledby="day-title">
        <h2 id="day-title">{t.day}</h2>
        <DayFigure postings={postings} elecoins={elecoins} grid={grid.data ?? []} />
      </section>
      <BookPanel period={period} postings={posted} open={open} choose={choose} />
      <div className="panels">
        <CertificatePanel feed="electricity" epoch={period} time={time} />
        {epoch === undefined ? null : <CertificatePanel feed="elecoin" epoch={epoch} time={time} />}
      </div>
    </>
  )
}
