import { type RefObject, useEffect } from 'react'
import { go } from '../../route'
import { IDLE, press, rowAfter } from './keys'

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** The rows that can be opened, by the first link in each. */
function links(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main tbody tr')]
    .map((row) => row.querySelector<HTMLElement>('a'))
    .filter((link) => link !== null)
}

/** The explorer's keys, as long as it is shown. */
export function useKeys(search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    let state = IDLE
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return
      const { key, target } = event
      const modified = event.ctrlKey || event.altKey || event.metaKey
      const said = press(state, { key, typing: isTyping(target), modified })
      state = said.state
      if (said.act === 'none') return
      event.preventDefault()
      if (said.act === 'search') search.current?.focus()
      else if (said.act === 'leave') (target as HTMLElement).blur()
      else if (said.act === 'home') go('/explorer')
      else {
        const all = links()
        const row = document.activeElement?.closest('tr')
        const current = all.findIndex((link) => row?.contains(link))
        const next = rowAfter(said.act, current, all.length)
        if (next !== null) all[next]?.focus()
      }
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [search])
}
