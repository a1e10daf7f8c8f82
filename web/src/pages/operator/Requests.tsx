import { useState } from 'react'
import type { Address, Hex } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { Asked } from '../../parts/Asked'
import { short } from '../../parts/short'
import { type Column, Table } from '../../parts/Table'
import { sentenceOf } from '../../tx/problem'
import { useOperatorAccess } from './access'
import { RightsForm } from './RightsForm'
import { useDecide, useRequests, type WaitingRequest } from './service'
import { useWords } from './texts'

const FIRST_WATT = 10_000

const useTexts = texts(
  {
    title: 'Requests to join',
    caption: 'The open ones first, the oldest first',
    empty: 'Nobody has asked to join.',
    asked: 'Asked',
    state: 'State',
    requested: 'waits for you',
    approved: 'approved, not yet on the chain',
    refused: 'refused',
    joined: 'joined',
    unnamed: 'no name given',
    decide: 'Decide',
    decideOf: (who: string) => `Decide on ${who}`,
    heading: (who: string) => `${who} wants to join`,
    how: 'Approving sends her rights to the chain from your wallet; then the decision is written down here.',
    refuse: 'Refuse',
    recording: 'Writing it down …',
    again: 'Write the approval down again',
    unwritten: 'Her rights were sent, but the approval could not be written down:',
  },
  {
    de: {
      title: 'Beitrittswünsche',
      caption: 'Die offenen zuerst, die ältesten zuerst',
      empty: 'Niemand möchte beitreten.',
      asked: 'Gefragt',
      state: 'Stand',
      requested: 'wartet auf Sie',
      approved: 'angenommen, noch nicht auf der Kette',
      refused: 'abgelehnt',
      joined: 'beigetreten',
      unnamed: 'kein Name genannt',
      decide: 'Entscheiden',
      decideOf: (who: string) => `Über ${who} entscheiden`,
      heading: (who: string) => `${who} möchte beitreten`,
      how: 'Annehmen sendet ihre Rechte aus Ihrer Wallet an die Kette; dann wird die Entscheidung hier notiert.',
      refuse: 'Ablehnen',
      recording: 'Wird notiert …',
      again: 'Annahme noch einmal notieren',
      unwritten: 'Ihre Rechte sind gesendet, aber die Annahme ließ sich nicht notieren:',
    },
  },
)

/** Who wants to join, and the operator's decision. */
export function Requests() {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const access = useOperatorAccess()
  const query = useRequests()
  const [chosen, setChosen] = useState<string | null>(null)
  const columns: Column<WaitingRequest>[] = [
    { head: words.member, cell: ({ account }) => <Account address={account} /> },
    {
      head: words.name,
      cell: ({ name }) => name ?? <span className="soft">{t.unnamed}</span>,
    },
    { head: t.asked, cell: ({ asked_at }) => format.time(asked_at) },
    { head: t.state, cell: ({ state }) => t[state] },
    {
      head: t.decide,
      cell: ({ account, name, state }) =>
        state === 'joined' ? null : (
          <button
            type="button"
            className="quiet"
            aria-label={t.decideOf(name ?? short(account))}
            aria-expanded={chosen === account}
            onClick={() => setChosen(chosen === account ? null : account)}
          >
            {t.decide}
          </button>
        ),
    },
  ]
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {access.header === null ? (
        <p className="soft">{words.operatorOnly}</p>
      ) : (
        <Asked query={query}>
          {(requests) => {
            const request = requests.find(({ account }) => account === chosen)
            return (
              <>
                <Table
                  caption={t.caption}
                  columns={columns}
                  rows={requests}
                  keyOf={({ account }) => account}
                  empty={t.empty}
                />
                {request === undefined ? null : (
                  <Decide key={request.account} request={request} close={() => setChosen(null)} />
                )}
              </>
            )
          }}
        </Asked>
      )}
    </section>
  )
}

function Decide({ request, close }: { request: WaitingRequest; close: () => void }) {
  const t = useTexts()
  const words = useWords()
  const market = useMarket()
  const decide = useDecide()
  const [sent, setSent] = useState(false)
  const { account } = request
  const who = request.name ?? short(account)
  const approve = () => decide.mutate({ account, decision: 'approve' }, { onSuccess: close })
  return (
    <div className="card operator-change">
      <h3>{t.heading(who)}</h3>
      <p className="soft">{t.how}</p>
      <RightsForm
        account={account as Address}
        nameHash={request.name_hash as Hex}
        who={who}
        first={{ zone: 0, ratedPower: FIRST_WATT, generation: true, trading: true }}
        onSent={() => {
          setSent(true)
          approve()
        }}
      />
      <div role="status">
        {decide.isPending ? <p>{t.recording}</p> : null}
        {decide.error ? (
          <p className="problem">
            {sent ? t.unwritten : null} {sentenceOf(decide.error, market)}
          </p>
        ) : null}
      </div>
      {sent && decide.error ? (
        <button type="button" onClick={approve}>
          {t.again}
        </button>
      ) : null}
      {sent ? null : (
        <button
          type="button"
          disabled={decide.isPending || request.state === 'refused'}
          onClick={() => decide.mutate({ account, decision: 'refuse' }, { onSuccess: close })}
        >
          {t.refuse}
        </button>
      )}{' '}
      <button type="button" className="quiet" onClick={close}>
        {words.close}
      </button>
    </div>
  )
}
