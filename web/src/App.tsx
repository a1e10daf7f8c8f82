import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { WagmiProvider } from 'wagmi'
import { followEvents } from './api/events'
import { type Market, MarketProvider, useMarketQuery } from './api/market'
import { configOf, forgetOthers, keyOf } from './chain/config'
import { Layout } from './layout/Layout'
import { NewInstance } from './layout/NewInstance'
import { Waiting } from './layout/Waiting'
import { Fault } from './parts/Fault'
import { Room } from './pages/Room'
import { openJournal, sentByNow } from './tx/journal'

/** The page: which market it shows, then its rooms. */
export function App() {
  const query = useMarketQuery()
  if (query.data === undefined)
    return <Waiting error={query.error} again={() => void query.refetch()} />
  // Another instance is another market: nothing of the old one stays on the page.
  return <Opened key={query.data.instance_id} market={query.data} />
}

function Opened({ market }: { market: Market }) {
  const queries = useQueryClient()
  const [config] = useState(() => configOf(market))
  const [replaced] = useState(() => forgetOthers(market))
  const journal = keyOf(market, 'transactions')
  useEffect(() => followEvents(queries), [queries])
  useEffect(() => {
    openJournal(journal)
    const follow = async () => {
      // Who sent nothing need not load what follows it.
      if (!sentByNow().some((one) => one.state === 'pending')) return
      const { watchPending } = await import('./tx/watch')
      watchPending(config, queries, market)
    }
    void follow()
    const timer = window.setInterval(() => void follow(), 10_000)
    return () => window.clearInterval(timer)
  }, [config, queries, market, journal])
  return (
    <WagmiProvider config={config} reconnectOnMount>
      <MarketProvider market={market}>
        <Layout>
          {replaced ? <NewInstance /> : null}
          <Fault>
            <Room />
          </Fault>
        </Layout>
      </MarketProvider>
    </WagmiProvider>
  )
}
