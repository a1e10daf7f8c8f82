import type { Page } from '@playwright/test'
import { connect, enter, expect, test } from '../fixtures.ts'

const sent = (page: Page) => page.getByRole('status', { name: 'What you sent' })

/** Waits until the page has asked the node of what it sent, which takes it a moment. */
async function noted(page: Page): Promise<void> {
  const kept = () => page.evaluate(() => JSON.stringify(window.localStorage))
  await expect.poll(kept).toContain('nonce')
}

/** Sends a purchase that waits in the wallet's queue. */
async function buy(page: Page, amount: string): Promise<void> {
  await enter(page, '/account/elecoins')
  await connect(page)
  const panel = page
    .locator('section.panel')
    .filter({ has: page.getByRole('heading', { name: 'Buy elecoins' }) })
  await panel.getByLabel('Elecoins', { exact: true }).fill(amount)
  await panel.getByRole('button', { name: 'Buy' }).click()
}

test('a transaction on its way survives a reload', async ({ page, install, resident }) => {
  const wallet = await install({ keys: [resident] })
  wallet.holdNext()
  await buy(page, '0.25')
  await expect(sent(page)).toContainText('Buy 0.25 ELE on its way')
  await page.reload()
  await expect(sent(page)).toContainText('Buy 0.25 ELE on its way')
  await wallet.release(wallet.lastSent)
  await expect(sent(page)).toContainText(/Buy 0\.25 ELE done in block \d+/)
})

test('one that is sped up is followed to its replacement', async ({ page, install, resident }) => {
  const wallet = await install({ keys: [resident] })
  wallet.holdNext()
  await buy(page, '0.125')
  await expect(sent(page)).toContainText('Buy 0.125 ELE on its way')
  const first = wallet.lastSent
  await noted(page)
  const second = await wallet.speedUp(first)
  expect(second).not.toBe(first)
  await wallet.release(first)
  await expect(sent(page)).toContainText(/Buy 0\.125 ELE done in block \d+/)
  await expect(sent(page)).toContainText('sped up as')
  await expect(sent(page).getByTitle(second)).toBeVisible()
})

test('one that is cancelled in the wallet is said to be', async ({ page, install, resident }) => {
  const wallet = await install({ keys: [resident] })
  wallet.holdNext()
  await buy(page, '0.375')
  await expect(sent(page)).toContainText('Buy 0.375 ELE on its way')
  const first = wallet.lastSent
  await noted(page)
  await wallet.cancel(first)
  await wallet.release(first)
  await expect(sent(page)).toContainText('Buy 0.375 ELE cancelled in your wallet')
})
