import { type ReactNode, useState } from 'react'
import { useMarket } from '../../api/market'
import { useSigned } from '../../api/signed'
import { texts } from '../../i18n/catalogue'
import { sentenceOf } from '../../tx/problem'

const useTexts = texts(
  {
    title: 'Yours alone',
    why: 'Bill, readings and savings are shown to you alone. Sign once with your wallet to open them; it costs nothing and holds for an hour.',
    go: 'Sign to open',
    wallet: 'Confirm in your wallet …',
  },
  {
    de: {
      title: 'Nur für Sie',
      why: 'Rechnung, Ablesungen und Ersparnis sehen nur Sie. Unterschreiben Sie einmal mit Ihrer Wallet; es kostet nichts und gilt eine Stunde.',
      go: 'Unterschreiben und öffnen',
      wallet: 'Bitte in der Wallet bestätigen …',
    },
  },
)

/** What only she may see, once she has signed that it is her. */
export function OwnOnly({ children }: { children: (access: string) => ReactNode }) {
  const t = useTexts()
  const market = useMarket()
  const signed = useSigned()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (signed.header !== null) return children(signed.header)
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <p>{t.why}</p>
      <button
        type="button"
        className="primary"
        disabled={!signed.ready || busy}
        onClick={() => {
          setBusy(true)
          setProblem(null)
          signed
            .access()
            .catch((error: unknown) => setProblem(sentenceOf(error, market)))
            .finally(() => setBusy(false))
        }}
      >
        {busy ? t.wallet : t.go}
      </button>
      <p className="problem" role="status">
        {problem}
      </p>
    </section>
  )
}
