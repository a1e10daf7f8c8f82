import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import { type Format, useFormatIn } from '../i18n/format'
import { answered, api, type Schemas } from './client'

type Facts = Schemas['MarketFacts']
/** What the page needs of a deployment, with words for what the service does not know. */
export type Market = Omit<Facts, 'community' | 'currency' | 'timezone'> & {
  community: string
  currency: string
  timezone: string
}

function named(facts: Facts): Market {
  return {
    ...facts,
    community: facts.community ?? 'wattmarket',
    currency: facts.currency ?? 'coin',
    timezone: facts.timezone ?? 'UTC',
  }
}

const Context = createContext<Market | null>(null)

/** Which market this page shows: asked once, then kept; a new instance id means another chain. */
export function useMarketQuery() {
  return useQuery({
    queryKey: ['market'],
    queryFn: async () => named(await answered(api.GET('/api/market'))),
    refetchInterval: 15_000,
  })
}

export function MarketProvider({ market, children }: { market: Market; children: ReactNode }) {
  return <Context value={market}>{children}</Context>
}

/** The market that this page shows. */
export function useMarket(): Market {
  const market = useContext(Context)
  if (market === null) throw new Error('outside of MarketProvider')
  return market
}

/** Numbers and times as the reader and the community write them. */
export function useFormat(): Format {
  return useFormatIn(useMarket().timezone)
}
