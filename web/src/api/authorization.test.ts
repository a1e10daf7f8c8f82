import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { accessData, actionData, authorization } from './authorization'

/** What oracle/service/http/auth.py makes of the same key and message. */
const KNOWN = {
  access:
    'Wattmarket account=0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A, expires=1700000000, signature=0x4f0d9c29e752f76e7bf688bb467483d15c5172015caa46f5d1a92ab652a8536767e6455d9e423f7e75a3d54f6d6f32c75d693cc5d9c75dd39b181bd13c8fbb751c',
  action:
    'Wattmarket account=0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A, expires=1700000000, nonce=0x2222222222222222222222222222222222222222222222222222222222222222, signature=0xdaeb834de6ce2ca600c0d5db687b9664ad82e520660cea88af3cd1a1ad32462935013f4975ac9fe1bb6f4a48e8405e20e5719791196baefa9269eab938d8cc711b',
}

describe('what the wallet signs is what the service checks', () => {
  const key = privateKeyToAccount(`0x${'11'.repeat(32)}`)
  const signer = { instance: 'ab'.repeat(16), chainId: 5777, account: key.address }
  const expires = 1_700_000_000

  it('to read own data', async () => {
    const signature = await key.signTypedData(accessData(signer, expires))
    expect(authorization(key.address, expires, signature)).toBe(KNOWN.access)
  })

  it('to change something, over the bytes of the body', async () => {
    const nonce = `0x${'22'.repeat(32)}` as const
    const body = JSON.stringify({ name: 'Zoë' })
    const request = { method: 'POST', path: '/api/join', body } as const
    const signature = await key.signTypedData(actionData(signer, request, expires, nonce))
    expect(authorization(key.address, expires, signature, nonce)).toBe(KNOWN.action)
  })
})
