import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { connect, enter, expect, test } from '../fixtures.ts'

const DOCS = join(import.meta.dirname, '../../../docs')
const MOST_BYTES = 150_000

async function shot(page: Page, name: string): Promise<void> {
  const path = join(DOCS, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
  expect(statSync(path).size).toBeLessThan(MOST_BYTES)
}

test.use({ reducedMotion: 'reduce' })

test('the market', async ({ page }) => {
  await enter(page, '/')
  await expect(page.locator('.chart canvas').first()).toBeVisible()
  await shot(page, 'page-market')
})

test('my account, in the dark', async ({ page, install, resident }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await install({ keys: [resident] })
  await enter(page, '/account')
  await connect(page)
  await expect(page.getByText('Deposit in the market')).toBeVisible()
  await expect(page.getByText('…', { exact: true })).toHaveCount(0)
  await shot(page, 'page-account-dark')
})

test('a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await enter(page, '/')
  await expect(page.locator('.chart canvas').first()).toBeVisible()
  await shot(page, 'page-phone')
})

test('the explorer', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 560 })
  await enter(page, '/explorer')
  await expect(page.getByRole('table').first()).toBeVisible()
  await shot(page, 'page-explorer')
})
