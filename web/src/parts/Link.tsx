import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { go } from '../route'

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string }

/** A link within the page: a plain press changes the view, any other is the browser's. */
export function Link({ to, onClick, children, ...rest }: Props) {
  const press = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const plain =
      event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (event.defaultPrevented || !plain || rest.target) return
    event.preventDefault()
    go(to)
    window.scrollTo(0, 0)
    document.getElementById('main')?.focus({ preventScroll: true })
  }
  return (
    <a {...rest} href={to} onClick={press}>
      {children}
    </a>
  )
}
