import type { QueryClient } from '@tanstack/react-query'
import type { Config } from 'wagmi'
import type { Market } from '../api/market'
import { became, type Sent, sentByNow } from './journal'
import { plainSentenceOf } from './plain'
import { type Found, lookFor } from './slot'

const PATIENCE_MS = 180_000
const watched = new Set<string>()

/** Follows every pending transaction of the journal to its end, across reloads. */
export function watchPending(config: Config, queries: QueryClient, market: Market): void {
  for (const { hash, state } of sentByNow()) {
    if (state === 'pending' && !watched.has(hash)) {
      watched.add(hash)
      void follow(config, queries, market, hash)
        // Where the node is down it stays pending; the next watch goes on with it.
        .catch(() => undefined)
        .finally(() => watched.delete(hash))
    }
  }
}

async function follow(
  config: Config,
  queries: QueryClient,
  market: Market,
  hash: Sent['hash'],
): Promise<void> {
  const client = config.getClient()
  let unknownSince: number | null = null
  for (;;) {
    const sent = sentByNow().find((one) => one.hash === hash)
    // Another deployment's journal is open now.
    if (sent?.state !== 'pending') return
    const found = await lookFor(client, hash, sent.slot)
    if (found === 'unknown') {
      unknownSince ??= performance.now()
      if (performance.now() - unknownSince > PATIENCE_MS) {
        became(hash, { state: 'lost', why: plainSentenceOf(new Error('lost')) })
        return
      }
    } else if ('slot' in found) {
      unknownSince = null
      if (sent.slot === undefined) became(hash, { slot: found.slot })
    } else {
      became(hash, await endOf(found, client, hash, market))
      await queries.invalidateQueries()
      return
    }
    await new Promise((resolve) => setTimeout(resolve, client.pollingInterval))
  }
}

type Mined = Extract<Found, { receipt: unknown }>

async function endOf(
  { receipt, instead }: Mined,
  client: ReturnType<Config['getClient']>,
  hash: Sent['hash'],
  market: Market,
): Promise<Partial<Sent>> {
  const facts = {
    block: Number(receipt.blockNumber),
    gas: receipt.gasUsed.toString(),
    ...(instead === undefined ? {} : { instead: instead.hash }),
  }
  if (instead?.same === false) return { ...facts, state: 'cancelled' }
  if (receipt.status === 'success') return { ...facts, state: 'confirmed' }
  // The contracts' sentences are loaded once one is needed.
  const { replay } = await import('./replay')
  return { ...facts, state: 'failed', why: await replay(client, instead?.hash ?? hash, market) }
}
