import { gzipSync } from 'node:zlib'
import type { Locator, Page } from '@playwright/test'
import { enter, expect, test } from '../fixtures.ts'
import { ROOMS } from '../rooms.ts'

const BUDGET_KB = 190

test('opens on the market, and the clock of the chain moves', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Market')
  await expect(page).toHaveTitle('Market · wattmarket')
  const pulse = page.getByText(/^Block [\d,]+, /)
  const first = await pulse.textContent()
  await expect(pulse).not.toHaveText(first ?? '')
})

test('every room has an address and opens on it', async ({ page }) => {
  await page.goto('/')
  for (const { path, name } of ROOMS) {
    await page.getByRole('navigation').getByRole('link', { name }).click()
    await expect(page).toHaveURL(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('navigation').getByRole('link', { name })).toHaveAttribute(
      'aria-current',
      'page',
    )
  }
  await page.goBack()
  await expect(page).toHaveURL(ROOMS.at(-2)?.path ?? '')
  await page.goto('/no-such-room')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page.')
  await page.getByRole('link', { name: 'To the market' }).click()
  await expect(page).toHaveURL('/')
})

test('answers carry a strict policy', async ({ page }) => {
  const answer = await page.goto('/')
  const policy = answer?.headers()['content-security-policy']
  expect(new Set(policy?.split('; '))).toEqual(
    new Set([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]),
  )
})

test('the policy is in force: a script of somebody else does not run', async ({
  page,
  complaints,
}) => {
  complaints.expected.push(/Content Security Policy|CSP: script-src/)
  await page.goto('/')
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.taken = true'
    document.body.append(script)
    const image = document.createElement('div')
    image.innerHTML = '<img src="data:," onerror="window.taken = true">'
    document.body.append(image)
  })
  await page.waitForTimeout(100)
  expect(await page.evaluate(() => Reflect.get(window, 'taken'))).toBeUndefined()
})

test(`the first page weighs at most ${BUDGET_KB} kB`, async ({ page, baseURL }) => {
  const bodies: Promise<Buffer>[] = []
  page.on('response', (response) => {
    const { pathname, origin } = new URL(response.url())
    expect(origin).toBe(baseURL)
    if (pathname === '/' || pathname.startsWith('/assets/')) bodies.push(response.body())
  })
  await page.goto('/', { waitUntil: 'networkidle' })
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length)
  expect(sizes.length).toBeGreaterThan(2)
  const sum = sizes.reduce((all, one) => all + one, 0) / 1000
  test.info().annotations.push({ type: 'kB', description: sum.toFixed(1) })
  expect(sum).toBeLessThanOrEqual(BUDGET_KB)
})

test('German, chosen or as the browser wishes, and kept', async ({ page, browser, baseURL }) => {
  await page.goto('/')
  await page.getByLabel('Language').selectOption('Deutsch')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Markt')
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.reload()
  await expect(page.getByRole('button', { name: 'Wallet verbinden' })).toBeVisible()
  const german = await browser.newPage({ locale: 'de-AT', baseURL: baseURL ?? '' })
  await german.goto('/')
  await expect(german.getByRole('heading', { level: 1 })).toHaveText('Markt')
  await german.close()
})

test('by keyboard alone: skip link, rooms, dialog', async ({ page, install }) => {
  await install()
  await enter(page, '/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeFocused()

  await enter(page, '/')
  const explorer = page.getByRole('navigation').getByRole('link', { name: 'Explorer' })
  await tabTo(page, explorer)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/explorer')
  await expect(page.locator('#main')).toBeFocused()

  const button = page.getByRole('button', { name: 'Connect wallet' })
  await tabTo(page, button, 'Shift+Tab')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Which wallet?' })
  await expect(dialog.getByRole('button', { name: 'MetaMask' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(button).toBeFocused()
})

async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error('40 presses did not lead there')
}
