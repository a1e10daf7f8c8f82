import { createConfig, createStorage, http, injected } from 'wagmi'
import { defineChain } from 'viem'
import type { Market } from '../api/market'

/** The service forwards no more of them at once. */
const MOST_IN_A_BATCH = 50

/** The market's chain, reached through the service that this page came from. */
export function chainOf(market: Market) {
  const url = `${window.location.origin}/rpc`
  return defineChain({
    id: market.chain_id,
    name: market.chain_name,
    nativeCurrency: { name: market.currency, symbol: market.currency, decimals: 18 },
    rpcUrls: { default: { http: [url] } },
    testnet: market.development,
  })
}

/** Wallets and chain of one deployment: what is remembered of it is forgotten with it. */
export function configOf(market: Market) {
  const chain = chainOf(market)
  return createConfig({
    chains: [chain],
    connectors: [injected()],
    multiInjectedProviderDiscovery: true,
    storage: createStorage({ key: keyOf(market, 'wallet'), storage: window.localStorage }),
    transports: {
      [chain.id]: http(chain.rpcUrls.default.http[0], { batch: { batchSize: MOST_IN_A_BATCH } }),
    },
    pollingInterval: 1500,
  })
}

/** The name under which this page keeps something of one deployment. */
export function keyOf(market: Market, what: string): string {
  return `wattmarket.${market.instance_id}.${what}`
}

/** Removes what was kept of other deployments. Returns whether there was any. */
export function forgetOthers(market: Market): boolean {
  const own = `wattmarket.${market.instance_id}.`
  const others = Object.keys(window.localStorage).filter(
    (key) => /^wattmarket\.[0-9a-f]{32}\./.test(key) && !key.startsWith(own),
  )
  for (const key of others) window.localStorage.removeItem(key)
  return others.length > 0
}

declare module 'wagmi' {
  interface Register {
    config: ReturnType<typeof configOf>
  }
}
