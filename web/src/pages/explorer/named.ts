import { ServiceError } from '../../api/client'
import type { Named } from './find'

interface Item {
  kind: 'member' | 'period' | 'round'
  label: string
  address?: string | null
  number?: number | null
}

/** What the service finds of a name or number. Throws ServiceError. */
export async function named(text: string): Promise<readonly Named[]> {
  const answer = await fetch(`/api/find?q=${encodeURIComponent(text)}`)
  if (!answer.ok) throw new ServiceError(answer.status, `status ${answer.status}`)
  const { items } = (await answer.json()) as { items: readonly Item[] }
  return items.map((item) => ({ kind: item.kind, label: item.label, path: pathOf(item) }))
}

function pathOf(item: Item): string {
  if (item.kind === 'member') return `/explorer/address/${item.address}`
  if (item.kind === 'period') return `/explorer/posting/electricity/${item.number}`
  return '/rewards'
}
