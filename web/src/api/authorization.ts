import { type Address, type Hex, keccak256, stringToHex, toHex } from 'viem'

/** The longest that the service takes, less what two clocks may differ. */
export const ACCESS_SECONDS = 3600 - 120
export const ACTION_SECONDS = 600 - 120

const ACCESS = [
  { name: 'instance', type: 'string' },
  { name: 'account', type: 'address' },
  { name: 'expires', type: 'uint256' },
] as const
const ACTION = [
  { name: 'instance', type: 'string' },
  { name: 'account', type: 'address' },
  { name: 'method', type: 'string' },
  { name: 'path', type: 'string' },
  { name: 'body', type: 'bytes32' },
  { name: 'expires', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const

/** Who signs for which deployment. */
export interface Signer {
  instance: string
  chainId: number
  account: Address
}

/** One request that changes something; `body` is its text as sent, '' for none. */
export interface Request {
  method: 'POST' | 'PUT' | 'DELETE'
  /** Without a query. */
  path: string
  body: string
}

function domainOf(signer: Signer) {
  return { name: 'wattmarket service', version: '1', chainId: signer.chainId } as const
}

/** The typed data that opens a member's own data until `expires` (Unix seconds). */
export function accessData(signer: Signer, expires: number) {
  return {
    domain: domainOf(signer),
    types: { Access: ACCESS },
    primaryType: 'Access',
    message: { instance: signer.instance, account: signer.account, expires: BigInt(expires) },
  } as const
}

/** The typed data of one request; `nonce` is 32 random bytes and counts once. */
export function actionData(signer: Signer, request: Request, expires: number, nonce: Hex) {
  return {
    domain: domainOf(signer),
    types: { Action: ACTION },
    primaryType: 'Action',
    message: {
      instance: signer.instance,
      account: signer.account,
      method: request.method,
      path: request.path,
      body: keccak256(stringToHex(request.body)),
      expires: BigInt(expires),
      nonce,
    },
  } as const
}

/** The value of the Authorization header for a signature. */
export function authorization(
  account: Address,
  expires: number,
  signature: Hex,
  nonce?: Hex,
): string {
  const once = nonce === undefined ? '' : `, nonce=${nonce}`
  return `Wattmarket account=${account}, expires=${expires}${once}, signature=${signature}`
}

export function freshNonce(): Hex {
  return toHex(window.crypto.getRandomValues(new Uint8Array(32)))
}
