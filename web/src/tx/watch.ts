import type { QueryClient } from '@tanstack/react-query'
import type { Hash } from 'viem'
import { getTransaction, waitForTransactionReceipt } from 'viem/actions'
import type { Config } from 'wagmi'
import { TransactionNotFoundError, WaitForTransactionReceiptTimeoutError } from 'viem'
import type { Market } from '../api/market'
import { became, sentByNow } from './journal'
import { plainSentenceOf } from './plain'

const PATIENCE_MS = 180_000
const watched = new Set<Hash>()

/** Follows every pending transaction of the journal to its end, across reloads. */
export function watchPending(config: Config, queries: QueryClient, market: Market): void {
  for (const sent of sentByNow()) {
    if (sent.state === 'pending' && !watched.has(sent.hash)) {
      watched.add(sent.hash)
      void follow(config, queries, market, sent.hash).finally(() => watched.delete(sent.hash))
    }
  }
}

async function follow(
  config: Config,
  queries: QueryClient,
  market: Market,
  hash: Hash,
): Promise<void> {
  const client = config.getClient()
  let instead: Hash | undefined
  let cancelled = false
  try {
    const receipt = await waitForTransactionReceipt(client, {
      hash,
      timeout: PATIENCE_MS,
      onReplaced: (replacement) => {
        instead = replacement.transaction.hash
        cancelled = replacement.reason === 'cancelled'
      },
    })
    const facts = {
      block: Number(receipt.blockNumber),
      gas: receipt.gasUsed.toString(),
      ...(instead === undefined ? {} : { instead }),
    }
    if (cancelled) became(hash, { ...facts, state: 'cancelled' })
    else if (receipt.status === 'success') became(hash, { ...facts, state: 'confirmed' })
    else {
      // The contracts' sentences are loaded once one is needed.
      const { replay } = await import('./replay')
      const why = await replay(client, instead ?? hash, market)
      became(hash, { ...facts, state: 'failed', why })
    }
    await queries.invalidateQueries()
  } catch (error) {
    // Where the node is down it stays pending; the next watch goes on with it.
    if (!(error instanceof WaitForTransactionReceiptTimeoutError)) return
    const known = await getTransaction(client, { hash }).catch((problem: unknown) =>
      problem instanceof TransactionNotFoundError ? null : undefined,
    )
    if (known === null) became(hash, { state: 'lost', why: plainSentenceOf(new Error('lost')) })
  }
}
