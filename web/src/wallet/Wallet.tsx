import { useRef } from 'react'
import { type Connector, useConnect, useConnection, useConnectors, useDisconnect } from 'wagmi'
import { texts } from '../i18n/catalogue'
import { Account } from '../parts/Account'
import { plainSentenceOf } from '../tx/plain'

const useTexts = texts(
  {
    connect: 'Connect wallet',
    disconnect: 'Disconnect',
    title: 'Which wallet?',
    none: 'This browser has no wallet. MetaMask is one: an extension that keeps your keys. Install it, then load this page again.',
    get: 'Get MetaMask',
    cancel: 'Close',
    asking: 'Open your wallet and allow this page …',
    back: 'Connecting …',
    looks: 'Without a wallet you can look at everything; it is needed to buy, trade or vote.',
  },
  {
    de: {
      connect: 'Wallet verbinden',
      disconnect: 'Trennen',
      title: 'Welche Wallet?',
      none: 'Dieser Browser hat keine Wallet. MetaMask ist eine: eine Erweiterung, die Ihre Schlüssel hält. Bitte einrichten und die Seite neu laden.',
      get: 'MetaMask holen',
      cancel: 'Schließen',
      asking: 'Bitte in der Wallet diese Seite zulassen …',
      back: 'Verbinde …',
      looks:
        'Ohne Wallet kann man alles ansehen; zum Kaufen, Handeln oder Bewerten braucht es eine.',
    },
  },
)

/** Connects a wallet that the browser announces (EIP-6963), and shows whose it is. */
export function Wallet() {
  const t = useTexts()
  const connection = useConnection()
  const disconnect = useDisconnect()
  const dialog = useRef<HTMLDialogElement>(null)
  if (connection.isConnected && connection.address !== undefined) {
    return (
      <div className="wallet">
        <Account address={connection.address} />
        <button type="button" className="quiet" onClick={() => disconnect.mutate({})}>
          {t.disconnect}
        </button>
      </div>
    )
  }
  return (
    <div className="wallet">
      <button
        type="button"
        className="primary"
        disabled={connection.isReconnecting}
        onClick={() => dialog.current?.showModal()}
      >
        {connection.isReconnecting ? t.back : t.connect}
      </button>
      <dialog ref={dialog} aria-labelledby="wallet-title">
        <Choice close={() => dialog.current?.close()} />
      </dialog>
    </div>
  )
}

/** Wallets by name; the nameless one only where it is the only one. */
function named(connectors: readonly Connector[]): readonly Connector[] {
  const announced = connectors.filter((one) => one.id !== 'injected')
  const legacy = 'ethereum' in window ? connectors.filter((one) => one.id === 'injected') : []
  return announced.length > 0 ? announced : legacy
}

function Choice({ close }: { close: () => void }) {
  const t = useTexts()
  const wallets = named(useConnectors())
  const connect = useConnect()
  return (
    <>
      <h2 id="wallet-title">{t.title}</h2>
      {wallets.length === 0 ? (
        <p>
          {t.none} <a href="https://metamask.io/download/">{t.get}</a>
        </p>
      ) : (
        <ul className="wallets">
          {wallets.map((wallet) => (
            <li key={wallet.uid}>
              <button
                type="button"
                disabled={connect.isPending}
                onClick={() => connect.mutate({ connector: wallet }, { onSuccess: close })}
              >
                {wallet.icon ? <img src={wallet.icon} alt="" width={24} height={24} /> : null}
                {wallet.name}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="problem">
        {connect.isPending ? t.asking : connect.error ? plainSentenceOf(connect.error) : null}
      </p>
      <p className="soft">{t.looks}</p>
      <button type="button" onClick={close}>
        {t.cancel}
      </button>
    </>
  )
}
