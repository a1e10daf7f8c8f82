import { CHAIN_ID, connect, ELSEWHERE, expect, short, test } from '../fixtures.ts'

test('connects a wallet that announces itself, and knows it again after a reload', async ({
  page,
  install,
}) => {
  const wallet = await install()
  await page.goto('/')
  await connect(page)
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('banner').getByText(short(wallet.address))).toBeVisible()
  await page.reload()
  await expect(page.getByRole('banner').getByText(short(wallet.address))).toBeVisible()
  expect(
    wallet.log.filter(({ method }) => /request(Accounts|Permissions)/.test(method)),
  ).toHaveLength(1)
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByRole('button', { name: 'Connect wallet' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Connect wallet' })).toBeVisible()
})

test('two wallets, told apart by name; the old kind only where there is no other', async ({
  page,
  install,
}) => {
  await install({ announced: false, rdns: 'old.wallet' })
  const chosen = await install({ name: 'Rabby', rdns: 'io.rabby' })
  await install({ name: 'Frame', rdns: 'sh.frame' })
  await page.goto('/')
  await page.getByRole('button', { name: 'Connect wallet' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveText(['Rabby', 'Frame'])
  await page.getByRole('dialog').getByRole('button', { name: 'Rabby' }).click()
  await expect(page.getByRole('banner').getByText(short(chosen.address))).toBeVisible()
})

test('an old wallet, which announces nothing', async ({ page, install }) => {
  const wallet = await install({ announced: false })
  await page.goto('/')
  await page.getByRole('button', { name: 'Connect wallet' }).click()
  await page.getByRole('dialog').getByRole('listitem').getByRole('button').click()
  await expect(page.getByRole('banner').getByText(short(wallet.address))).toBeVisible()
})

test('no wallet: where to get one', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Connect wallet' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('This browser has no wallet.')).toBeVisible()
  await expect(dialog.getByRole('link', { name: 'Get MetaMask' })).toBeVisible()
})

test('a rejected connection is said in a sentence, and can be tried again', async ({
  page,
  install,
}) => {
  const wallet = await install()
  await page.goto('/')
  wallet.rejectNext()
  await connect(page)
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText(/You .*\.$/)
  await page.getByRole('dialog').getByRole('button', { name: 'MetaMask' }).click()
  await expect(page.getByRole('banner').getByText(short(wallet.address))).toBeVisible()
})

test('another network: banner, switch, unknown chain, added', async ({ page, install }) => {
  const wallet = await install({
    chainId: ELSEWHERE,
    networks: { [ELSEWHERE]: 'http://127.0.0.1:9' },
  })
  await page.goto('/')
  await connect(page)
  const banner = page.getByRole('alert').filter({ hasText: 'another network' })
  await expect(banner).toBeVisible()
  wallet.rejectNext()
  await banner.getByRole('button').click()
  await expect(banner.locator('.problem')).toHaveText(/You .*\.$/)
  expect(wallet.chainId).toBe(ELSEWHERE)

  await banner.getByRole('button').click()
  await expect(banner).toBeHidden()
  expect(wallet.chainId).toBe(CHAIN_ID)
  const asked = wallet.log
    .map(({ method }) => method)
    .filter((one) => one.includes('EthereumChain'))
  expect(asked.slice(-2)).toEqual(['wallet_switchEthereumChain', 'wallet_addEthereumChain'])
})

test('the wallet changes account and network by itself', async ({ page, install }) => {
  const wallet = await install({ members: ['anna', 'bakery'] })
  const anna = wallet.address
  await page.goto('/')
  await connect(page)
  await expect(page.getByRole('banner').getByText(short(anna))).toBeVisible()
  await wallet.switchAccount(1)
  await expect(page.getByRole('banner').getByText(short(wallet.address))).toBeVisible()
  await expect(page.getByRole('banner').getByText(short(anna))).toBeHidden()
  await wallet.switchTo(ELSEWHERE, 'http://127.0.0.1:9')
  await expect(page.getByRole('alert').filter({ hasText: 'another network' })).toBeVisible()
  await wallet.switchTo(CHAIN_ID)
  await expect(page.getByRole('alert').filter({ hasText: 'another network' })).toBeHidden()
  await wallet.revoke()
  await expect(page.getByRole('button', { name: 'Connect wallet' })).toBeVisible()
})
