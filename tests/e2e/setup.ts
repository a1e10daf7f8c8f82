import { type Market, send, startMarket, stopMarket } from './market.ts'

const HANDED_ON = 'WATTMARKET_E2E'

/** One market for the whole run; the workers find it in their environment. */
export default async function setUp(): Promise<() => Promise<void>> {
  // Who works on tests may have one up already.
  if (process.env[HANDED_ON]) return async () => {}
  const market = await startMarket()
  process.env[HANDED_ON] = JSON.stringify(market)
  // Whatever ends this process, Ctrl-C or a failure of the runner, ends the market.
  process.once('exit', () => send(market.pid, 'SIGTERM'))
  return () => stopMarket(market)
}

/** The market that `setUp` started. */
export function handedOn(): Market {
  return JSON.parse(process.env[HANDED_ON] ?? '') as Market
}
