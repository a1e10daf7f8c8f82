import type { ReactNode } from 'react'
import { useFormat } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { ActButton } from '../../tx/ActButton'
import type { Call } from '../../tx/useAct'
import { type Duty, mayDo, routed } from './duty'
import { useStanding } from './office'

const useTexts = texts(
  {
    unknown: 'No button: who administers this market is not known yet.',
    wallet: 'No button: connect the administrator’s wallet to do this.',
    network: 'No button: your wallet is on another network.',
    other: 'No button: only the administrator may do this, and your wallet is another account.',
    role: 'No button: the contract that administers this market does not give your account this role.',
    later: (delay: string) =>
      `Your account may only announce this, and carry it out ${delay} later: it then waits under “Announced”.`,
    announced: (what: string) => `Announce: ${what}`,
  },
  {
    de: {
      unknown: 'Kein Knopf: Noch ist nicht bekannt, wer diesen Markt verwaltet.',
      wallet: 'Kein Knopf: Verbinden Sie dafür die Wallet des Verwalters.',
      network: 'Kein Knopf: Ihre Wallet ist in einem anderen Netz.',
      other: 'Kein Knopf: Das darf nur der Verwalter, und Ihre Wallet ist ein anderes Konto.',
      role: 'Kein Knopf: Der Vertrag, der diesen Markt verwaltet, gibt Ihrem Konto diese Rolle nicht.',
      later: (delay: string) =>
        `Ihr Konto darf das nur ankündigen und ${delay} später ausführen: Bis dahin steht es unter „Angekündigt“.`,
      announced: (what: string) => `Ankündigung: ${what}`,
    },
  },
)

interface Props {
  duty: Duty
  /** The market's call; null while the form is incomplete. */
  call: Call | null
  what: string
  children: ReactNode
  onSent?: () => void
}

/** A button of the administrator's, or the reason why there is none. */
export function DutyButton({ duty, call, what, children, onSent }: Props) {
  const t = useTexts()
  const format = useFormat()
  const may = mayDo(duty, useStanding())
  const why = useWhyNot(duty)
  if (why !== null) return <p className="soft">{why}</p>
  return (
    <>
      {may.may === 'later' ? <p className="soft">{t.later(format.span(may.delay))}</p> : null}
      <ActButton
        call={call === null ? null : routed(call, may)}
        what={may.may === 'later' ? t.announced(what) : what}
        {...(onSent === undefined ? {} : { onSent })}
      >
        {children}
      </ActButton>
    </>
  )
}

/** Why the reader may not do a duty, as a sentence; null if she may. */
export function useWhyNot(duty: Duty): string | null {
  const t = useTexts()
  const may = mayDo(duty, useStanding())
  return may.may === 'no' ? t[may.why] : null
}
