import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useConnection } from 'wagmi'
import { answered, api, type Schemas } from '../../api/client'
import { useMarket } from '../../api/market'
import { Account, TransactionLink } from '../../parts/Account'
import { Link } from '../../parts/Link'
import { useJoinTexts } from './joinTexts'

// Signing is loaded once there is a wallet to sign.
const JoinForm = lazy(() => import('./JoinForm'))

/** Whether an account is a member, has asked, or was refused. */
function useJoinState(account: string | undefined) {
  return useQuery({
    queryKey: ['join', account],
    enabled: account !== undefined,
    queryFn: () =>
      answered(api.GET('/api/join/{address}', { params: { path: { address: account ?? '' } } })),
    // Only the operator's answer comes without an event.
    refetchInterval: ({ state }) => (state.data?.state === 'requested' ? 5000 : 60_000),
  })
}

/** How a visitor becomes a member; who is one sees that she is. */
export function JoinPanel() {
  const t = useJoinTexts()
  const market = useMarket()
  const { address } = useConnection()
  const state = useJoinState(address).data?.state
  const [told, setAnswer] = useState<Schemas['JoinAnswer'] | null>(null)
  const answer = told?.account === address ? told : null
  if (state === 'joined') {
    return (
      <section className="join-done" aria-label={t.title} role="status">
        <p>
          {answer === null ? t.joined : t.welcome} <Link to="/account">{t.next}</Link>
        </p>
        {answer?.meter ? (
          <p>
            {t.meter} <Account address={answer.meter} />
          </p>
        ) : null}
        {answer !== null && answer.transactions.length > 0 ? (
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
        <Suspense>
          <JoinForm onAnswer={setAnswer} />
        </Suspense>
      ) : null}
    </section>
  )
}
