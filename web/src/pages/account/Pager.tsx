import { texts } from '../../i18n/catalogue'

const useTexts = texts(
  { older: 'Older', newest: 'Newest', pages: 'Pages' },
  { de: { older: 'Ältere', newest: 'Neueste', pages: 'Seiten' } },
)

interface Props {
  /** The present page's `after`; null: the newest. */
  at: number | null
  /** The next page's, null at the end. */
  next: number | null
  turn: (after: number | null) => void
}

/** To older pages, and back to the newest. */
export function Pager({ at, next, turn }: Props) {
  const t = useTexts()
  if (at === null && next === null) return null
  return (
    <nav className="pager" aria-label={t.pages}>
      <button type="button" className="quiet" disabled={at === null} onClick={() => turn(null)}>
        {t.newest}
      </button>
      <button type="button" className="quiet" disabled={next === null} onClick={() => turn(next)}>
        {t.older}
      </button>
    </nav>
  )
}
