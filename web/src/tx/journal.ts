import { useSyncExternalStore } from 'react'
import type { Hash } from 'viem'
import type { Slot } from './slot'

/** One transaction that the reader sent from this page. */
export interface Sent {
  hash: Hash
  account: string
  /** What it does, in the words that the reader saw. */
  what: string
  /** Wall milliseconds: only to sort and to forget. */
  sentAt: number
  state: 'pending' | 'confirmed' | 'failed' | 'cancelled' | 'lost'
  /** What the node said of it while it waited: nodes forget what is replaced. */
  slot?: Slot
  /** Why it failed, as a sentence. */
  why?: string
  /** It was replaced: the one that was mined instead. */
  instead?: Hash
  block?: number
  gas?: string
}

const MOST = 50
const listeners = new Set<() => void>()
let key: string | null = null
let all: readonly Sent[] = []

function isSent(value: unknown): value is Sent {
  const one = value as Partial<Sent> | null
  return (
    typeof one?.hash === 'string' && typeof one.what === 'string' && typeof one.state === 'string'
  )
}

/** Opens what was kept under a name; what is not a journal counts as empty. */
export function openJournal(name: string): void {
  key = name
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(name) ?? '[]')
    all = Array.isArray(kept) ? kept.filter(isSent) : []
  } catch {
    all = []
  }
  for (const listener of listeners) listener()
}

function keep(changed: readonly Sent[]): void {
  all = changed.slice(0, MOST)
  if (key !== null) window.localStorage.setItem(key, JSON.stringify(all))
  for (const listener of listeners) listener()
}

/** Writes down a transaction as soon as its hash is known. */
export function wroteDown(sent: Sent): void {
  keep([sent, ...all.filter((one) => one.hash !== sent.hash)])
}

/** Writes down what became of it. */
export function became(hash: Hash, change: Partial<Sent>): void {
  keep(all.map((one) => (one.hash === hash ? { ...one, ...change } : one)))
}

export function sentByNow(): readonly Sent[] {
  return all
}

/** The journal, newest first, followed as it changes. */
export function useJournal(): readonly Sent[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, sentByNow)
}
