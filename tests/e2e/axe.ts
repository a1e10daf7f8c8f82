import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What axe finds on the page: of each rule that is broken its name, and where. */
export async function broken(page: Page): Promise<string[][]> {
  // One frame: all is found in it at once, and nothing is put together in a page of its own.
  expect(page.frames()).toHaveLength(1)
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations.map(({ id, nodes }) => [id, ...nodes.map((n) => n.html)])
}
