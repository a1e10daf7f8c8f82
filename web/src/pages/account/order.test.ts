import { expect, it } from 'vitest'
import { mostUsed, orderState } from './order'

it('an order holds until the second before its end', () => {
  const order = { agent: '0x00a1', until: 100 } as const
  expect([99, 100].map((time) => orderState(order, time))).toEqual(['active', 'ended'])
  expect(orderState({ agent: '0x0000', until: 100 }, 0)).toBe('none')
})

it('the usual agent is whom most members chose', () => {
  expect(mostUsed(['0x00', '0xa', '0xb', '0xb', '0x00', '0x00'])).toBe('0xb')
  expect(mostUsed(['0x00'])).toBeNull()
})
