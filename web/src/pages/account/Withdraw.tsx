import { useFormat } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import type { Me } from './reads'

const useTexts = texts(
  {
    title: 'Withdraw to my wallet',
    said: 'Elecoins of your deposit move to your wallet. There nobody trades with them.',
    amount: 'Elecoins',
    all: 'All',
    beyond: 'More than your deposit.',
    go: 'Withdraw',
    what: (amount: string) => `Withdraw ${amount} ELE`,
  },
  {
    de: {
      title: 'In meine Wallet auszahlen',
      said: 'Elecoins Ihres Guthabens gehen in Ihre Wallet. Dort handelt niemand mit ihnen.',
      amount: 'Elecoins',
      all: 'Alle',
      beyond: 'Mehr als Ihr Guthaben.',
      go: 'Auszahlen',
      what: (amount: string) => `${amount} ELE auszahlen`,
    },
  },
)

/** Elecoins from the deposit to the wallet. */
export function Withdraw({ me }: { me: Me }) {
  const t = useTexts()
  const format = useFormat()
  const trading = useContract('ElectricityTrading')
  const typed = useAmount()
  const amount = typed.value
  const problem = amount !== null && amount > me.deposit ? t.beyond : null
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <p>{t.said}</p>
      <AmountField
        label={t.amount}
        unit="ELE"
        amount={typed}
        problem={problem}
        preset={{ label: t.all, value: me.deposit }}
      />
      <ActButton
        call={
          amount === null || amount === 0n || problem !== null
            ? null
            : callOf({ ...trading, functionName: 'withdraw', args: [amount] })
        }
        what={t.what(format.wad(amount ?? 0n))}
        onSent={() => typed.set(null)}
      >
        {t.go}
      </ActButton>
    </section>
  )
}
