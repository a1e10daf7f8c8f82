import { describe, expect, it } from 'vitest'
import { flagsIn, numbersIn, textOf } from './entries'

const CASES: [readonly number[], unknown][] = [
  [[0], 1.5],
  [[1], [1, 2, 3]],
  [[1], [1]],
  [[0, 1], 2],
  [[0, 1], [2]],
  [[0, 1, 2], [[1, 2]]],
  [
    [0, 1, 2],
    [[1], [2]],
  ],
  [
    [2],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    [3],
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  ],
  [[3], [[[1, 2]]]],
]

describe('numbers as a person types them', () => {
  it.each(CASES)('in ranks %j, %j reads back', (ranks, value) => {
    expect(numbersIn(textOf(value as never, ranks), ranks)).toEqual(value)
  })

  it('take commas, blanks, lines and semicolons', () => {
    expect(numbersIn(' 1 2,3 ', [1])).toEqual([1, 2, 3])
    expect(numbersIn('1 2; 3 4', [2])).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(numbersIn('-.5e-3', [0])).toBe(-0.0005)
  })

  it.each(['', ' ', '1,5x', 'abc', '1 2', '0x10', '1e999'])('%j is no number', (text) => {
    expect(numbersIn(text, [0])).toBeUndefined()
  })
})

describe('flags', () => {
  it('are words or digits', () => {
    expect(flagsIn('true false\n1 0', [2])).toEqual([
      [true, false],
      [true, false],
    ])
    expect(flagsIn('true 2', [1])).toBeUndefined()
  })
})
