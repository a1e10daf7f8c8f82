import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'

/** What the chain's latest block said, as the service tells it. */
export interface HeadEvent {
  block: number
  timestamp: number
}

export type LinkState = 'connecting' | 'open' | 'down'

interface Live {
  link: LinkState
  head: HeadEvent | null
}

let live: Live = { link: 'connecting', head: null }
const listeners = new Set<() => void>()

function set(change: Partial<Live>): void {
  live = { ...live, ...change }
  for (const listener of listeners) listener()
}

/** Which of the service's answers an event makes old, by the first part of their keys. */
const MAKES_OLD: Record<string, readonly string[]> = {
  period: ['rounds', 'prices', 'book', 'own', 'contests'],
  posting: ['prices', 'rounds', 'posting', 'book'],
  reputation: ['reputation', 'members', 'contests'],
}

/** Follows the service's events until the returned function is called. */
export function followEvents(queries: QueryClient): () => void {
  const source = new EventSource('/api/events')
  source.addEventListener('open', () => set({ link: 'open' }))
  // The browser comes back by itself, with the last event's number.
  source.addEventListener('error', () => set({ link: 'down' }))
  source.addEventListener('block', (event: MessageEvent<string>) => {
    set({ link: 'open', head: JSON.parse(event.data) as HeadEvent })
  })
  for (const [kind, keys] of Object.entries(MAKES_OLD)) {
    source.addEventListener(kind, () => {
      for (const key of keys) void queries.invalidateQueries({ queryKey: [key] })
    })
  }
  return () => source.close()
}

/** The link to the service and the latest block it told of. */
export function useLive(): Live {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => live,
  )
}
