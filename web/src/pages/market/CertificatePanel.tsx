import { useFormat, useMarket } from '../../api/market'
import { Account, TransactionLink } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { nearnessOf } from './bound'
import { useBookTexts } from './bookTexts'
import { isReadable } from './now'
import { type Certificate, type Feed, useCertificate } from './queries'

interface Props {
  feed: Feed
  epoch: number
  /** Chain seconds; null: not known. */
  time: number | null
}

/** Who led, who signed, and what the contract itself knows of a price. */
export function CertificatePanel({ feed, epoch, time }: Props) {
  const t = useBookTexts()
  const certificate = useCertificate(feed, epoch)
  const title = `proof-${feed}`
  return (
    <section className="panel" aria-labelledby={title}>
      <h2 id={title}>{feed === 'electricity' ? t.proof : t.proofElecoin}</h2>
      <Asked query={certificate}>
        {(data) => (data === null ? <p>{t.noProof}</p> : <Proof certificate={data} time={time} />)}
      </Asked>
    </section>
  )
}

function Proof({ certificate: it, time }: { certificate: Certificate; time: number | null }) {
  const t = useBookTexts()
  const format = useFormat()
  const near = useNearness(it)
  return (
    <>
      {it.voided ? (
        <p className="notice" role="alert">
          {t.voided}
        </p>
      ) : null}
      <p className="verdict">{near}</p>
      <p>
        {it.tier === 'consent' ? t.consent : t[it.tier](format.number(it.declarations, 0))}{' '}
        {it.challengeable_until === null || it.voided
          ? null
          : it.demanded
            ? t.demanded
            : isReadable(it, time)
              ? t.closed(format.time(it.challengeable_until))
              : t.open(format.time(it.challengeable_until))}
      </p>
      <p className="soft">{t.truth}</p>
      <dl className="facts">
        {it.leader === null ? null : (
          <div>
            <dt>{t.leads}</dt>
            <dd>
              <Account address={it.leader} /> <span className="soft">{t.leadsWhy}</span>
            </dd>
          </div>
        )}
        <div>
          <dt>{t.signed}</dt>
          <dd>
            {t.signedOf(format.number(it.signatures, 0), format.number(it.order.length, 0))}
            <p className="soft">{t.quorum(format.number(it.quorum, 0))}</p>
            <Servers certificate={it} />
          </dd>
        </div>
        <div>
          <dt>{t.age}</dt>
          <dd>
            {format.time(it.posted_at)},{' '}
            <Link to={`/explorer/block/${it.block}`}>
              {t.block} {format.number(it.block, 0)}
            </Link>
            , {t.gas} {format.number(it.gas_used, 0)}
          </dd>
        </div>
        <div>
          <dt>{t.transaction}</dt>
          <dd>
            <TransactionLink hash={it.transaction} />
          </dd>
        </div>
      </dl>
    </>
  )
}

/** The edge servers in the order in which they may post, with who signed and who posted. */
function Servers({ certificate: it }: { certificate: Certificate }) {
  const t = useBookTexts()
  const format = useFormat()
  const signed = new Set(it.signers.map((one) => one.toLowerCase()))
  const turn =
    it.turn === null
      ? t.turnNone
      : it.turn === 0
        ? t.turnFirst
        : t.turnLater(format.number(it.turn + 1, 0))
  return (
    <>
      <ol className="servers">
        {it.order.map((server) => {
          const has = signed.has(server.toLowerCase())
          return (
            <li key={server}>
              <Account address={server} />{' '}
              <span className={has ? 'good' : 'soft'}>
                {has ? `✓ ${t.yes}` : t.no}
                {server.toLowerCase() === it.poster.toLowerCase() ? `, ${t.wrote}` : null}
              </span>
            </li>
          )
        })}
      </ol>
      <p className="soft">{turn}</p>
    </>
  )
}

/** What the certificate's bound means, in a sentence; empty where nothing was computed. */
function useNearness(certificate: Certificate): string {
  const t = useBookTexts()
  const format = useFormat()
  const { currency } = useMarket()
  const near = nearnessOf(certificate)
  const parts = { 1_000_000_000: t.billion, 1_000_000: t.million, 1000: t.thousand }
  const ofPrice = certificate.bound_sentence_key === 'price_within'
  switch (near.kind) {
    case 'unknown':
      return ''
    case 'exact':
      return ofPrice ? t.priceExact : t.gainExact
    case 'below': {
      const word = parts[near.parts]
      return ofPrice ? t.priceBelow(word) : t.gainBelow(word, currency)
    }
    case 'amount': {
      const bound = format.number(near.bound, 4)
      return ofPrice ? t.priceWithin(bound) : t.gainWithin(bound, currency)
    }
  }
}
