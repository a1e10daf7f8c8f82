import type { Address } from 'viem'

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
