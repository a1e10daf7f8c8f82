/** What the explorer's keys wait for: whether `g` was pressed last. */
export interface KeyState {
  went: boolean
}

/** A key press, without the browser. */
export interface Press {
  key: string
  /** In a field that takes text. */
  typing: boolean
  /** With Ctrl, Alt or Meta: the browser's. */
  modified: boolean
}

export type KeyAct = 'none' | 'search' | 'next' | 'previous' | 'home' | 'leave'

export const IDLE: KeyState = { went: false }

/** What a key press does, and what is waited for after it. Enter is the focused link's own. */
export function press(state: KeyState, pressed: Press): { state: KeyState; act: KeyAct } {
  if (pressed.modified) return { state: IDLE, act: 'none' }
  if (pressed.typing) return { state: IDLE, act: pressed.key === 'Escape' ? 'leave' : 'none' }
  switch (pressed.key) {
    case '/':
      return { state: IDLE, act: 'search' }
    case 'j':
      return { state: IDLE, act: 'next' }
    case 'k':
      return { state: IDLE, act: 'previous' }
    case 'g':
      return { state: { went: true }, act: 'none' }
    case 'h':
      return { state: IDLE, act: state.went ? 'home' : 'none' }
    default:
      // Shift alone ends nothing.
      return { state: pressed.key === 'Shift' ? state : IDLE, act: 'none' }
  }
}

/** The row to go to: `current` is -1 where none is marked. Stays within `count`; null where none. */
export function rowAfter(act: 'next' | 'previous', current: number, count: number): number | null {
  if (count === 0) return null
  if (act === 'next') return Math.min(current + 1, count - 1)
  return Math.max(current - 1, 0)
}
