import { createPublicClient, getAddress, type Hex, http, parseAbi } from 'viem'
import { enter, expect, short, test } from '../fixtures.ts'

interface Book {
  bids: { account: Hex; energy_wh: number }[]
}

async function told<Answer>(url: string, path: string): Promise<Answer> {
  return (await (await fetch(url + path)).json()) as Answer
}

test('the market room says what a kWh costs, and shows any earlier period, by keyboard, too', async ({
  page,
  market,
}) => {
  await enter(page, '/')
  const card = (name: string) => page.locator('dl.now > div').filter({ hasText: name })
  await expect(card('A kWh from a neighbour')).toContainText(/\d\.\d{3}.* EUR/)
  await expect(card('A kWh from the grid')).toContainText(/0\.\d{3}/)
  await expect(card('An elecoin')).toContainText('posted')

  // A period of one's own choice stays while new ones come.
  const { electricity } = await told<{ electricity: { epoch: number } }>(market.url, '/api/prices')
  const chosen = electricity.epoch - 1
  await enter(page, `/market/period/${chosen}`)
  const slider = page.getByRole('slider', { name: 'Period' })
  await slider.press('ArrowLeft')
  await expect(page).toHaveURL(`${market.url}/market/period/${chosen - 1}`)
  await page.getByRole('button', { name: 'Earlier' }).click()
  await expect(slider).toHaveValue(String(chosen - 2))
  await page.reload()
  await expect(slider).toHaveValue(String(chosen - 2))

  const panel = page.getByRole('region', { name: 'Offers and wishes of a period' })
  await panel.getByRole('button', { name: 'Show as table' }).click()
  const book = await told<Book>(market.url, `/api/rounds/${chosen - 2}/book`)
  const rows = panel.getByRole('row').filter({ has: page.getByRole('link') })
  await expect(rows).toHaveCount(book.bids.length)
  for (const { account } of book.bids) await expect(panel.getByText(short(account))).toBeVisible()

  const proof = page.getByRole('region', { name: 'Who stands behind this price' })
  await expect(proof).toContainText(`all ${book.bids.length} declarations itself`)
  await expect(proof).toContainText('2 of 3 edge servers')
  await expect(proof.getByText('✓ signed')).toHaveCount(2)
})

test('the rewards room shows chances as bars and numbers, and who leads as the chain has it', async ({
  page,
  market,
}) => {
  await enter(page, '/rewards')
  const [contest] = await told<{ zone: string; tickets: Record<string, number> }[]>(
    market.url,
    '/api/contests',
  )
  if (contest === undefined) throw new Error('no contest yet')
  const zone = page.getByRole('region', { name: `Zone ${contest.zone}` })
  const accounts = Object.keys(contest.tickets)
  await expect(zone.getByRole('listitem')).toHaveCount(accounts.length)
  if (accounts.length > 0) {
    await zone.getByRole('button', { name: 'Show as table' }).click()
    await expect(zone.getByRole('row')).toHaveCount(accounts.length + 1)
  }

  const { contracts } = await told<{ contracts: Record<string, Hex> }>(market.url, '/api/market')
  const chain = createPublicClient({ transport: http(`${market.url}/rpc`) })
  const leader = await chain.readContract({
    address: contracts['ReputationLedger'] as Hex,
    abi: parseAbi(['function leader() view returns (address)']),
    functionName: 'leader',
  })
  const first = page
    .getByRole('region', { name: 'The edge servers in their order' })
    .getByRole('row')
    .nth(1)
  await expect(first).toContainText(short(getAddress(leader)))
})
