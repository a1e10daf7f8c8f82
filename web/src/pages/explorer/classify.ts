/** What a searched text can be, by its shape alone. */
export type Wanted =
  | { kind: 'empty' }
  | { kind: 'hash'; hash: `0x${string}` }
  | { kind: 'address'; address: `0x${string}` }
  | { kind: 'number'; number: bigint }
  | { kind: 'posting'; feed: 'electricity' | 'elecoin'; epoch: bigint }
  | { kind: 'contract'; name: string }
  | { kind: 'hex'; text: string; digits: number }
  | { kind: 'name'; name: string }

const MOST_NAME = 80

/** What a text asks for. `contracts` are the deployment's names. Spaces around it do not count. */
export function classify(text: string, contracts: readonly string[]): Wanted {
  const asked = text.trim()
  if (asked === '') return { kind: 'empty' }
  if (/^0x[0-9a-f]{64}$/i.test(asked)) return { kind: 'hash', hash: lower(asked) }
  if (/^0x[0-9a-f]{40}$/i.test(asked)) return { kind: 'address', address: lower(asked) }
  // Digits may be grouped as the page shows them.
  const digits = asked.replace(/^#/, '').replaceAll(/(?<=\d)[\s.,’'_](?=\d{3}(?!\d))/g, '')
  if (/^\d{1,20}$/.test(digits)) return { kind: 'number', number: BigInt(digits) }
  const posting = /^(electricity|elecoin)\s*:\s*(\d{1,10})$/i.exec(asked)
  if (posting !== null) {
    const feed = posting[1]?.toLowerCase() === 'elecoin' ? 'elecoin' : 'electricity'
    return { kind: 'posting', feed, epoch: BigInt(posting[2] ?? '0') }
  }
  const contract = contracts.find((one) => one.toLowerCase() === asked.toLowerCase())
  if (contract !== undefined) return { kind: 'contract', name: contract }
  if (/^0x[0-9a-f]*$/i.test(asked))
    return { kind: 'hex', text: asked.toLowerCase(), digits: asked.length - 2 }
  return { kind: 'name', name: asked.slice(0, MOST_NAME) }
}

function lower(hex: string): `0x${string}` {
  return hex.toLowerCase() as `0x${string}`
}
