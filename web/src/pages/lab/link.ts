import { isTable, type Table } from './json'

/** Longer links are cut off by mail programs and servers. */
const LONGEST = 6000

/** What a link to the lab holds. */
export interface Link {
  game: string
  scenario: Table | null
  /** Which of the game's examples, or of which of the papers' figures. */
  example: number | null
  paper: string | null
  seed: number
}

/** The path and query of a game with a scenario; without the scenario where it is too long. */
export function linkTo(game: string, scenario: Table, seed: number): string {
  const packed = pack(scenario)
  return `${path(game)}${query(packed.length <= LONGEST ? { s: packed } : {}, seed)}`
}

export function linkToExample(game: string, example: number, seed = 0): string {
  return `${path(game)}${query(example === 0 ? {} : { example: String(example) }, seed)}`
}

export function linkToPaper(game: string, figure: string, seed = 0): string {
  return `${path(game)}${query({ paper: figure }, seed)}`
}

/** Whether a scenario fits into a link. */
export function fits(scenario: Table): boolean {
  return pack(scenario).length <= LONGEST
}

/** What a link says; a scenario that cannot be read counts as none. */
export function linkFrom(game: string, search: string): Link {
  const given = new URLSearchParams(search)
  const packed = given.get('s')
  const example = whole(given.get('example'))
  return {
    game,
    scenario: packed === null ? null : unpack(packed),
    example,
    paper: given.get('paper'),
    seed: whole(given.get('seed')) ?? 0,
  }
}

function path(game: string): string {
  return `/lab/${encodeURIComponent(game)}`
}

function query(parts: Record<string, string>, seed: number): string {
  const said = new URLSearchParams(parts)
  if (seed !== 0) said.set('seed', String(seed))
  const text = said.toString()
  return text === '' ? '' : `?${text}`
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null
}

/** JSON as base64 whose letters mean nothing in an address. */
function pack(scenario: Table): string {
  const bytes = new TextEncoder().encode(JSON.stringify(scenario))
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function unpack(packed: string): Table | null {
  try {
    const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    const found: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isTable(found) ? found : null
  } catch {
    return null
  }
}
