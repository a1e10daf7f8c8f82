import { privateKeyToAccount } from 'viem/accounts'
import { recoverTypedDataAddress, serializeSignature } from 'viem'
import { describe, expect, it } from 'vitest'
import { permitData, signatureParts } from './permit'

const owner = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const data = permitData({
  chainId: 30573,
  token: `0x${'0e'.repeat(20)}`,
  owner: owner.address,
  spender: `0x${'0a'.repeat(20)}`,
  value: 10n ** 18n,
  nonce: 3n,
  deadline: 1_800_000_000n,
})

describe('a permit', () => {
  it('is signed in the parts that the contract recovers the owner from', async () => {
    const signature = await owner.signTypedData(data)
    const { v, r, s } = signatureParts(signature)
    const again = serializeSignature({ r, s, v: BigInt(v) })
    expect(await recoverTypedDataAddress({ ...data, signature: again })).toBe(owner.address)
  })

  it('may end in a bare parity, and is never of another length', () => {
    const head = 'ab'.repeat(64)
    expect([signatureParts(`0x${head}00`).v, signatureParts(`0x${head}1c`).v]).toEqual([27, 28])
    expect(() => signatureParts(`0x${head}`)).toThrow('64 bytes')
  })
})
