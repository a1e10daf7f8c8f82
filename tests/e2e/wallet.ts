import { randomUUID } from 'node:crypto'
import type { BrowserContext } from '@playwright/test'
import {
  createWalletClient,
  defineChain,
  type Hash,
  type Hex,
  http,
  isAddress,
  isAddressEqual,
  isHex,
  toHex,
  type TypedDataDefinition,
} from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { type Answer, type Detail, injectWallet } from './injected.ts'

/** What EIP-1193, EIP-3085 and EIP-3326 call things. */
export const CODES = {
  rejected: 4001,
  unauthorized: 4100,
  unknownChain: 4902,
  invalidParams: -32602,
  internal: -32603,
} as const

/** What a wallet answers instead of a result. */
export class WalletError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message)
  }
}

export interface WalletOptions {
  /** Private keys of the accounts, the selected one first. */
  keys: readonly Hex[]
  /** Address of a node by chain id: the networks that the wallet knows. */
  networks: Readonly<Record<number, string>>
  /** The network that is selected. */
  chainId: number
  /** As the wallet announces itself by EIP-6963. */
  name?: string
  rdns?: string
  /** False: an old wallet, which is `window.ethereum` and announces nothing. */
  announced?: boolean
}

interface Asked {
  method: string
  params: readonly unknown[]
}

/** A transaction as the page asks for it. */
interface Wanted {
  from?: string
  to?: Hex
  data?: Hex
  value?: Hex
  gas?: Hex
}

interface Signed {
  account: PrivateKeyAccount
  chainId: number
  nonce: number
  to: Hex | undefined
  data: Hex | undefined
  value: bigint
  gas: bigint
  fee: bigint
}

/** A wallet that behaves towards a page as MetaMask does; its keys stay in Node. */
export class Wallet {
  /** Everything that the page asked, in order. */
  readonly log: Asked[] = []
  private readonly networks = new Map<number, string>()
  private readonly accounts: PrivateKeyAccount[]
  private readonly sent = new Map<Hash, Signed>()
  private permitted: Hex[] = []
  private rejects = false
  private holds = false

  private constructor(
    private readonly context: BrowserContext,
    options: WalletOptions,
    private current = options.chainId,
  ) {
    this.accounts = options.keys.map((key) => privateKeyToAccount(key))
    for (const [id, url] of Object.entries(options.networks)) this.networks.set(Number(id), url)
  }

  /** Installs a wallet in every page that the context opens from now on. */
  static async install(context: BrowserContext, options: WalletOptions): Promise<Wallet> {
    const wallet = new Wallet(context, options)
    const rdns = options.rdns ?? 'io.metamask'
    const binding = `__wallet_${rdns.replaceAll('.', '_')}`
    await context.exposeFunction(binding, (method: string, params: unknown) =>
      wallet.answer(method, Array.isArray(params) ? params : []),
    )
    const detail: Detail = {
      binding,
      uuid: randomUUID(),
      name: options.name ?? 'MetaMask',
      rdns,
      announced: options.announced ?? true,
    }
    await context.addInitScript(injectWallet, detail)
    return wallet
  }

  get address(): Hex {
    return this.account(0).address
  }

  /** The transaction that it sent last. */
  get lastSent(): Hash {
    const last = [...this.sent.keys()].at(-1)
    if (last === undefined) throw new Error('this wallet sent nothing')
    return last
  }

  get chainId(): number {
    return this.current
  }

  /** The person says no to the next thing that she is asked. */
  rejectNext(): void {
    this.rejects = true
  }

  /** The next transaction waits for an earlier one that the network lacks, until `release`. */
  holdNext(): void {
    this.holds = true
  }

  /** Sends the earlier one, a transfer of nothing to herself. */
  async release(hash: Hash): Promise<void> {
    const sent = this.sentAs(hash)
    const to = sent.account.address
    await this.broadcast({ ...sent, nonce: sent.nonce - 1, to, data: undefined, value: 0n })
  }

  /** The person selects another network in the wallet itself. */
  async switchTo(chainId: number, url?: string): Promise<void> {
    if (url !== undefined) this.networks.set(chainId, url)
    await this.select(chainId)
  }

  /** The person selects another of her accounts; a connected page is told. */
  async switchAccount(place: number): Promise<void> {
    const chosen = this.account(place)
    this.accounts.splice(place, 1)
    this.accounts.unshift(chosen)
    if (this.permitted.length === 0) return
    this.permitted = [lower(chosen)]
    await this.emit('accountsChanged', this.permitted)
  }

  /** The person disconnects the page in the wallet itself. */
  async revoke(): Promise<void> {
    this.permitted = []
    await this.emit('accountsChanged', [])
  }

  /** "Speed up": the same transaction again, with a fee that replaces it. Returns its hash. */
  async speedUp(hash: Hash): Promise<Hash> {
    const sent = this.sentAs(hash)
    return this.broadcast({ ...sent, fee: replacing(sent.fee) })
  }

  /** "Cancel": a transaction to herself takes the place of one that is not mined yet. */
  async cancel(hash: Hash): Promise<Hash> {
    const sent = this.sentAs(hash)
    const to = sent.account.address
    return this.broadcast({ ...sent, to, data: undefined, value: 0n, fee: replacing(sent.fee) })
  }

  private account(place: number): PrivateKeyAccount {
    const found = this.accounts[place]
    if (found === undefined) throw new Error(`the wallet has no account ${place}`)
    return found
  }

  private sentAs(hash: Hash): Signed {
    const sent = this.sent.get(hash)
    if (sent === undefined) throw new Error(`this wallet did not send ${hash}`)
    return sent
  }

  private async answer(method: string, params: readonly unknown[]): Promise<Answer> {
    this.log.push({ method, params })
    try {
      return { result: (await this.handle(method, params)) ?? null }
    } catch (error) {
      const { code = CODES.internal, data } = error as Partial<WalletError>
      const message = (error as { shortMessage?: string }).shortMessage ?? String(error)
      return {
        error: { code, message: error instanceof WalletError ? error.message : message, data },
      }
    }
  }

  private async handle(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case 'eth_accounts':
        return this.permitted
      case 'eth_requestAccounts':
        if (this.permitted.length === 0) await this.permit()
        return this.permitted
      case 'wallet_requestPermissions':
        await this.permit()
        return this.permissions()
      case 'wallet_getPermissions':
        return this.permissions()
      case 'wallet_revokePermissions':
        return this.revoke()
      case 'eth_chainId':
        return toHex(this.current)
      case 'net_version':
        return String(this.current)
      case 'wallet_switchEthereumChain':
        return this.switchAsked(params[0])
      case 'wallet_addEthereumChain':
        return this.addAsked(params[0])
      case 'personal_sign': {
        const account = this.authorized(params[1])
        if (!isHex(params[0])) throw invalid('personal_sign: the message is hex')
        this.confirm()
        return account.signMessage({ message: { raw: params[0] } })
      }
      case 'eth_signTypedData_v4':
        return this.signTyped(params)
      case 'eth_sendTransaction':
        return this.send((params[0] ?? {}) as Wanted)
      case 'eth_sign':
        throw new WalletError(-32601, 'The method "eth_sign" does not exist / is not available.')
      default:
        return this.ask(method, params)
    }
  }

  private confirm(): void {
    const rejects = this.rejects
    this.rejects = false
    if (rejects) throw new WalletError(CODES.rejected, 'User rejected the request.')
  }

  private async permit(): Promise<void> {
    this.confirm()
    this.permitted = [lower(this.account(0))]
    await this.emit('accountsChanged', this.permitted)
  }

  private permissions(): unknown[] {
    if (this.permitted.length === 0) return []
    const caveats = [{ type: 'restrictReturnedAccounts', value: this.permitted }]
    return [{ parentCapability: 'eth_accounts', caveats }]
  }

  private authorized(from: unknown): PrivateKeyAccount {
    if (typeof from !== 'string' || !isAddress(from, { strict: false }))
      throw invalid('Invalid parameters: must provide an Ethereum address.')
    const found = this.accounts.find((one) => isAddressEqual(one.address, from))
    if (found === undefined || !this.permitted.includes(lower(found)))
      throw new WalletError(
        CODES.unauthorized,
        'The requested account and/or method has not been authorized by the user.',
      )
    return found
  }

  private async switchAsked(asked: unknown): Promise<void> {
    const id = chainIdOf(asked)
    if (!this.networks.has(id))
      throw new WalletError(
        CODES.unknownChain,
        `Unrecognized chain ID "${toHex(id)}". Try adding the chain using wallet_addEthereumChain first.`,
      )
    if (id === this.current) return
    this.confirm()
    await this.select(id)
  }

  private async addAsked(asked: unknown): Promise<void> {
    const id = chainIdOf(asked)
    const { chainName, nativeCurrency, rpcUrls } = asked as {
      chainName?: unknown
      nativeCurrency?: { symbol?: unknown; decimals?: unknown }
      rpcUrls?: unknown
    }
    if (typeof chainName !== 'string' || chainName === '')
      throw invalid("Expected non-empty string 'chainName'.")
    const { symbol, decimals } = nativeCurrency ?? {}
    if (decimals !== 18 || typeof symbol !== 'string' || symbol.length < 1 || symbol.length > 6)
      throw invalid("Expected 'nativeCurrency' of 18 decimals with a symbol of 1 to 6 characters.")
    const [url] = (Array.isArray(rpcUrls) ? rpcUrls : []).filter(usable)
    if (url === undefined)
      throw invalid("Expected an array with at least one valid string HTTPS url 'rpcUrls'.")
    if (Number(await request(url, 'eth_chainId', [])) !== id)
      throw invalid(`Chain ID returned by RPC URL ${url} does not match ${toHex(id)}`)
    this.confirm()
    this.networks.set(id, url)
    await this.select(id)
  }

  private async signTyped([from, typed]: readonly unknown[]): Promise<Hex> {
    const account = this.authorized(from)
    const data = (typeof typed === 'string' ? JSON.parse(typed) : typed) as TypedDataDefinition & {
      domain?: { chainId?: unknown }
    }
    const chainId = data.domain?.chainId
    if (chainId !== undefined && Number(chainId) !== this.current)
      throw invalid(
        `Provided chainId "${String(chainId)}" must match the active chainId "${this.current}"`,
      )
    this.confirm()
    return account.signTypedData(data)
  }

  private async send(wanted: Wanted): Promise<Hash> {
    const account = this.authorized(wanted.from)
    if (wanted.to !== undefined && !isAddress(wanted.to, { strict: false }))
      throw invalid('Invalid "to" address.')
    this.confirm()
    const { from: _, ...rest } = wanted
    const call = { from: account.address, ...rest }
    const count = Number(await this.ask('eth_getTransactionCount', [account.address, 'pending']))
    const nonce = this.holds ? count + 1 : count
    this.holds = false
    return this.broadcast({
      account,
      chainId: this.current,
      nonce,
      to: wanted.to,
      data: wanted.data,
      value: BigInt(wanted.value ?? 0),
      gas: BigInt((wanted.gas ?? (await this.ask('eth_estimateGas', [call]))) as Hex),
      fee: BigInt((await this.ask('eth_gasPrice', [])) as Hex),
    })
  }

  private async broadcast(signed: Signed): Promise<Hash> {
    const { account, chainId, fee, to, data, ...rest } = signed
    const url = this.url(chainId)
    const chain = defineChain({
      id: chainId,
      name: 'as the wallet knows it',
      nativeCurrency: { name: 'coin', symbol: 'COIN', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    })
    const client = createWalletClient({ account, chain, transport: http(url) })
    const hash = await client.sendTransaction({
      ...rest,
      ...(to === undefined ? {} : { to }),
      ...(data === undefined ? {} : { data }),
      maxFeePerGas: fee,
      maxPriorityFeePerGas: fee,
    })
    this.sent.set(hash, signed)
    return hash
  }

  private url(chainId: number): string {
    const url = this.networks.get(chainId)
    if (url === undefined) throw new WalletError(CODES.internal, `no network ${chainId}`)
    return url
  }

  private ask(method: string, params: readonly unknown[]): Promise<unknown> {
    return request(this.url(this.current), method, params)
  }

  private async select(chainId: number): Promise<void> {
    if (this.current === chainId) return
    this.current = chainId
    await this.emit('chainChanged', toHex(chainId))
  }

  private async emit(event: string, value: unknown): Promise<void> {
    await Promise.all(
      this.context.pages().map((page) =>
        page
          .evaluate(
            ([name, told]) =>
              window.dispatchEvent(new CustomEvent('wallet-event', { detail: [name, told] })),
            [event, value] as const,
          )
          // A page that is just loading asks for itself.
          .catch(() => undefined),
      ),
    )
  }
}

function lower(account: PrivateKeyAccount): Hex {
  return account.address.toLowerCase() as Hex
}

/** Nodes take a replacement whose fee is at least a tenth higher. */
function replacing(fee: bigint): bigint {
  return (fee * 12n) / 10n + 1_000_000_000n
}

function invalid(message: string): WalletError {
  return new WalletError(CODES.invalidParams, message)
}

function chainIdOf(asked: unknown): number {
  const { chainId } = (asked ?? {}) as { chainId?: unknown }
  if (typeof chainId !== 'string' || !/^0x[1-9a-f][0-9a-f]*$/.test(chainId))
    throw invalid(`Expected 0x-prefixed, unpadded, non-zero hexadecimal string 'chainId'.`)
  return Number(chainId)
}

/** MetaMask takes plain http only where it leads to this machine. */
function usable(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

async function request(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const told = (await answer.json()) as {
    result?: unknown
    error?: { code: number; message: string; data?: unknown }
  }
  if (told.error) throw new WalletError(told.error.code, told.error.message, told.error.data)
  return told.result
}
