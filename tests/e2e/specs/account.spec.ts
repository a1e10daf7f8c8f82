import type { Page } from '@playwright/test'
import { connect, enter, expect, join, test } from '../fixtures.ts'

const panel = (page: Page, title: string) =>
  page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title }) })
const section = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Parts of my account' }).getByRole('link', { name })
const sent = (page: Page) => page.getByRole('status', { name: 'What you sent' })

/** What a card of the overview says, in elecoins or money. */
async function balance(page: Page, card: string): Promise<number> {
  await section(page, 'Overview').click()
  const value = page.locator('dl.cards > div').filter({ hasText: card }).locator('dd').first()
  await expect(value).toHaveText(/\d/)
  return Number.parseFloat((await value.innerText()).replaceAll(',', ''))
}

/** What she sent last. */
const newest = (page: Page) => sent(page).getByRole('listitem').first()

/** Declares a need for the period that opens next, and says which it is. */
async function declareNext(page: Page): Promise<string> {
  const declare = panel(page, 'Say what you expect')
  // The deadline of the one that is open may be a second away.
  const passing = await declare.getByLabel('Period').inputValue()
  await expect(declare.getByLabel('Period')).not.toHaveValue(passing)
  const period = await declare.getByLabel('Period').inputValue()
  await declare.getByLabel('How much').fill('0.1')
  await declare.getByLabel('The most I pay').fill('0.45')
  await declare.getByRole('button', { name: 'Declare' }).click()
  await expect(newest(page)).toContainText(/Declare a need of 0\.1 kWh done/)
  return period
}

/** Buys what she may of a period from the first retailer who has some left. */
async function buyOf(page: Page, period: string): Promise<void> {
  const trade = panel(page, 'Buy from a retailer of your choice')
  await expect(trade.getByLabel('Period', { exact: true })).toHaveValue(period, { timeout: 40_000 })
  // The agents of the others may have bought all of the cheapest one's.
  await trade.getByRole('radio', { name: 'Choose retailer', disabled: false }).first().check()
  await trade.getByRole('button', { name: 'All I may buy' }).click()
  await trade.getByRole('button', { name: 'Buy this energy' }).click()
  await expect(newest(page)).toContainText(new RegExp(`Buy .* kWh of period ${period} done`))
}

/** Says how good what she bought in a period was. */
async function rate(page: Page, period: string): Promise<void> {
  const rating = panel(page, 'Rate what was delivered')
  await rating.getByLabel('Quality of purchase 1').fill('90')
  await rating.getByRole('button', { name: 'Send the rating' }).click()
  await expect(newest(page)).toContainText(new RegExp(`Rate period ${period} done`))
}

test('a visitor joins, and is at home', async ({ page, install }) => {
  const wallet = await install()
  await enter(page, '/account')
  await connect(page)
  await expect(page.getByText('This account is not a member of this market.')).toBeVisible()
  await page.getByRole('link', { name: 'Join' }).click()
  wallet.rejectNext()
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await expect(page.getByText('You declined it in your wallet.')).toBeVisible()
  await join(page)
  await page.getByRole('link', { name: 'To my account' }).click()
  expect(await balance(page, 'Money in your wallet')).toBe(20)
  expect(wallet.log.filter(({ method }) => method === 'eth_sendTransaction')).toEqual([])
})

test('buys elecoins: rejected, then on its way, then done, and her deposit has them', async ({
  page,
  install,
  resident,
}) => {
  const wallet = await install({ keys: [resident] })
  await enter(page, '/account')
  await connect(page)
  const before = await balance(page, 'Deposit in the market')
  await section(page, 'Elecoins').click()
  const buy = panel(page, 'Buy elecoins')
  await buy.getByLabel('Elecoins', { exact: true }).fill('2.5')
  wallet.rejectNext()
  await buy.getByRole('button', { name: 'Buy' }).click()
  await expect(buy.getByRole('status')).toHaveText('You declined it in your wallet.')

  await buy.getByRole('button', { name: 'Buy' }).click()
  await expect(sent(page)).toContainText(/Buy 2\.50 ELE (on its way|done)/)
  await expect(sent(page)).toContainText(/Buy 2\.50 ELE done in block \d+/)
  expect(await balance(page, 'Deposit in the market')).toBeCloseTo(before + 2.5, 4)
})

test('withdraws, and deposits again by a signature instead of an approval', async ({
  page,
  install,
  resident,
}) => {
  const wallet = await install({ keys: [resident] })
  await enter(page, '/account/elecoins')
  await connect(page)
  const buy = panel(page, 'Buy elecoins')
  await buy.getByLabel('Elecoins', { exact: true }).fill('1')
  await buy.getByRole('button', { name: 'Buy' }).click()
  await expect(sent(page)).toContainText(/Buy 1\.00 ELE done/)

  const withdraw = panel(page, 'Withdraw to my wallet')
  await withdraw.getByLabel('Elecoins').fill('0.75')
  await withdraw.getByRole('button', { name: 'Withdraw' }).click()
  await expect(sent(page)).toContainText(/Withdraw 0\.75 ELE done/)
  expect(await balance(page, 'Elecoins in your wallet')).toBe(0.75)

  await section(page, 'Elecoins').click()
  const deposit = panel(page, 'Deposit from my wallet')
  await deposit.getByRole('button', { name: 'All' }).click()
  wallet.rejectNext()
  await deposit.getByRole('button', { name: 'Sign and deposit' }).click()
  await expect(deposit.getByRole('status')).toHaveText('You declined it in your wallet.')
  await deposit.getByRole('button', { name: 'Sign and deposit' }).click()
  await expect(sent(page)).toContainText(/Deposit 0\.75 ELE done/)
  expect(await balance(page, 'Elecoins in your wallet')).toBe(0)
  const asked = wallet.log.map(({ method }) => method).filter((one) => /send|sign/i.test(one))
  expect(asked.slice(-2)).toEqual(['eth_signTypedData_v4', 'eth_sendTransaction'])
})

test('what the contract would refuse is said before the wallet opens', async ({
  page,
  install,
  resident,
}) => {
  const wallet = await install({ keys: [resident] })
  await enter(page, '/account/order')
  await connect(page)
  const order = panel(page, 'Give a standing order')
  await order.getByLabel('Agent’s address').fill(`0x${'0'.repeat(40)}`)
  await order.getByLabel('Pays at most').fill('0.4')
  await order.getByLabel('May commit a day').fill('1')
  await expect(order.getByRole('status')).toHaveText(/agent/i)
  await expect(order.getByRole('button', { name: 'Give this order' })).toBeDisabled()
  expect(wallet.log.filter(({ method }) => method === 'eth_sendTransaction')).toEqual([])
})

test('a period of hers: declared, bought from a retailer of her choice, rated', async ({
  page,
  install,
  resident,
}) => {
  test.setTimeout(180_000)
  await install({ keys: [resident] })
  await enter(page, '/account/elecoins')
  await connect(page)
  const buy = panel(page, 'Buy elecoins')
  await buy.getByLabel('Elecoins', { exact: true }).fill('1')
  await buy.getByRole('button', { name: 'Buy' }).click()
  await expect(sent(page)).toContainText(/Buy 1\.00 ELE done/)

  await section(page, 'Declare and trade').click()
  // Windows are seconds long here: where the machine is busy she may come late, and takes the next.
  await expect(async () => {
    const period = await declareNext(page)
    await buyOf(page, period)
    await rate(page, period)
  }).toPass()
})
