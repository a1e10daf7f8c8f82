import { Component, type ReactNode } from 'react'
import { texts } from '../i18n/catalogue'

const useTexts = texts(
  { said: 'This part of the page failed.', again: 'Load the page again' },
  { de: { said: 'Dieser Teil der Seite ist ausgefallen.', again: 'Seite neu laden' } },
)

/** Keeps a fault of one room in that room. */
export class Fault extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null }

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render() {
    const { message } = this.state
    return message === null ? this.props.children : <Said message={message} />
  }
}

function Said({ message }: { message: string }) {
  const t = useTexts()
  return (
    <div className="notice" role="alert">
      <p>
        {t.said} <code>{message}</code>
      </p>
      <button type="button" onClick={() => window.location.reload()}>
        {t.again}
      </button>
    </div>
  )
}
