import { useSyncExternalStore } from 'react'
import type { Hex } from 'viem'
import { useConnection, useSignTypedData } from 'wagmi'
import { texts } from '../i18n/catalogue'
import {
  ACCESS_SECONDS,
  accessData,
  ACTION_SECONDS,
  actionData,
  authorization,
  freshNonce,
  type Request,
  type Signer,
} from './authorization'
import { useMarket } from './market'

const useTexts = texts(
  {
    off: 'Connect a wallet on this market’s network first.',
    contract: 'This wallet is a contract; the service understands plain accounts only.',
  },
  {
    de: {
      off: 'Verbinden Sie zuerst eine Wallet im Netz dieses Marktes.',
      contract: 'Diese Wallet ist ein Vertrag; der Dienst versteht nur einfache Konten.',
    },
  },
)

interface Pass {
  header: string
  expires: number
}

/** Signatures that open own data: in memory only, so that a reload forgets them. */
const passes = new Map<string, Pass>()
const listeners = new Set<() => void>()
/** A little early, so that none expires on its way. */
const MARGIN = 20

function keyOf(signer: Signer): string {
  return `${signer.instance} ${signer.account.toLowerCase()}`
}

function keep(signer: Signer, pass: Pass | null): void {
  if (pass === null) passes.delete(keyOf(signer))
  else passes.set(keyOf(signer), pass)
  for (const listener of listeners) listener()
}

function held(signer: Signer | null): string | null {
  const pass = signer === null ? undefined : passes.get(keyOf(signer))
  return pass !== undefined && pass.expires > Date.now() / 1000 + MARGIN ? pass.header : null
}

/** The service's clock judges a signature: its time, or this computer's where it does not say. */
async function serviceSeconds(): Promise<number> {
  try {
    const said = (await fetch('/livez', { cache: 'no-store' })).headers.get('date')
    const time = said === null ? Number.NaN : Date.parse(said)
    if (Number.isFinite(time)) return Math.floor(time / 1000)
  } catch {
    // The request that the signature is for will say that the service is down.
  }
  return Math.floor(Date.now() / 1000)
}

export interface Signed {
  /** Whether a wallet is connected on this market's chain, so that it can sign. */
  ready: boolean
  /** The Authorization header of own data, where the wallet has signed one that still holds. */
  header: string | null
  /** The same; opens the wallet if there is none. Throws what the wallet says. */
  access(): Promise<string>
  /** The Authorization header of one request that changes something; opens the wallet each time.
   *
   * `body` is what `api.POST` is given as its body (both write it by JSON.stringify).
   */
  action(method: Request['method'], path: string, body?: unknown): Promise<string>
  /** Drops the signature, as after the service answered 401. */
  forget(): void
}

/** Signs requests to the service with the reader's wallet: reading her own data, changing it. */
export function useSigned(): Signed {
  const t = useTexts()
  const market = useMarket()
  const connection = useConnection()
  const sign = useSignTypedData()
  const ready = connection.address !== undefined && connection.chainId === market.chain_id
  const signer: Signer | null =
    connection.address === undefined
      ? null
      : {
          instance: market.instance_id,
          chainId: market.chain_id,
          account: connection.address,
        }
  const header = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => held(signer),
  )

  const whoSigns = (): Signer => {
    if (signer === null || !ready) throw new Error(t.off)
    return signer
  }
  const plain = (signature: Hex): Hex => {
    if (signature.length !== 132) throw new Error(t.contract)
    return signature
  }
  return {
    ready,
    header,
    async access() {
      const who = whoSigns()
      const known = held(who)
      if (known !== null) return known
      const expires = (await serviceSeconds()) + ACCESS_SECONDS
      const until = Date.now() / 1000 + ACCESS_SECONDS
      const signature = plain(
        await sign.mutateAsync({ ...accessData(who, expires), account: who.account }),
      )
      const made = authorization(who.account, expires, signature)
      keep(who, { header: made, expires: until })
      return made
    },
    async action(method, path, body) {
      const who = whoSigns()
      const text = body === undefined ? '' : JSON.stringify(body)
      const expires = (await serviceSeconds()) + ACTION_SECONDS
      const nonce = freshNonce()
      const typed = actionData(who, { method, path, body: text }, expires, nonce)
      const signature = plain(await sign.mutateAsync({ ...typed, account: who.account }))
      return authorization(who.account, expires, signature, nonce)
    },
    forget() {
      if (signer !== null) keep(signer, null)
    },
  }
}
