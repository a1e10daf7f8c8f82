import type { Address } from 'viem'
import { useFormat } from '../../api/market'
import { decodeCall, useRegistry } from '../../chain/registry'
import { useChainTime } from '../../chain/time'
import { abi } from '../../generated/abi/MarketGovernance'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { ActButton } from '../../tx/ActButton'
import { callOf } from '../../tx/useAct'
import { Fields, useContractName } from '../explorer/Value'
import { type Announced, useAnnounced } from './announced'
import { useStanding } from './office'

const useTexts = texts(
  {
    title: 'Announced',
    none: 'Nothing is announced.',
    by: 'Announced by',
    from: (time: string) => `It can be carried out from ${time} on, for a week.`,
    others: 'Only who announced it can carry it out.',
    carryOut: 'Carry out',
    takeBack: 'Take back',
    carried: (what: string) => `Carry out ${what}`,
    taken: (what: string) => `Take back ${what}`,
  },
  {
    de: {
      title: 'Angekündigt',
      none: 'Nichts ist angekündigt.',
      by: 'Angekündigt von',
      from: (time: string) => `Ausführbar ab ${time}, eine Woche lang.`,
      others: 'Ausführen kann es nur, wer es angekündigt hat.',
      carryOut: 'Ausführen',
      takeBack: 'Zurücknehmen',
      carried: (what: string) => `${what} ausführen`,
      taken: (what: string) => `${what} zurücknehmen`,
    },
  },
)

/** What the contract that administrates will let happen, and when; nothing where there is none. */
export function AnnouncedPanel() {
  const t = useTexts()
  const { contract, administrator } = useStanding()
  const query = useAnnounced()
  if (!contract || administrator === null) return null
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={query}>
        {(all) =>
          all.length === 0 ? (
            <p>{t.none}</p>
          ) : (
            <>
              {all.map((one) => (
                <One key={one.id} one={one} office={administrator} />
              ))}
            </>
          )
        }
      </Asked>
    </section>
  )
}

function One({ one, office }: { one: Announced; office: Address }) {
  const t = useTexts()
  const format = useFormat()
  const { account } = useStanding()
  const registry = useRegistry()
  const now = useChainTime()
  const contract = useContractName(one.target)
  const call = registry ? decodeCall(registry, one.data, contract) : null
  const what = call === null ? one.data.slice(0, 10) : call.name
  const own = account?.toLowerCase() === one.caller.toLowerCase()
  const due = now !== null && now >= one.when
  const at = { address: office, abi }
  return (
    <article className="card" aria-label={what}>
      <h3>
        <code>{what}</code>
      </h3>
      {call === null ? null : <Fields fields={call.fields} />}
      <p>
        {t.by} <Account address={one.caller} />. {t.from(format.time(one.when))}
      </p>
      {own ? (
        <>
          {due ? (
            <ActButton
              call={callOf({ ...at, functionName: 'execute', args: [one.target, one.data] })}
              what={t.carried(what)}
            >
              {t.carryOut}
            </ActButton>
          ) : null}
          <ActButton
            call={callOf({
              ...at,
              functionName: 'cancel',
              args: [one.caller, one.target, one.data],
            })}
            what={t.taken(what)}
          >
            {t.takeBack}
          </ActButton>
        </>
      ) : (
        <p className="soft">{t.others}</p>
      )}
    </article>
  )
}
