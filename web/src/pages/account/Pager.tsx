import { texts } from '../../i18n/catalogue'

const useTexts = texts(
  { older: 'Older', newest: 'Newest', pages: (of: string) => `Pages of: ${of}` },
  { de: { older: 'Ältere', newest: 'Neueste', pages: (of: string) => `Seiten von: ${of}` } },
)

interface Props {
  /** What it turns the pages of. */
  of: string
  /** The present page's `after`; null: the newest. */
  at: number | null
  /** The next page's, null at the end. */
  next: number | null
  turn: (after: number | null) => void
}

/** To older pages, and back to the newest. */
export function Pager({ of, at, next, turn }: Props) {
  const t = useTexts()
  if (at === null && next === null) return null
  return (
    <nav className="pager" aria-label={t.pages(of)}>
      <button type="button" className="quiet" disabled={at === null} onClick={() => turn(null)}>
        {t.newest}
      </button>
      <button type="button" className="quiet" disabled={next === null} onClick={() => turn(next)}>
        {t.older}
      </button>
    </nav>
  )
}
