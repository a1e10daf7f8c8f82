import type { ReactNode } from 'react'
import { ServiceError } from '../api/client'
import { texts } from '../i18n/catalogue'

const useTexts = texts(
  {
    loading: 'Loading …',
    down: 'The service does not answer.',
    again: 'Try again',
    old: 'What is shown is what was known last.',
  },
  {
    de: {
      loading: 'Wird geladen …',
      down: 'Der Dienst antwortet nicht.',
      again: 'Noch einmal',
      old: 'Gezeigt wird der letzte bekannte Stand.',
    },
  },
)

interface Query<Data> {
  data: Data | undefined
  error: Error | null
  refetch: () => unknown
}

interface Props<Data> {
  query: Query<Data>
  children: (data: Data) => ReactNode
}

/** The answer to a question: what is known, that it is being asked, or why it is not known. */
export function Asked<Data>({ query, children }: Props<Data>) {
  const t = useTexts()
  const { data, error } = query
  return (
    <>
      {error ? (
        <div className="notice" role="alert">
          <p>
            {error instanceof ServiceError && error.status === 0 ? t.down : error.message}{' '}
            {data === undefined ? null : t.old}
          </p>
          <button type="button" onClick={() => query.refetch()}>
            {t.again}
          </button>
        </div>
      ) : null}
      {data === undefined ? error ? null : <p className="soft">{t.loading}</p> : children(data)}
    </>
  )
}
