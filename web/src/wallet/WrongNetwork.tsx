import { useConnection, useSwitchChain } from 'wagmi'
import { useMarket } from '../api/market'
import { texts } from '../i18n/catalogue'
import { plainSentenceOf } from '../tx/plain'

const useTexts = texts(
  {
    wrong: (name: string) => `Your wallet is on another network. This market is on ${name}.`,
    change: (name: string) => `Switch to ${name}`,
  },
  {
    de: {
      wrong: (name: string) =>
        `Ihre Wallet ist in einem anderen Netz. Dieser Markt ist auf ${name}.`,
      change: (name: string) => `Zu ${name} wechseln`,
    },
  },
)

/** Said while the wallet is on another chain; one press switches, and adds the chain if need be. */
export function WrongNetwork() {
  const t = useTexts()
  const market = useMarket()
  const connection = useConnection()
  const change = useSwitchChain()
  if (!connection.isConnected || connection.chainId === market.chain_id) return null
  return (
    <div className="notice" role="alert">
      <p>{t.wrong(market.chain_name)}</p>
      <button
        type="button"
        className="primary"
        disabled={change.isPending}
        onClick={() => change.mutate({ chainId: market.chain_id })}
      >
        {t.change(market.chain_name)}
      </button>
      {change.error ? <p className="problem">{plainSentenceOf(change.error)}</p> : null}
    </div>
  )
}
