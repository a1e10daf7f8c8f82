import { type Address as Hex20, getAddress, isAddress } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { Activity } from './Activity'
import { Facts } from './Facts'
import { Address, useContractName } from './Value'
import { RIGHTS, useWho } from './who'

const useTexts = texts(
  {
    wrong: (text: string) => `“${text}” is no address: 0x and 40 hexadecimal digits.`,
    title: 'Address',
    balance: 'Balance',
    sent: 'Transactions sent',
    is: 'What it is',
    contract: 'A contract of this market:',
    otherContract: (bytes: string) => `A contract that is none of this market’s (${bytes} bytes).`,
    plain: 'An account with a key.',
    member: 'Member',
    memberOf: (zone: string, rated: string) => `zone ${zone}, rated ${rated} kW`,
    generation: 'may generate and sell',
    trading: 'may trade',
    certified: 'earns certificates of origin',
    revoked: 'has no rights at present',
    deposit: 'Deposit in the market',
    meter: 'Her meter',
    server: 'Edge server',
    signs: 'Signs prices for',
    operates: 'Operates edge server',
    administrator: 'Administers this market.',
    reads: 'Meter of',
    readsNow: 'present',
    readBefore: 'replaced',
    reputation: 'Reputation',
    ofAge: (age: string) => `after ${age} rounds`,
  },
  {
    de: {
      wrong: (text: string) => `„${text}“ ist keine Adresse: 0x und 40 hexadezimale Ziffern.`,
      title: 'Adresse',
      balance: 'Guthaben',
      sent: 'Gesendete Transaktionen',
      is: 'Was sie ist',
      contract: 'Ein Vertrag dieses Marktes:',
      otherContract: (bytes: string) =>
        `Ein Vertrag, der nicht zu diesem Markt gehört (${bytes} Byte).`,
      plain: 'Ein Konto mit einem Schlüssel.',
      member: 'Mitglied',
      memberOf: (zone: string, rated: string) => `Zone ${zone}, Nennleistung ${rated} kW`,
      generation: 'darf erzeugen und verkaufen',
      trading: 'darf handeln',
      certified: 'erhält Herkunftsnachweise',
      revoked: 'hat zurzeit keine Rechte',
      deposit: 'Einlage im Markt',
      meter: 'Ihr Zähler',
      server: 'Edge-Server',
      signs: 'Unterschreibt Preise für',
      operates: 'Betreibt den Edge-Server',
      administrator: 'Verwaltet diesen Markt.',
      reads: 'Zähler von',
      readsNow: 'jetzt',
      readBefore: 'ersetzt',
      reputation: 'Reputation',
      ofAge: (age: string) => `nach ${age} Runden`,
    },
  },
)

/** What is known of an address, and what it did lately. */
export function AddressView({ text }: { text: string }) {
  const t = useTexts()
  if (!isAddress(text, { strict: false })) return <p role="alert">{t.wrong(text)}</p>
  const address = getAddress(text.toLowerCase())
  return (
    <>
      <h2>{t.title}</h2>
      <p>
        <code className="hex">{address}</code>
      </p>
      <Known address={address} />
      <Activity address={address} />
    </>
  )
}

function Known({ address }: { address: Hex20 }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const contract = useContractName(address)
  return (
    <Asked query={useWho(address)}>
      {(who) => {
        const kind =
          contract !== null ? (
            <>
              {t.contract} <Link to={`/explorer/contract/${contract}`}>{contract}</Link>
            </>
          ) : who.codeBytes > 0 ? (
            t.otherContract(format.number(who.codeBytes, 0))
          ) : (
            t.plain
          )
        const { account, standing } = who
        const administers = market.administrator?.toLowerCase() === address.toLowerCase()
        return (
          <Facts
            facts={[
              [
                t.is,
                <span key="is">
                  {kind} {administers ? t.administrator : null}
                </span>,
              ],
              [
                t.balance,
                [
                  `${format.wad(who.balance, 6)} ${market.currency}`,
                  `${format.wad(who.ele, 6)} ELE`,
                  `${format.wad(who.watt, 6)} WATT`,
                ].join(' · '),
              ],
              [t.sent, format.number(who.nonce, 0)],
              [t.member, account === null ? null : <Member key="member" account={account} />],
              [t.deposit, account === null ? null : `${format.wad(account.deposit, 6)} ELE`],
              [t.meter, who.meter === null ? null : <Address key="meter" address={who.meter} />],
              [
                t.reputation,
                standing === null
                  ? null
                  : `${format.wad(standing.reputation, 4)}, ${t.ofAge(format.number(standing.age, 0))}`,
              ],
              [
                t.server,
                who.signs.length + who.operates.length === 0 ? null : (
                  <span key="server">
                    {who.signs.map((one) => (
                      <span key={`signs ${one}`}>
                        {t.signs} <Address address={one} />{' '}
                      </span>
                    ))}
                    {who.operates.map((one) => (
                      <span key={`operates ${one}`}>
                        {t.operates} <Address address={one} />{' '}
                      </span>
                    ))}
                  </span>
                ),
              ],
              [
                t.reads,
                who.reads.length === 0 ? null : (
                  <span key="reads">
                    {who.reads.map((one) => (
                      <span key={one.member}>
                        <Address address={one.member} /> ({one.now ? t.readsNow : t.readBefore}
                        ){' '}
                      </span>
                    ))}
                  </span>
                ),
              ],
            ]}
          />
        )
      }}
    </Asked>
  )
}

function Member({ account }: { account: { zone: number; ratedPower: number; rights: number } }) {
  const t = useTexts()
  const format = useFormat()
  const { zones } = useMarket()
  const has = (right: number) => (account.rights & right) !== 0
  const said = [
    t.memberOf(
      zones[account.zone] ?? String(account.zone),
      format.number(account.ratedPower / 1000, 3),
    ),
    ...(has(RIGHTS.generation) ? [t.generation] : []),
    ...(has(RIGHTS.trading) ? [t.trading] : []),
    ...(has(RIGHTS.certified) ? [t.certified] : []),
    ...(has(RIGHTS.registered) ? [] : [t.revoked]),
  ]
  return said.join(' · ')
}
