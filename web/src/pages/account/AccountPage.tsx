import type { Address } from 'viem'
import { useConnection } from 'wagmi'
import { useMarket } from '../../api/market'
import { useChainTime } from '../../chain/time'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { type RoomProps, useRoomNames } from '../rooms'
import { BillSection } from './BillSection'
import './account.css'
import { ElecoinSection } from './ElecoinSection'
import { OrderSection } from './OrderSection'
import { Overview } from './Overview'
import { type Me, useMe } from './reads'
import { SectionLinks, sectionOf } from './Sections'
import { TradingSection } from './TradingSection'

const useTexts = texts(
  {
    connect:
      'Connect your wallet at the top of the page. Then you see your balances, bill and meter here, and can buy, trade and rate.',
    look: 'Without a wallet you can look at the market.',
    market: 'To the market',
    stranger: 'This account is not a member of this market.',
    join: 'On the market’s page you can join; it takes a minute.',
    request: 'On the market’s page you can ask to join; the operator decides.',
    closed: 'New members are not taken here. The operator can tell you more.',
    toJoin: 'Join',
  },
  {
    de: {
      connect:
        'Verbinden Sie oben auf der Seite Ihre Wallet. Dann sehen Sie hier Guthaben, Rechnung und Zähler und können kaufen, handeln und bewerten.',
      look: 'Ohne Wallet können Sie sich den Markt ansehen.',
      market: 'Zum Markt',
      stranger: 'Dieses Konto ist kein Mitglied dieses Marktes.',
      join: 'Auf der Seite des Marktes können Sie beitreten; es dauert eine Minute.',
      request:
        'Auf der Seite des Marktes können Sie um Aufnahme bitten; der Betreiber entscheidet.',
      closed: 'Hier werden keine neuen Mitglieder aufgenommen. Der Betreiber weiß mehr.',
      toJoin: 'Beitreten',
    },
  },
)

/** The member's own room: money, energy, bill, and who may act for her. */
export default function AccountPage({ rest }: RoomProps) {
  const t = useTexts()
  const names = useRoomNames()
  const connection = useConnection()
  const address = connection.address
  return (
    <>
      <h1>{names.account}</h1>
      {address === undefined ? (
        <div className="panel">
          <p>{t.connect}</p>
          <p>
            {t.look} <Link to="/">{t.market}</Link>
          </p>
        </div>
      ) : (
        <Known key={address} address={address} rest={rest} />
      )}
    </>
  )
}

function Known({ address, rest }: { address: Address; rest: readonly string[] }) {
  const me = useMe(address)
  return (
    <Asked query={me}>
      {(known) => (known.registered ? <Member me={known} rest={rest} /> : <Stranger />)}
    </Asked>
  )
}

function Stranger() {
  const t = useTexts()
  const { join } = useMarket()
  return (
    <div className="panel">
      <p>{t.stranger}</p>
      <p>{join === 'open' ? t.join : join === 'request' ? t.request : t.closed}</p>
      <Link className="button" to="/">
        {join === 'closed' ? t.market : t.toJoin}
      </Link>
    </div>
  )
}

function Member({ me, rest }: { me: Me; rest: readonly string[] }) {
  const time = useChainTime() ?? 0
  const section = sectionOf(rest)
  return (
    <>
      <SectionLinks now={section} />
      {section === 'overview' ? <Overview me={me} time={time} /> : null}
      {section === 'elecoins' ? <ElecoinSection me={me} time={time} /> : null}
      {section === 'trading' ? <TradingSection me={me} time={time} /> : null}
      {section === 'bill' ? <BillSection me={me} /> : null}
      {section === 'order' ? <OrderSection me={me} time={time} /> : null}
    </>
  )
}
