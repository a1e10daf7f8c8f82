import { defineConfig } from '@playwright/test'
import { findBrowser } from './browser.ts'

export default defineConfig({
  globalSetup: './setup.ts',
  // Both end a wait that would never end; neither measures how fast a machine is.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  outputDir: '../../reports/e2e',
  projects: [
    { name: 'beside', testDir: 'specs' },
    // They stop the one node and service, or change what it says of itself.
    { name: 'alone', testDir: 'alone', dependencies: ['beside'], fullyParallel: false, workers: 1 },
  ],
  use: {
    launchOptions: findBrowser(),
    colorScheme: 'light',
    // What beats without end would keep the processor busy in every test.
    contextOptions: { reducedMotion: 'reduce' },
    locale: 'en-GB',
    viewport: { width: 1280, height: 900 },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
})
