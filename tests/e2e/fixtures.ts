import { test as base, expect, type Page } from '@playwright/test'
import { type Hex, numberToHex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { type Market, memberKey } from './market.ts'
import { handedOn } from './setup.ts'
import { Wallet, type WalletOptions } from './wallet.ts'

/** The development chain's id. */
export const CHAIN_ID = 30573
/** A network that is not the market's. */
export const ELSEWHERE = 11155111

interface WalletWish extends Partial<WalletOptions> {
  /** Members of the community whose keys it holds; without, a stranger's new key. */
  members?: readonly string[]
}

interface Fixtures {
  /** Nothing that the browser complains of may pass: a test lists what it brings about itself. */
  complaints: { expected: RegExp[] }
  /** Installs a wallet; on the market's network unless told otherwise. */
  install: (wish?: WalletWish) => Promise<Wallet>
}

interface WorkerFixtures {
  market: Market
  /** The key of a visitor who has joined: nobody else acts for her. */
  resident: Hex
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  market: [({}, use) => use(handedOn()), { scope: 'worker' }],
  resident: [
    async ({ browser, market }, use) => {
      const key = generatePrivateKey()
      const context = await browser.newContext({ baseURL: market.url, locale: 'en-GB' })
      await Wallet.install(context, holding(market, [key]))
      const page = await context.newPage()
      await enter(page, '/')
      await connect(page)
      await join(page)
      await context.close()
      await use(key)
    },
    { scope: 'worker' },
  ],
  baseURL: ({ market }, use) => use(market.url),
  complaints: [
    async ({ context }, use) => {
      const heard: string[] = []
      const complaints = { expected: [] as RegExp[] }
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()))
          heard.push(`${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (error) => heard.push(String(error.error().stack)))
      context.on('page', (page) => page.on('crash', () => heard.push('the page crashed')))
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          // eslint-disable-next-line no-console -- the listener above hears it
          console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
        })
      })
      await use(complaints)
      const left = heard.filter((line) => !complaints.expected.some((one) => one.test(line)))
      expect(left, 'what the browser complained of').toEqual([])
    },
    { auto: true },
  ],
  install: ({ context, market }, use) =>
    use(({ members, ...options } = {}) => {
      const keys = members === undefined ? [generatePrivateKey()] : members.map(memberKey)
      return Wallet.install(context, { ...holding(market, keys), ...options })
    }),
})

export { expect }

/** A wallet on the market's network, as the page would have added it. */
function holding(market: Market, keys: readonly Hex[]): WalletOptions {
  return { keys, networks: { [CHAIN_ID]: `${market.url}/rpc` }, chainId: CHAIN_ID }
}

/** Opens an address of the page and waits until its room is there. */
export async function enter(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.locator('main h1')).toBeVisible()
  await expect(page.getByRole('navigation')).toBeVisible()
  await expect(page.getByText('Loading …')).toHaveCount(0)
}

/** Comes back to the page as to a tab: it asks anew at once what it would ask in a few seconds. */
export async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
}

/** Presses through the wallet dialog. */
export async function connect(page: Page, name = 'MetaMask'): Promise<void> {
  await page.getByRole('button', { name: 'Connect wallet' }).click()
  await page.getByRole('dialog').getByRole('button', { name }).click()
}

/** A connected visitor becomes a member, on the market's page. */
export async function join(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await expect(page.getByText('Welcome! You are a member now.')).toBeVisible({ timeout: 20_000 })
}

/** As the page shortens an address. */
export function short(address: Hex): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}

/** Asks the chain's node itself, past the service. */
export async function node(market: Market, method: string, params: readonly unknown[] = []) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(market.node, { method: 'POST', headers, body })
  const told = (await answer.json()) as { result?: unknown; error?: { message: string } }
  if (told.error) throw new Error(`${method}: ${told.error.message}`)
  return told.result
}

/** Gives an account coins of the development chain. */
export async function fund(market: Market, account: Hex, coins: bigint): Promise<void> {
  await node(market, 'anvil_setBalance', [account, numberToHex(coins * 10n ** 18n)])
}
