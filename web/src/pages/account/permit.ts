import { type Address, type Hex, hexToNumber, size, slice } from 'viem'

/** What a holder signs so that `spender` may take `value` of her elecoins (EIP-2612).
 *
 * `deadline` in chain seconds, the signature's last; `nonce` her next one of the token.
 */
export function permitData(terms: {
  chainId: number
  token: Address
  owner: Address
  spender: Address
  value: bigint
  nonce: bigint
  deadline: bigint
}) {
  const { chainId, token, owner, spender, value, nonce, deadline } = terms
  return {
    domain: { name: 'Elecoin', version: '1', chainId, verifyingContract: token },
    types: {
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    message: { owner, spender, value, nonce, deadline },
  } as const
}

/** The parts of a 65-byte signature as a contract takes them; `v` is 27 or 28. Throws for others:
 * a wallet that is itself a contract cannot sign a permit. */
export function signatureParts(signature: Hex): { v: number; r: Hex; s: Hex } {
  if (size(signature) !== 65) throw new Error(`signature of ${size(signature)} bytes, not 65`)
  const last = hexToNumber(slice(signature, 64))
  return {
    v: last < 27 ? last + 27 : last,
    r: slice(signature, 0, 32),
    s: slice(signature, 32, 64),
  }
}
