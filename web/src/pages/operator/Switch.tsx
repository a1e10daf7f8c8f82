import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { callOf } from '../../tx/useAct'
import { useTermsOnChain, useTrading } from './chain'
import { DutyButton } from './DutyButton'

const useTexts = texts(
  {
    title: 'Trading',
    open: 'Trading is open.',
    paused: 'Trading is stopped. Withdrawing and redeeming go on.',
    pause: 'Stop trading',
    unpause: 'Open trading again',
    pausing:
      'New trades are refused until trading is opened again; prices, readings, withdrawing and redeeming go on.',
  },
  {
    de: {
      title: 'Handel',
      open: 'Der Handel ist offen.',
      paused: 'Der Handel ist angehalten. Abheben und Einlösen gehen weiter.',
      pause: 'Handel anhalten',
      unpause: 'Handel wieder öffnen',
      pausing:
        'Neue Käufe werden abgewiesen, bis der Handel wieder geöffnet wird; Preise, Ablesungen, Abheben und Einlösen gehen weiter.',
    },
  },
)

/** Whether there is trading, and the switch. */
export function Switch() {
  const t = useTexts()
  const contract = useTrading()
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={useTermsOnChain()}>
        {({ paused }) => (
          <>
            <p role="status">
              <strong>{paused ? t.paused : t.open}</strong>
            </p>
            {paused ? (
              <DutyButton
                key="unpause"
                duty="unpause"
                call={callOf({ ...contract, functionName: 'unpause', args: [] })}
                what={t.unpause}
              >
                {t.unpause}
              </DutyButton>
            ) : (
              <>
                <p className="soft">{t.pausing}</p>
                <DutyButton
                  key="pause"
                  duty="pause"
                  call={callOf({ ...contract, functionName: 'pause', args: [] })}
                  what={t.pause}
                >
                  {t.pause}
                </DutyButton>
              </>
            )}
          </>
        )}
      </Asked>
    </section>
  )
}
