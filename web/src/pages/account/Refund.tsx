import { useFormat, useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import type { Me } from './reads'

const useTexts = texts(
  {
    title: 'You paid too much',
    said: (sum: string) => `${sum} wait for you.`,
    go: 'Take it back',
    what: (sum: string) => `Take back ${sum}`,
  },
  {
    de: {
      title: 'Sie haben zu viel bezahlt',
      said: (sum: string) => `${sum} liegen für Sie bereit.`,
      go: 'Zurückholen',
      what: (sum: string) => `${sum} zurückholen`,
    },
  },
)

/** What was paid too much for elecoins, back to the wallet. */
export function Refund({ me }: { me: Me }) {
  const t = useTexts()
  const format = useFormat()
  const { currency } = useMarket()
  const trading = useContract('ElectricityTrading')
  const sum = `${format.wad(me.refund, 6)} ${currency}`
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <p>{t.said(sum)}</p>
      <ActButton
        call={callOf({ ...trading, functionName: 'withdrawRefund', args: [] })}
        what={t.what(sum)}
      >
        {t.go}
      </ActButton>
    </section>
  )
}
