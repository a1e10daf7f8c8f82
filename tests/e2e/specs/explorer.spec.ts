import { AxeBuilder } from '@axe-core/playwright'
import { enter, expect, test } from '../fixtures.ts'

test('the explorer finds a posting by its name, and decodes its transaction, by keyboard alone', async ({
  page,
  market,
}) => {
  const answer = await fetch(`${market.url}/api/prices`)
  const { electricity } = (await answer.json()) as {
    electricity: { epoch: number; transaction: string; digest: string }
  }
  await enter(page, '/explorer')
  await page.keyboard.press('/')
  await page.keyboard.type(`electricity:${electricity.epoch}`)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${market.url}/explorer/posting/electricity/${electricity.epoch}`)
  await expect(page.getByText(electricity.digest).first()).toBeVisible()

  await page.keyboard.press('/')
  await page.keyboard.insertText(electricity.transaction)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${market.url}/explorer/tx/${electricity.transaction}`)
  const main = page.getByRole('main')
  await expect(main).toContainText('post')
  await expect(main).toContainText('Posted')
  await expect(main).toContainText('EquilibriumOracle')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map((n) => n.html)])).toEqual([])

  await page.keyboard.press('/')
  await page.keyboard.insertText('no such thing')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: /no such thing|Nothing/ })).toBeVisible()
})
