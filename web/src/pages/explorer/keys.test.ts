import { describe, expect, it } from 'vitest'
import { IDLE, type KeyAct, press, type Press, rowAfter } from './keys'

function acts(keys: readonly string[], also: Partial<Press> = {}): KeyAct[] {
  let state = IDLE
  return keys.map((key) => {
    const said = press(state, { key, typing: false, modified: false, ...also })
    state = said.state
    return said.act
  })
}

describe('the explorer’s keys', () => {
  it('search, move, and go home by g then h', () => {
    expect(acts(['/', 'j', 'k'])).toEqual(['search', 'next', 'previous'])
    expect(acts(['g', 'h', 'h'])).toEqual(['none', 'home', 'none'])
    expect(acts(['g', 'j', 'h'])).toEqual(['none', 'next', 'none'])
  })

  it('never fire in a field, nor with the browser’s own keys', () => {
    expect(acts(['/', 'j', 'k', 'g', 'h'], { typing: true })).toEqual(Array(5).fill('none'))
    expect(acts(['/', 'j', 'g', 'h'], { modified: true })).toEqual(Array(4).fill('none'))
    expect(acts(['Escape'], { typing: true })).toEqual(['leave'])
  })

  it('forget a g that was followed by typing', () => {
    const waiting = press(IDLE, { key: 'g', typing: false, modified: false }).state
    const typed = press(waiting, { key: 'a', typing: true, modified: false }).state
    expect(press(typed, { key: 'h', typing: false, modified: false }).act).toBe('none')
  })

  it('stay within the rows', () => {
    expect(rowAfter('next', -1, 3)).toBe(0)
    expect(rowAfter('next', 2, 3)).toBe(2)
    expect(rowAfter('previous', -1, 3)).toBe(0)
    expect(rowAfter('previous', 2, 3)).toBe(1)
    expect(rowAfter('next', 0, 0)).toBeNull()
  })
})
