import { describe, expect, it } from 'vitest'
import { ticksFor } from './ticks'
import { drawingOf, type Plot, valuesAt } from './plots'

const TIME = { label: 'time', field: 'times', source: 'solution' } as const

function plot(change: Partial<Plot>): Plot {
  return { title: 'p', kind: 'line', x: TIME, y: 'y', series: [], ...change }
}

describe('a figure of a solution', () => {
  it('has a curve for each row, column or key', () => {
    const solution = {
      times: [0, 1, 2],
      rows: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      columns: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      kinds: { a_b: { mean: [1, 2, 3] }, c: { mean: [4, 5, 6] } },
    }
    const expected = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    const series = [
      { field: 'rows', label: 'no. #', each: 'row' },
      { field: 'columns', label: 'no. #', each: 'column' },
      { field: 'kinds.*.mean', label: '#', each: 'key' },
    ] as const
    for (const one of series) {
      const drawn = drawingOf(plot({ series: [one] }), solution, {})
      expect(drawn?.x).toEqual([0, 1, 2])
      expect(drawn?.curves.map((curve) => curve.values)).toEqual(expected)
    }
    expect(drawingOf(plot({ series: [series[2]] }), solution, {})?.curves[0]?.label).toBe('a b')
    expect(drawingOf(plot({ series: [series[0]] }), solution, {})?.curves[1]?.label).toBe('no. 1')
  })

  it('takes places, or names of the scenario, along the bottom', () => {
    const series = [{ field: 'v', label: 'v', each: 'value' }] as const
    const axis = { label: 'place', field: 'nodes', source: 'scenario' } as const
    expect(
      drawingOf(plot({ kind: 'bar', x: axis, series }), { v: [1, null] }, { nodes: ['a', 'b'] }),
    ).toMatchObject({ kind: 'bar', names: ['a', 'b'], curves: [{ values: [1, null] }] })
    const places = { label: 'no.', field: null, source: 'solution' } as const
    expect(drawingOf(plot({ x: places, series }), { v: [3, 4] }, {})?.x).toEqual([0, 1])
  })

  it('rises along the bottom, whatever the order given', () => {
    const series = [{ field: 'v', label: 'v', each: 'value' }] as const
    expect(drawingOf(plot({ series }), { times: [2, 0, 1], v: [20, 0, 10] }, {})).toMatchObject({
      x: [0, 1, 2],
      curves: [{ values: [0, 10, 20] }],
    })
  })

  it('is none where the solution has no such field, or of another length', () => {
    const series = [{ field: 'v', label: 'v', each: 'value' }] as const
    expect(drawingOf(plot({ series }), { times: [0, 1] }, {})).toBeNull()
    expect(drawingOf(plot({ series }), { times: [0, 1], v: [1, 2, 3] }, {})).toBeNull()
    expect(valuesAt({ a: 1 }, 'a.b')).toEqual([])
  })
})

describe('ticks', () => {
  it.each([[[0.3, 0.9]], [[-3, 5]], [[0]], [[-1e-7, 0]]])(
    'for %j are round and hold 0 and all values',
    (values) => {
      const ticks = ticksFor(values)
      expect(ticks).toContain(0)
      expect(Math.min(...ticks)).toBeLessThanOrEqual(Math.min(...values))
      expect(Math.max(...ticks)).toBeGreaterThanOrEqual(Math.max(...values))
      expect(ticks.length).toBeLessThan(9)
    },
  )
})
