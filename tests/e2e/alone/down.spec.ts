import type { Locator, Page } from '@playwright/test'
import { enter, expect, lookAgain, test } from '../fixtures.ts'
import { send } from '../market.ts'

// What the browser itself says of requests that nobody answers.
const UNANSWERED = /Failed to load resource|net::ERR_/
const alive = (page: Page) => page.getByText(/^Block [\d,]+, /)
const CHAIN_DOWN = 'The chain cannot be read; what is shown is what was known last.'
const SERVICE_DOWN = 'The service does not answer; what is shown is what was known last.'

/** The page says so, keeps what it knew, and recovers by itself. */
async function downAndUp(page: Page, said: string, stop: () => unknown, go: () => unknown) {
  await enter(page, '/')
  await expect(alive(page)).toBeVisible()
  const known = await page.getByRole('heading', { level: 1 }).textContent()
  await stop()
  try {
    await looking(page, page.getByRole('alert').filter({ hasText: said }))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(known ?? '')
  } finally {
    await go()
  }
  await looking(page, alive(page))
}

async function looking(page: Page, wanted: Locator): Promise<void> {
  await expect(async () => {
    await lookAgain(page)
    await expect(wanted).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 14_000 })
}

test('the node hangs', async ({ page, market, complaints }) => {
  complaints.expected.push(UNANSWERED)
  await downAndUp(
    page,
    CHAIN_DOWN,
    () => send(market.chainPid, 'SIGSTOP'),
    () => send(market.chainPid, 'SIGCONT'),
  )
})

test('the service hangs', async ({ page, market, complaints }) => {
  complaints.expected.push(UNANSWERED)
  await downAndUp(
    page,
    SERVICE_DOWN,
    () => send(market.pid, 'SIGSTOP'),
    () => send(market.pid, 'SIGCONT'),
  )
})

test('the service is not to be reached', async ({ page, complaints }) => {
  complaints.expected.push(UNANSWERED)
  const reach = page.context()
  await downAndUp(
    page,
    SERVICE_DOWN,
    () => reach.setOffline(true),
    () => reach.setOffline(false),
  )
})
