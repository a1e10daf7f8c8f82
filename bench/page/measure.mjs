// How heavy and how soon: our page, and an explorer beside it, in one browser on one chain.
//
//   node bench/page/measure.mjs --service URL --chain URL [--otterscan FOLDER] [--runs 5]
//
// FOLDER is a built Otterscan (its `dist`); it is served here, its calls go to the same node.
// A phone is played: the processor four times slower, 1.6 Mbit/s, 150 ms. Each visit is a first one.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { extname, join, normalize } from 'node:path'
import { parseArgs } from 'node:util'

const require = createRequire(new URL('../../tests/e2e/package.json', import.meta.url))
const { chromium } = require('@playwright/test')

const PHONE = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000, offline: false }
const SLOWER = 4
const KINDS = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.ico': 'image/x-icon',
}

const { values } = parseArgs({
  options: {
    service: { type: 'string' },
    chain: { type: 'string' },
    otterscan: { type: 'string' },
    browser: { type: 'string', default: '/usr/bin/chromium' },
    runs: { type: 'string', default: '5' },
  },
})
if (!values.service || !values.chain) {
  console.error('--service and --chain: the addresses that `wattmarket run --keep` prints')
  process.exit(2)
}

/** A built page from a folder, as its own container serves it: gzip where there is a .gz. */
function serve(folder, chain) {
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url, 'http://x').pathname
    if (path === '/rpc') {
      const onward = request(chain, { method: 'POST', headers: { 'content-type': 'application/json' } })
      onward.on('response', (got) => {
        answer.writeHead(got.statusCode, { 'content-type': 'application/json' })
        got.pipe(answer)
      })
      asked.pipe(onward)
      return
    }
    if (path === '/config.json') {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.end(JSON.stringify({ erigonURL: `http://127.0.0.1:${server.address().port}/rpc` }))
      return
    }
    let file = join(folder, normalize(path))
    if (!existsSync(file) || statSync(file).isDirectory()) file = join(folder, 'index.html')
    const zipped = existsSync(`${file}.gz`)
    answer.writeHead(200, {
      'content-type': KINDS[extname(file)] ?? 'application/octet-stream',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    })
    createReadStream(zipped ? `${file}.gz` : file).pipe(answer)
  })
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server)))
}

/** One first visit: bytes over the wire, requests, and seconds until `shown` is on the page. */
async function visit(browser, url, shown) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', PHONE)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  let bytes = 0
  let requests = 0
  session.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength
    requests += 1
  })
  const began = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.getByText(shown).first().waitFor({ timeout: 120_000 })
  const seconds = (performance.now() - began) / 1000
  const heard = { bytes, requests, seconds }
  await context.close()
  return heard
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

async function rpc(method, ...params) {
  const answer = await fetch(values.chain, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return (await answer.json()).result
}

/** The newest block that has a transaction: what both explorers show. */
async function aTransaction() {
  for (let n = Number(await rpc('eth_blockNumber')); n > 0; n -= 1) {
    const block = await rpc('eth_getBlockByNumber', `0x${n.toString(16)}`, false)
    if (block.transactions.length > 0) return { hash: block.transactions[0], block: n }
  }
  throw new Error('no transaction on this chain')
}

const browser = await chromium.launch({ executablePath: values.browser })
const { hash } = await aTransaction()
const visits = [
  ['market', `${values.service}/`, /kWh/],
  ['transaction', `${values.service}/explorer/tx/${hash}`, hash],
]
const server = values.otterscan ? await serve(values.otterscan, values.chain) : null
if (server !== null) {
  const at = `http://127.0.0.1:${server.address().port}`
  visits.push(['transaction, Otterscan', `${at}/tx/${hash}`, hash])
}
for (const [name, url, shown] of visits) {
  const heard = []
  for (let run = 0; run < Number(values.runs); run += 1) heard.push(await visit(browser, url, shown))
  const of = (key) => heard.map((one) => one[key])
  console.log(
    `${name.padEnd(24)} ${(middle(of('bytes')) / 1000).toFixed(0).padStart(6)} kB ` +
      `${String(middle(of('requests'))).padStart(4)} requests  ` +
      `shown after ${middle(of('seconds')).toFixed(2)} s (${Math.min(...of('seconds')).toFixed(2)} to ${Math.max(...of('seconds')).toFixed(2)})`,
  )
}
server?.close()
await browser.close()
