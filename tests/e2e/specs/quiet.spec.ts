import type { Page } from '@playwright/test'
import { connect, enter, expect, lookAgain, node, test as base } from '../fixtures.ts'
import { type QuietMarket, startQuietMarket, stopMarket } from '../market.ts'

const test = base.extend<object, { market: QuietMarket }>({
  market: [
    async ({}, use) => {
      const market = await startQuietMarket()
      await use(market)
      await stopMarket(market)
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

// One market for all of them, each beginning where the last one ended.
test.describe.configure({ mode: 'serial' })

const sent = (page: Page) => page.getByRole('status', { name: 'What you sent' })
const panel = (page: Page, name: string) =>
  page.locator('section.panel').filter({ has: page.getByRole('heading', { name, exact: true }) })

/** Opens the operator's room with somebody's wallet. */
async function office(page: Page): Promise<void> {
  await enter(page, '/operator')
  await connect(page)
  await expect(page.getByText('a contract that gives roles')).toBeVisible()
}

test('a prize that waits is collected by hand', async ({ page, install, market }) => {
  await install({ keys: [market.keys.winner] })
  await enter(page, '/rewards')
  await connect(page)
  const zone = panel(page, 'Zone 0')
  await expect(zone).toContainText('Drawn: the prize waits to be collected.')
  await zone.getByRole('button', { name: 'Collect 0.25 ELE' }).click()
  await expect(sent(page)).toContainText(/Collect the prize of round 0 done in block \d+/)
  await expect(zone).toContainText('0.25 ELE have been paid to your wallet.')
  await expect(zone.getByRole('button', { name: /Collect/ })).toHaveCount(0)
})

test('the operator works through the office at once', async ({ page, install, market }) => {
  await install({ keys: [market.keys.operator] })
  await office(page)
  const members = panel(page, 'Members and their rights')
  await members
    .getByRole('button', { name: /Change/ })
    .first()
    .click()
  await expect(members.getByLabel('Zone')).toHaveValue('0')
  await members.getByLabel('Rated power, kW').fill('12.5')
  await members.getByRole('button', { name: 'Give these rights' }).click()
  await expect(sent(page)).toContainText(/done in block \d+/)
  await expect(members.getByRole('row').nth(1)).toContainText('12.5')
  await expect(panel(page, 'Network fees and levies').getByRole('row')).toHaveCount(5)
  await expect(panel(page, 'Trading')).toContainText('does not give your account this role')
})

test('who has a delay announces first and carries out later', async ({ page, install, market }) => {
  await install({ keys: [market.keys.slow] })
  await office(page)
  await expect(panel(page, 'Announced')).toContainText('Nothing is announced.')
  const terms = panel(page, 'Terms of the market')
  await terms.getByRole('button', { name: 'Change the terms' }).click()
  await expect(terms).toContainText('Your account may only announce this')
  await terms.getByLabel('Lowest accepted quality, of 100').fill('70')
  await terms.getByRole('button', { name: /Announce/ }).click()
  const act = page.getByRole('article', { name: 'setConstants' })
  await expect(act).toContainText('It can be carried out from')
  await expect(act).toContainText('70')
  await expect(act.getByRole('button', { name: 'Carry out' })).toHaveCount(0)
  await node(market, 'evm_increaseTime', [3600])
  await node(market, 'evm_mine')
  await lookAgain(page)
  await act.getByRole('button', { name: 'Carry out' }).click()
  await expect(sent(page)).toContainText(/Carry out setConstants done in block \d+/)
  await expect(panel(page, 'Announced')).toContainText('Nothing is announced.')
  await expect(terms.getByRole('row', { name: /Lowest accepted quality/ })).toContainText('70')
})
