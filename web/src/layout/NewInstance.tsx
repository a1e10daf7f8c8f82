import { useState } from 'react'
import { texts } from '../i18n/catalogue'

const useTexts = texts(
  {
    title: 'This market was started anew',
    said: 'Your wallet may still count transactions of the old one, and then every new one waits for ever. In MetaMask: Settings, Advanced, “Clear activity tab data”. It forgets the list of past transactions; your accounts and money stay.',
    done: 'Done',
  },
  {
    de: {
      title: 'Dieser Markt wurde neu gestartet',
      said: 'Ihre Wallet zählt vielleicht noch Transaktionen des alten mit; dann wartet jede neue für immer. In MetaMask: Einstellungen, Erweitert, „Daten der Aktivitätsseite löschen“. Vergessen wird die Liste alter Transaktionen; Konten und Geld bleiben.',
      done: 'Erledigt',
    },
  },
)

/** Said once after the market behind this address became another one. */
export function NewInstance() {
  const t = useTexts()
  const [open, setOpen] = useState(true)
  if (!open) return null
  return (
    <section className="notice" aria-labelledby="new-instance">
      <h2 id="new-instance">{t.title}</h2>
      <p>{t.said}</p>
      <button type="button" onClick={() => setOpen(false)}>
        {t.done}
      </button>
    </section>
  )
}
