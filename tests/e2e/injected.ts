/** How a page sees the wallet: what `injectWallet` is told. */
export interface Detail {
  /** The function of the page that leads to the wallet in Node. */
  binding: string
  uuid: string
  name: string
  rdns: string
  announced: boolean
}

/** What the wallet answers, as it goes from Node to the page. */
export interface Answer {
  result?: unknown
  error?: { code: number; message: string; data?: unknown }
}

/** Runs in the page before its own scripts: `window.ethereum`, and the announcement of EIP-6963. */
export function injectWallet({ binding, uuid, name, rdns, announced }: Detail): void {
  type Listener = (value: unknown) => void
  const listeners = new Map<string, Set<Listener>>()
  const provider = {
    isMetaMask: true,
    async request({ method, params }: { method: string; params?: unknown }) {
      const ask = Reflect.get(window, binding) as (m: string, p: unknown) => Promise<Answer>
      const { result, error } = await ask(method, params)
      if (error === undefined) return result
      throw Object.assign(new Error(error.message), error)
    },
    on(event: string, listener: Listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
      return provider
    },
    removeListener(event: string, listener: Listener) {
      listeners.get(event)?.delete(listener)
      return provider
    },
  }
  window.addEventListener('wallet-event', (event) => {
    const [kind, value] = (event as CustomEvent<[string, unknown]>).detail
    for (const listener of listeners.get(kind) ?? []) listener(value)
  })
  Object.defineProperty(window, 'ethereum', { value: provider, configurable: true })
  if (!announced) return
  const icon = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/%3E'
  const detail = Object.freeze({ info: Object.freeze({ uuid, name, rdns, icon }), provider })
  const announce = () =>
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  window.addEventListener('eip6963:requestProvider', announce)
  announce()
}
