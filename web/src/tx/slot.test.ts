import { expect, test } from 'vitest'
import { firstWhere } from './slot'

test.each([
  [0n, 0n],
  [9n, 0n],
  [9n, 9n],
  [1_000_000n, 999_999n],
  [1_000_000n, 3n],
])('of %i blocks, the first one for which it holds is %i', async (head, first) => {
  const asked: bigint[] = []
  const found = await firstWhere(head, (block) => {
    asked.push(block)
    return Promise.resolve(block >= first)
  })
  expect(found).toBe(first)
  expect(asked.every((block) => block >= 0n && block <= head)).toBe(true)
  expect(asked.length).toBeLessThan(2 * Math.log2(Number(head - first) + 2) + 2)
})
