import { texts } from '../i18n/catalogue'
import { TransactionLink } from '../parts/Account'
import { type Sent, useJournal } from './journal'

const SHOWN = 5

const useTexts = texts(
  {
    title: 'What you sent',
    pending: 'on its way',
    confirmed: 'done',
    failed: 'failed',
    cancelled: 'cancelled in your wallet',
    lost: 'not done',
    spedUp: 'sped up as',
    instead: 'in its place',
    block: (number: number) => `in block ${number}`,
  },
  {
    de: {
      title: 'Was Sie gesendet haben',
      pending: 'unterwegs',
      confirmed: 'erledigt',
      failed: 'fehlgeschlagen',
      cancelled: 'in der Wallet abgebrochen',
      lost: 'nicht ausgeführt',
      spedUp: 'beschleunigt als',
      instead: 'stattdessen',
      block: (number: number) => `in Block ${number}`,
    },
  },
)

/** The reader's own transactions, newest first, as they become final; they outlive a reload. */
export function SentList() {
  const t = useTexts()
  const sent = useJournal().slice(0, SHOWN)
  if (sent.length === 0) return <div role="status" className="journal-empty" />
  return (
    <section className="journal" aria-label={t.title} role="status">
      <h2>{t.title}</h2>
      <ul>
        {sent.map((one) => (
          <li key={one.hash} className={`sent sent-${one.state}`}>
            <Line one={one} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Line({ one }: { one: Sent }) {
  const t = useTexts()
  return (
    <>
      <span>{one.what}</span> <strong>{t[one.state]}</strong>
      {one.block === undefined ? null : ` ${t.block(one.block)}`}{' '}
      <TransactionLink hash={one.hash} />
      {one.instead === undefined ? null : (
        <>
          {' '}
          {one.state === 'cancelled' ? t.instead : t.spedUp} <TransactionLink hash={one.instead} />
        </>
      )}
      {one.why ? <p className="problem">{one.why}</p> : null}
    </>
  )
}
