import { type ReactNode, useId } from 'react'
import { texts } from '../i18n/catalogue'
import { type Call, useAct } from './useAct'

const useTexts = texts(
  { checking: 'Checking …', wallet: 'Confirm in your wallet …' },
  { de: { checking: 'Wird geprüft …', wallet: 'Bitte in der Wallet bestätigen …' } },
)

interface Props {
  call: Call | null
  /** What it does, as the journal will say it. */
  what: string
  children: ReactNode
  /** Called once the wallet has sent it. */
  onSent?: () => void
}

/** A button that sends one transaction, and says why it cannot. */
export function ActButton({ call, what, children, onSent }: Props) {
  const t = useTexts()
  const act = useAct(call, what)
  const reason = useId()
  const label = act.state === 'checking' ? t.checking : act.state === 'wallet' ? t.wallet : children
  return (
    <div className="act">
      <button
        type="button"
        className="primary"
        disabled={act.state !== 'ready'}
        aria-describedby={act.problem ? reason : undefined}
        onClick={() => {
          void act.send().then((sent) => {
            if (sent) onSent?.()
          })
        }}
      >
        {label}
      </button>
      <p id={reason} className="problem" role="status">
        {act.problem}
      </p>
    </div>
  )
}
