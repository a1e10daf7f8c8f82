import { defineConfig } from '@playwright/test'
import { findBrowser } from './browser.ts'

export default defineConfig({
  testDir: 'specs',
  globalSetup: './setup.ts',
  globalTimeout: 180_000,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  // One market, and tests that stop its node: one after the other.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  outputDir: '../../reports/e2e',
  use: {
    launchOptions: findBrowser(),
    colorScheme: 'light',
    locale: 'en-GB',
    viewport: { width: 1280, height: 900 },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
})
