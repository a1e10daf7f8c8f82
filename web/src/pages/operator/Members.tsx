import { useState } from 'react'
import { zeroAddress } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { short } from '../../parts/short'
import { type Column, Table } from '../../parts/Table'
import { callOf } from '../../tx/useAct'
import { type MemberOnChain, useMembersOnChain, useTrading } from './chain'
import { DutyButton, useWhyNot } from './DutyButton'
import { RightsForm } from './RightsForm'
import { useNames } from './service'
import { useWords } from './texts'

const useTexts = texts(
  {
    title: 'Members and their rights',
    caption: (count: string) => `${count} members, in order of registration`,
    empty: 'Nobody is registered yet.',
    deposit: 'Deposit',
    meter: 'Meter',
    noMeter: 'none',
    change: 'Change',
    changeOf: (who: string) => `Change the rights of ${who}`,
    heading: (who: string) => `Rights of ${who}`,
    revoke: 'Take all rights away',
    revokes: 'Without rights she can still withdraw and redeem what is hers.',
    revoked: (who: string) => `All rights of ${who} taken away`,
  },
  {
    de: {
      title: 'Mitglieder und ihre Rechte',
      caption: (count: string) => `${count} Mitglieder, in der Folge der Anmeldung`,
      empty: 'Noch ist niemand angemeldet.',
      deposit: 'Einlage',
      meter: 'Zähler',
      noMeter: 'keiner',
      change: 'Ändern',
      changeOf: (who: string) => `Rechte von ${who} ändern`,
      heading: (who: string) => `Rechte von ${who}`,
      revoke: 'Alle Rechte entziehen',
      revokes: 'Auch ohne Rechte kann sie abheben und einlösen, was ihr gehört.',
      revoked: (who: string) => `${who} alle Rechte entzogen`,
    },
  },
)

/** Every member, and a form for the rights of one. */
export function Members() {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const { zones } = useMarket()
  const names = useNames()
  const [chosen, setChosen] = useState<string | null>(null)
  const nameOf = (member: MemberOnChain) =>
    names.get(member.address.toLowerCase()) ?? short(member.address)
  const columns: Column<MemberOnChain>[] = [
    { head: words.member, cell: ({ address }) => <Account address={address} /> },
    ...(names.size === 0
      ? []
      : [
          {
            head: words.name,
            cell: ({ address }: MemberOnChain) => names.get(address.toLowerCase()) ?? '',
          },
        ]),
    { head: words.zone, cell: ({ zone }) => zones[zone] ?? zone },
    {
      head: words.rated,
      number: true,
      cell: ({ ratedPower }) => format.number(ratedPower / 1000, 3),
    },
    {
      head: words.rights,
      cell: ({ generation, trading }) =>
        [generation ? words.generation : '', trading ? words.trading : '']
          .filter((right) => right !== '')
          .join(', ') || words.noRights,
    },
    { head: t.deposit, number: true, cell: ({ deposit }) => `${format.wad(deposit, 2)} ELE` },
    {
      head: t.meter,
      cell: ({ meter }) => (meter === zeroAddress ? t.noMeter : <Account address={meter} />),
    },
    {
      head: t.change,
      cell: (member) => (
        <button
          type="button"
          className="quiet"
          aria-label={t.changeOf(nameOf(member))}
          aria-expanded={chosen === member.address}
          onClick={() => setChosen(chosen === member.address ? null : member.address)}
        >
          {t.change}
        </button>
      ),
    },
  ]
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={useMembersOnChain()}>
        {(members) => {
          const member = members.find(({ address }) => address === chosen)
          return (
            <>
              <Table
                caption={t.caption(format.number(members.length, 0))}
                columns={columns}
                rows={members}
                keyOf={({ address }) => address}
                empty={t.empty}
              />
              {member === undefined ? null : (
                <Change
                  key={member.address}
                  member={member}
                  who={nameOf(member)}
                  close={() => setChosen(null)}
                />
              )}
            </>
          )
        }}
      </Asked>
    </section>
  )
}

interface ChangeProps {
  member: MemberOnChain
  who: string
  close: () => void
}

function Change({ member, who, close }: ChangeProps) {
  const t = useTexts()
  const words = useWords()
  const contract = useTrading()
  // Said once is enough.
  const reasons = [useWhyNot('empower'), useWhyNot('revoke')]
  const neither = reasons.every((why) => why !== null)
  return (
    <div className="card operator-change">
      <h3>{t.heading(who)}</h3>
      <RightsForm
        account={member.address}
        nameHash={member.nameHash}
        who={who}
        first={member}
        onSent={close}
      />
      {!neither && (member.generation || member.trading) ? (
        <>
          <p className="soft">{t.revokes}</p>
          <DutyButton
            duty="revoke"
            call={callOf({ ...contract, functionName: 'revoke', args: [member.address] })}
            what={t.revoked(who)}
            onSent={close}
          >
            {t.revoke}
          </DutyButton>
        </>
      ) : null}
      <button type="button" className="quiet" onClick={close}>
        {words.close}
      </button>
    </div>
  )
}
