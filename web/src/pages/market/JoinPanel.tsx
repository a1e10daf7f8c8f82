import { type FormEvent, useId, useState } from 'react'
import { useConnection } from 'wagmi'
import { useMarket } from '../../api/market'
import { Account, TransactionLink } from '../../parts/Account'
import { Link } from '../../parts/Link'
import { plainSentenceOf } from '../../tx/plain'
import { useJoinTexts } from './joinTexts'
import { isName, useJoin, useJoinState } from './useJoin'

/** How a visitor becomes a member; who is one sees that she is. */
export function JoinPanel() {
  const t = useJoinTexts()
  const market = useMarket()
  const { address } = useConnection()
  const state = useJoinState(address).data?.state
  const join = useJoin()
  const answer = join.asked.data?.account === address ? join.asked.data : undefined
  if (state === 'joined') {
    return (
      <section className="join-done" aria-label={t.title} role="status">
        <p>
          {answer === undefined ? t.joined : t.welcome} <Link to="/account">{t.next}</Link>
        </p>
        {answer?.meter ? (
          <p>
            {t.meter} <Account address={answer.meter} />
          </p>
        ) : null}
        {answer !== undefined && answer.transactions.length > 0 ? (
          <p>
            {t.sent}{' '}
            {answer.transactions.map((hash) => (
              <span key={hash}>
                <TransactionLink hash={hash} />{' '}
              </span>
            ))}
          </p>
        ) : null}
      </section>
    )
  }
  return (
    <section className="panel join" aria-labelledby="join-title">
      <h2 id="join-title">{t.title}</h2>
      <p>{t.why(market.community)}</p>
      {market.development ? <p className="soft">{t.play}</p> : null}
      <div role="status">
        {state === 'requested' ? <p>{t.requested}</p> : null}
        {state === 'refused' ? <p>{t.refused}</p> : null}
        {market.join === 'closed' ? <p>{t.closed}</p> : null}
      </div>
      {market.join === 'closed' || state === 'refused' ? null : address === undefined ? (
        <p>
          <strong>{t.connect}</strong>
        </p>
      ) : state === 'none' || (state === 'requested' && market.join === 'open') ? (
        <JoinForm join={join} />
      ) : null}
    </section>
  )
}

function JoinForm({ join }: { join: ReturnType<typeof useJoin> }) {
  const t = useJoinTexts()
  const market = useMarket()
  const id = useId()
  const [name, setName] = useState('')
  const { ready, stage, asked } = join
  const trimmed = name.trim()
  const wrong = !isName(trimmed)
  const press = (event: FormEvent) => {
    event.preventDefault()
    if (ready && stage === 'idle' && !wrong) asked.mutate(trimmed)
  }
  const label = {
    idle: market.join === 'open' ? t.join : t.ask,
    wallet: t.sign,
    joining: t.joining,
  }
  return (
    <form onSubmit={press}>
      {market.join === 'request' ? <p className="soft">{t.asks}</p> : null}
      <div className="field">
        <label htmlFor={id}>{t.name}</label>
        <input
          id={id}
          value={name}
          maxLength={63}
          aria-invalid={wrong}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => setName(event.target.value)}
        />
        <div id={`${id}-hint`} className="hint">
          {t.nameHint}
        </div>
      </div>
      <button type="submit" className="primary" disabled={!ready || stage !== 'idle' || wrong}>
        {label[stage]}
      </button>
      <p id={`${id}-problem`} className="problem" role="status">
        {wrong ? t.nameWrong : asked.error ? plainSentenceOf(asked.error) : null}
      </p>
    </form>
  )
}
