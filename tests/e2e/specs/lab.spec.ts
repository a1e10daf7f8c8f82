import { broken } from '../axe.ts'
import { enter, expect, test } from '../fixtures.ts'

test('the lab solves a game from its form, says what the answer is worth, and a link brings it back', async ({
  page,
}) => {
  await enter(page, '/lab')
  await page
    .getByRole('link', { name: /contest/i })
    .first()
    .click()
  await expect(page).toHaveURL(/\/lab\/contest/)
  await page.getByRole('button', { name: 'Solve' }).click()
  const answer = page.getByRole('region', { name: 'Answer' })
  await expect(answer).toContainText('nobody would gain more than', { timeout: 25_000 })
  await answer.getByRole('button', { name: 'Show as table' }).first().click()
  const row = answer.getByRole('table').first().getByRole('row').nth(1)
  await expect(row).toContainText('0.489')
  expect(await broken(page)).toEqual([])

  const seed = page.getByLabel('Seed')
  await seed.fill('7')
  await expect(page).toHaveURL(/seed=7/)
  await page.reload()
  await expect(seed).toHaveValue('7')
})
