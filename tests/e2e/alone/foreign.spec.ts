import { connect, enter, expect, test } from '../fixtures.ts'
import { readStore, writeStore } from '../market.ts'

const HOSTILE = `<img src=x onerror="window.taken=1"><script>window.taken=1</script>"'><svg onload=taken=1>`

test('names of members, of the community and of a wallet are text, whatever they say', async ({
  page,
  market,
  install,
}) => {
  const name = HOSTILE.slice(0, 64)
  const [before] = readStore(market, 'SELECT deployment FROM instances ORDER BY id DESC LIMIT 1')
  const [anna] = readStore(market, "SELECT hex(address) FROM members WHERE name = 'anna'")
  const rename = 'UPDATE members SET name = ? WHERE hex(address) = ?'
  const redeploy = 'UPDATE instances SET deployment = ?'
  writeStore(market, rename, [name, anna ?? ''])
  const deployment = JSON.parse(before ?? '') as Record<string, unknown>
  writeStore(market, redeploy, [JSON.stringify({ ...deployment, community: HOSTILE })])
  try {
    await install({ members: ['administrator'], name: HOSTILE })
    await enter(page, '/operator')
    await expect(page.getByRole('banner').getByRole('link').first()).toHaveText(HOSTILE)
    await connect(page, HOSTILE)
    await page.getByRole('button', { name: 'Open with my wallet' }).click()
    await expect(page.getByRole('cell', { name, exact: true }).first()).toBeVisible()
    await page.getByRole('link', { name: 'Market', exact: true }).click()
    await expect(page.getByText(HOSTILE).last()).toBeVisible()
    await enter(page, `/explorer/${encodeURIComponent(HOSTILE)}`)
    expect(await page.evaluate(() => Reflect.get(window, 'taken'))).toBeUndefined()
    expect(await page.locator('img[src="x"], main script, svg[onload]').count()).toBe(0)
  } finally {
    writeStore(market, rename, ['anna', anna ?? ''])
    writeStore(market, redeploy, [before ?? ''])
  }
})

test('another instance behind the address: said once, and nothing of the old one is kept', async ({
  page,
  market,
  install,
}) => {
  const [before] = readStore(market, 'SELECT instance_id FROM instances ORDER BY id DESC LIMIT 1')
  const another = 'ab'.repeat(16)
  const change = 'UPDATE instances SET instance_id = ? WHERE instance_id = ?'
  const wallet = await install()
  await enter(page, '/')
  await connect(page)
  await expect(page.getByRole('button', { name: 'Disconnect' })).toBeVisible()
  writeStore(market, change, [another, before ?? ''])
  try {
    await page.reload()
    const notice = page.getByRole('region', { name: 'This market was started anew' })
    await expect(notice).toContainText('Clear activity tab data')
    const kept = await page.evaluate(() => Object.keys(window.localStorage))
    expect(kept.filter((key) => key.includes(before ?? '-'))).toEqual([])
    await notice.getByRole('button', { name: 'Done' }).click()
    await expect(notice).toBeHidden()
    await page.reload()
    await expect(page.getByRole('button', { name: 'Connect wallet' })).toBeVisible()
    await expect(notice).toBeHidden()
    expect(wallet.log.length).toBeGreaterThan(0)
  } finally {
    writeStore(market, change, [before ?? '', another])
  }
})
