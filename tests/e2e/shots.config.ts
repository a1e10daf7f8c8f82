import { defineConfig } from '@playwright/test'
import config from './playwright.config.ts'

/** The pictures of docs/, taken from a live market: `npm run shots`. */
export default defineConfig({
  ...config,
  projects: [{ name: 'shots', testDir: 'shots' }],
  workers: 1,
  fullyParallel: false,
})
