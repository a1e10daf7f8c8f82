import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Address, type Hex, keccak256, stringToHex } from 'viem'

const ROOT = join(import.meta.dirname, '../..')
const PROGRAM = join(ROOT, '.venv/bin/wattmarket')
const PYTHON = join(ROOT, '.venv/bin/python')
const SEED = 7
/** Night hours on their own teach nothing: the market goes on from here to the morning. */
const PERIODS = 4
/** Wall seconds of a live period: one can trade for two thirds of them, rate for the next two. */
const LIVE_SECONDS = 12
const START_MS = 180_000
const MORNING = 10

/** A running market: what the tests must know of it. */
export interface Market {
  /** Where the page is. */
  url: string
  /** The chain itself, past the service's allow-list. */
  node: string
  folder: string
  pid: number
  chainPid: number
}

/** The key of a member of the community that ships with the package, as the run derives it. */
export function memberKey(name: string): Hex {
  return keccak256(stringToHex(`wattmarket development key ${SEED} ${name}`))
}

/** Starts the market day and waits until it goes on by itself in the morning. */
export function startMarket(): Promise<Market> {
  return started(
    PROGRAM,
    async (said, { folder, pid }) => {
      const url = /^service (\S+)$/m.exec(said)?.[1]
      const node = /^chain (\S+)$/m.exec(said)?.[1]
      if (url === undefined || node === undefined || !(await isMorning(url))) return null
      return { url, node, folder, pid, chainPid: anvilOf(pid) }
    },
    (folder) => {
      const line = ['run', '--live', '--live-seconds', `${LIVE_SECONDS}`, '--seed', `${SEED}`]
      return [...line, '--periods', `${PERIODS}`, '--folder', join(folder, 'run')]
    },
  )
}

/** A market that nobody drives: `quiet_market.py` says what it is. */
export interface QuietMarket extends Market {
  /** The contract that administrates it. */
  office: Address
  /** The market's own contract. */
  contract: Address
  /** Private keys by what their owners are. */
  keys: Record<'winner' | 'operator' | 'slow', Hex>
}

/** Starts it and waits until its store has followed the chain. */
export function startQuietMarket(): Promise<QuietMarket> {
  return started(
    PYTHON,
    async (said, { folder, pid }) => {
      const url = /^serving \S+ at (http\S+);/m.exec(said)?.[1]
      const told = /^\{.*\}$/m.exec(said)?.[0]
      if (url === undefined || told === undefined || !(await isDrawn(url))) return null
      const { node, office, market, ...keys } = JSON.parse(told) as QuietMarket['keys'] & {
        node: string
        office: Address
        market: Address
      }
      return { url, node, office, contract: market, keys, folder, pid, chainPid: anvilOf(pid) }
    },
    (folder) => [join(import.meta.dirname, 'quiet_market.py'), folder],
  )
}

interface Place {
  folder: string
  pid: number
}

/** Starts a program in a folder of its own and waits until it is what it should be. */
async function started<Of extends Market>(
  program: string,
  ready: (said: string, place: Place) => Promise<Of | null>,
  lineIn: (folder: string) => readonly string[],
): Promise<Of> {
  const folder = mkdtempSync(join(tmpdir(), 'wattmarket-e2e-'))
  const log = join(folder, 'run.log')
  const output = openSync(log, 'w')
  const child = spawn(program, lineIn(folder), {
    cwd: ROOT,
    stdio: ['ignore', output, output],
    env: { ...process.env, PYTHONPATH: ROOT, COLUMNS: '200', NO_COLOR: '1' },
  })
  closeSync(output)
  const until = Date.now() + START_MS
  const said = () => readFileSync(log, 'utf8')
  const trouble = (what: string) => new Error(`${program}: ${what}\n${said().slice(-2000)}`)
  try {
    while (Date.now() < until) {
      await sleep(100)
      if (child.exitCode !== null) throw trouble(`ended with ${child.exitCode}`)
      const found = child.pid === undefined ? null : await ready(said(), { folder, pid: child.pid })
      if (found !== null) return found
    }
    throw trouble(`not ready after ${START_MS / 1000} s`)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

async function isDrawn(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/contests`)
  const contests = (await answer.json()) as { state: string }[]
  return contests.some(({ state }) => state === 'drawn')
}

async function isMorning(url: string): Promise<boolean> {
  const [health, market] = await Promise.all(
    ['/api/health', '/api/market'].map(async (path) => (await fetch(url + path)).json()),
  )
  const { block_time: time } = health as { block_time: number | null }
  const { timezone: timeZone } = market as { timezone: string }
  if (time === null) return false
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' })
  return Number(hour.format(new Date(time * 1000))) >= MORNING
}

/** The process of the chain's node, a child of the run. */
function anvilOf(pid: number): number {
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ')
    for (const child of children.filter((one) => one !== '').map(Number))
      if (readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'anvil') return child
  }
  throw new Error(`the run (process ${pid}) has no Anvil`)
}

/** Stops the market as Ctrl-C does. Throws where a process is left, and ends it. */
export async function stopMarket(market: Market): Promise<void> {
  for (const pid of [market.chainPid, market.pid]) send(pid, 'SIGCONT')
  send(market.pid, 'SIGINT')
  const until = Date.now() + 20_000
  while (runs(market.pid) && Date.now() < until) await sleep(50)
  const left = [market.pid, market.chainPid].filter(runs)
  for (const pid of left) send(pid, 'SIGKILL')
  rmSync(market.folder, { recursive: true, force: true })
  if (left.length > 0) throw new Error(`still running after Ctrl-C: ${left.join(', ')}`)
}

/** Sends a signal to a process, if it is there. */
export function send(pid: number, signal: NodeJS.Signals): void {
  if (runs(pid)) process.kill(pid, signal)
}

function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Runs a statement on the market's store, behind the service's back. */
export function writeStore(market: Market, statement: string, values: readonly string[]): void {
  onStore(market, statement, values)
}

/** The first column of what a statement finds in the market's store. */
export function readStore(market: Market, statement: string): string[] {
  return JSON.parse(onStore(market, statement, [])) as string[]
}

function onStore(market: Market, statement: string, values: readonly string[]): string {
  const program = `import json, sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=20) as store:
    print(json.dumps([row[0] for row in store.execute(sys.argv[2], sys.argv[3:])]))`
  const store = join(market.folder, 'run/store.sqlite')
  const line = ['-c', program, store, statement, ...values]
  return execFileSync(PYTHON, line, { encoding: 'utf8' })
}
