import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { worthOf } from './money'
import { type Me, useOpenPeriods, useSlots } from './reads'
import { creditsOf } from './slots'

const useTexts = texts(
  {
    deposit: 'Deposit in the market',
    worth: (value: string) => `redeems for ${value}`,
    locked: 'Locked for the pool',
    lockedHint: 'comes back when the period closes, less what you bought',
    proceeds: 'Sold, not yet credited',
    proceedsHint: 'credited when the period closes',
    wallet: 'Elecoins in your wallet',
    walletHint: 'not for trading until you deposit them',
    wattcoin: 'Wattcoin',
    toNext: (energy: string) => `${energy} sold towards the next`,
    coin: 'Money in your wallet',
    coinHint: 'buys elecoins, pays for transactions',
    refund: 'Paid too much',
    refundHint: 'waits for you under Elecoins',
  },
  {
    de: {
      deposit: 'Guthaben im Markt',
      worth: (value: string) => `Rückgabe bringt ${value}`,
      locked: 'Für den Pool gesperrt',
      lockedHint: 'kommt beim Abschluss der Periode zurück, abzüglich des Kaufs',
      proceeds: 'Verkauft, noch nicht gutgeschrieben',
      proceedsHint: 'Gutschrift beim Abschluss der Periode',
      wallet: 'Elecoins in Ihrer Wallet',
      walletHint: 'zum Handeln erst einzahlen',
      wattcoin: 'Wattcoin',
      toNext: (energy: string) => `${energy} verkauft auf dem Weg zum nächsten`,
      coin: 'Geld in Ihrer Wallet',
      coinHint: 'kauft Elecoins, zahlt Transaktionen',
      refund: 'Zu viel bezahlt',
      refundHint: 'liegt unter Elecoins für Sie bereit',
    },
  },
)

/** What she has, and where it is. */
export function Balances({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const { currency, redemption_wei } = useMarket()
  const open = useSlots(me.address, useOpenPeriods(me, time))
  const { locked, proceeds } = creditsOf(open.values())
  const ele = (wei: bigint) => `${format.wad(wei)} ELE`
  const cards: [string, string, string][] = [
    [
      t.deposit,
      ele(me.deposit),
      redemption_wei === null
        ? ''
        : t.worth(`${format.wad(worthOf(me.deposit, BigInt(redemption_wei)), 2)} ${currency}`),
    ],
    ...(locked > 0n ? [[t.locked, ele(locked), t.lockedHint] as [string, string, string]] : []),
    ...(proceeds > 0n
      ? [[t.proceeds, ele(proceeds), t.proceedsHint] as [string, string, string]]
      : []),
    [t.wallet, ele(me.wallet), t.walletHint],
    [t.wattcoin, format.wad(me.wattcoin, 0), t.toNext(format.kwh(me.remainderWh))],
    [t.coin, `${format.wad(me.coin, 2)} ${currency}`, t.coinHint],
    ...(me.refund > 0n
      ? [
          [t.refund, `${format.wad(me.refund)} ${currency}`, t.refundHint] as [
            string,
            string,
            string,
          ],
        ]
      : []),
  ]
  return (
    <dl className="cards balances">
      {cards.map(([name, value, hint]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          <dd className="hint">{hint}</dd>
        </div>
      ))}
    </dl>
  )
}
