import { pad } from 'viem'
import { describe, expect, it } from 'vitest'
import { deedsOf } from './deeds'
import { finalityOf } from './finality'

describe('the state of finality', () => {
  it('counts the block itself, and wants the depth above it', () => {
    expect(finalityOf(10n, 10n, 0)).toEqual({ state: 'final', confirmations: 1, wanted: 1 })
    expect(finalityOf(10n, 12n, 3)).toEqual({ state: 'young', confirmations: 3, wanted: 4 })
    expect(finalityOf(10n, 13n, 3)).toMatchObject({ state: 'final', confirmations: 4 })
    expect(finalityOf(10n, 20n, null)).toEqual({ state: 'deep', confirmations: 11 })
    expect(finalityOf(null, 20n, 3)).toEqual({ state: 'pending' })
    expect(finalityOf(10n, null, 3)).toEqual({ state: 'unknown' })
  })

  it('is never less than one confirmation while the head lags behind', () => {
    expect(finalityOf(10n, 9n, 0)).toMatchObject({ confirmations: 1 })
  })
})

describe('what an address had part in', () => {
  const me = `0x${'aa'.repeat(20)}` as const
  const other = `0x${'bb'.repeat(20)}` as const
  const sent = (hash: `0x${string}`, from: `0x${string}`, block: bigint, place: number) => ({
    hash,
    from,
    to: other,
    input: '0x' as const,
    blockNumber: block,
    transactionIndex: place,
  })
  const mention = (hash: `0x${string}`, block: number, index: number) => ({
    address: other,
    topics: ['0x01', pad(me)] as const,
    data: '0x' as const,
    blockNumber: `0x${block.toString(16)}` as const,
    transactionHash: hash,
    logIndex: `0x${index.toString(16)}` as const,
  })

  it('is one line a transaction, newest first, whatever the case', () => {
    const upper = `0x${'AA'.repeat(20)}` as const
    const deeds = deedsOf(
      upper,
      [sent('0x1', me, 5n, 0), sent('0x2', other, 5n, 1), sent('0x3', me, 5n, 2)],
      [mention('0x1', 5, 3), mention('0x4', 4, 0), mention('0x1', 5, 3), mention('0x1', 5, 4)],
    )
    expect(deeds.map((deed) => [deed.hash, deed.events.length])).toEqual([
      ['0x3', 0],
      ['0x1', 2],
      ['0x4', 1],
    ])
  })
})
