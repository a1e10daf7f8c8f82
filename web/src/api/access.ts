import { useSyncExternalStore } from 'react'
import { useSigned } from './signed'

/** The operator's token as she pasted it: in memory only, so that a reload forgets it. */
let token: string | null = null
const listeners = new Set<() => void>()

export function setToken(given: string | null): void {
  token = given === null || given.trim() === '' ? null : given.trim()
  for (const listener of listeners) listener()
}

/** Whether a text can be a token: printable, without spaces, 32 characters or more. */
export function looksLikeToken(text: string): boolean {
  return /^[\x21-\x7e]{32,200}$/.test(text.trim())
}

export interface Access {
  /** The Authorization header of what only the operator reads, or null. */
  header: string | null
  /** How it was given. */
  by: 'token' | 'wallet' | null
  /** Whether a wallet is there to sign. */
  canSign: boolean
  /** Asks the wallet for a signature that opens the operator's data. Throws what it says. */
  sign(): Promise<string>
  /** The header of one request that changes something: the token, else a signature of its own. */
  change(path: string, body: unknown): Promise<string>
  forget(): void
}

/** How the operator's data is opened: by her token, or by the administrator's signature. */
export function useAccess(): Access {
  const signed = useSigned()
  const held = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => token,
  )
  const bearer = held === null ? null : `Bearer ${held}`
  return {
    header: bearer ?? signed.header,
    by: bearer !== null ? 'token' : signed.header !== null ? 'wallet' : null,
    canSign: signed.ready,
    sign: () => signed.access(),
    change: async (path, body) => bearer ?? (await signed.action('POST', path, body)),
    forget() {
      setToken(null)
      signed.forget()
    },
  }
}
