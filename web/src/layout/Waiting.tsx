import { ServiceError } from '../api/client'
import { texts } from '../i18n/catalogue'

const useTexts = texts(
  {
    connecting: 'Looking for the market …',
    none: 'No market has been deployed yet. This page looks again by itself.',
    down: 'The service does not answer. This page looks again by itself.',
    again: 'Try now',
  },
  {
    de: {
      connecting: 'Der Markt wird gesucht …',
      none: 'Noch ist kein Markt eingerichtet. Diese Seite sieht von selbst wieder nach.',
      down: 'Der Dienst antwortet nicht. Diese Seite sieht von selbst wieder nach.',
      again: 'Jetzt versuchen',
    },
  },
)

/** Before it is known which market this is. */
export function Waiting({ error, again }: { error: Error | null; again: () => void }) {
  const t = useTexts()
  const absent = error instanceof ServiceError && error.status === 503
  return (
    <main id="main" className="waiting">
      <h1>wattmarket</h1>
      {error === null ? (
        <p role="status">{t.connecting}</p>
      ) : (
        <div role="alert">
          <p>{absent ? t.none : t.down}</p>
          <button type="button" onClick={again}>
            {t.again}
          </button>
        </div>
      )}
    </main>
  )
}
