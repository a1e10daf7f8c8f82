import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Account } from '../../parts/Account'
import { sentenceOf } from '../../tx/problem'
import { looksLikeToken, setToken } from '../../api/access'
import { useOperatorAccess } from './access'
import { useStanding } from './office'

const useTexts = texts(
  {
    title: 'Who you are here',
    administrator: 'This market is administered by',
    contract: '(a contract that gives roles)',
    you: 'That is your wallet.',
    notYou: 'Your wallet is another account: you see what anybody sees, and no buttons.',
    noWallet: 'No wallet is connected: you see what anybody sees, and no buttons.',
    data: 'Names, requests to join and the health of the machines are told only to the operator.',
    byToken:
      'Names, requests and the health of the machines are open to you by the operator’s token.',
    byWallet:
      'What only the operator is told is open to your wallet’s signature, for an hour at most.',
    sign: 'Open with my wallet',
    signing: 'Confirm in your wallet …',
    token: 'The operator’s token',
    orToken: 'Or the operator’s token',
    hint: 'From the service’s token file. It is kept in this page’s memory only and forgotten when you load it again.',
    open: 'Open with the token',
    malformed: 'A token has 32 printable characters or more, and no spaces.',
    forget: 'Close them again',
  },
  {
    de: {
      title: 'Wer Sie hier sind',
      administrator: 'Verwaltet wird dieser Markt von',
      contract: '(einem Vertrag, der Rollen vergibt)',
      you: 'Das ist Ihre Wallet.',
      notYou: 'Ihre Wallet ist ein anderes Konto: Sie sehen, was alle sehen, und keine Knöpfe.',
      noWallet: 'Keine Wallet ist verbunden: Sie sehen, was alle sehen, und keine Knöpfe.',
      data: 'Namen, Beitrittswünsche und den Zustand der Maschinen erfährt nur der Betreiber.',
      byToken:
        'Namen, Beitrittswünsche und der Zustand der Maschinen stehen Ihnen durch das Token des Betreibers offen.',
      byWallet:
        'Was nur der Betreiber erfährt, steht der Unterschrift Ihrer Wallet offen, höchstens eine Stunde.',
      sign: 'Mit meiner Wallet öffnen',
      signing: 'Bitte in der Wallet bestätigen …',
      token: 'Das Token des Betreibers',
      orToken: 'Oder das Token des Betreibers',
      hint: 'Aus der Token-Datei des Dienstes. Es bleibt nur im Speicher dieser Seite und ist nach dem Neuladen vergessen.',
      open: 'Mit dem Token öffnen',
      malformed: 'Ein Token hat mindestens 32 druckbare Zeichen und keine Leerzeichen.',
      forget: 'Wieder schließen',
    },
  },
)

/** Whose wallet this is to the market, and how the operator's data is opened. */
export function AccessPanel() {
  const t = useTexts()
  const standing = useStanding()
  const access = useOperatorAccess()
  const { administrator, account } = standing
  const same = account !== null && administrator?.toLowerCase() === account.toLowerCase()
  return (
    <section className="panel">
      <h2>{t.title}</h2>
      {administrator === null ? null : (
        <p>
          {t.administrator} <Account address={administrator} />{' '}
          {standing.contract ? t.contract : null}
        </p>
      )}
      {account !== null && (standing.contract || administrator === null) ? null : (
        <p>{account === null ? t.noWallet : same ? t.you : t.notYou}</p>
      )}
      {access.by === null ? (
        <Open />
      ) : (
        <>
          <p role="status">{access.by === 'token' ? t.byToken : t.byWallet}</p>
          <button type="button" className="quiet" onClick={() => access.forget()}>
            {t.forget}
          </button>
        </>
      )}
    </section>
  )
}

function Open() {
  const t = useTexts()
  const market = useMarket()
  const access = useOperatorAccess()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const sign = useMutation({ mutationFn: () => access.sign() })
  return (
    <>
      <p>{t.data}</p>
      {access.canSign ? (
        <button type="button" disabled={sign.isPending} onClick={() => sign.mutate()}>
          {sign.isPending ? t.signing : t.sign}
        </button>
      ) : null}
      <p role="status" className="problem">
        {sign.error ? sentenceOf(sign.error, market) : null}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setWrong(!looksLikeToken(text))
          if (looksLikeToken(text)) setToken(text)
        }}
      >
        <div className="field">
          <label htmlFor="operator-token">{access.canSign ? t.orToken : t.token}</label>
          <input
            id="operator-token"
            type="password"
            autoComplete="off"
            value={text}
            aria-invalid={wrong}
            aria-describedby="operator-token-hint"
            onChange={(event) => {
              setText(event.target.value)
              setWrong(false)
            }}
          />
          <p id="operator-token-hint" className={wrong ? 'problem' : 'hint'}>
            {wrong ? t.malformed : t.hint}
          </p>
        </div>
        <button type="submit">{t.open}</button>
      </form>
    </>
  )
}
