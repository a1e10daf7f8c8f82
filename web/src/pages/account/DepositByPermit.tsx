import { readContract } from 'viem/actions'
import { useConfig, useConnection, useSignTypedData } from 'wagmi'
import { useFormat, useMarket } from '../../api/market'
import { useContract } from '../../chain/contracts'
import { texts } from '../../i18n/catalogue'
import { AmountField, useAmount } from '../../parts/AmountField'
import { callOf } from '../../tx/useAct'
import { useSend } from '../../tx/useSend'
import { permitData, signatureParts } from './permit'
import type { Me } from './reads'

/** A signature holds so long, chain seconds. */
const PERMIT_SECONDS = 3600

const useTexts = texts(
  {
    title: 'Deposit from my wallet',
    said: 'Your wallet asks twice: first for a signature that allows exactly this amount once, then for the transaction that uses it. No standing permission is left behind.',
    amount: 'Elecoins',
    all: 'All',
    beyond: 'More than is in your wallet.',
    go: 'Sign and deposit',
    wallet: 'Confirm in your wallet …',
    what: (amount: string) => `Deposit ${amount} ELE`,
  },
  {
    de: {
      title: 'Aus meiner Wallet einzahlen',
      said: 'Ihre Wallet fragt zweimal: erst nach einer Unterschrift, die genau diesen Betrag einmal erlaubt, dann nach der Transaktion, die sie nutzt. Eine dauernde Erlaubnis bleibt nicht zurück.',
      amount: 'Elecoins',
      all: 'Alle',
      beyond: 'Mehr, als in Ihrer Wallet ist.',
      go: 'Unterschreiben und einzahlen',
      wallet: 'Bitte in der Wallet bestätigen …',
      what: (amount: string) => `${amount} ELE einzahlen`,
    },
  },
)

/** Elecoins from the wallet to the deposit: one signature, one transaction. */
export function DepositByPermit({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const connection = useConnection()
  const config = useConfig()
  const trading = useContract('ElectricityTrading')
  const elecoin = useContract('Elecoin')
  const sign = useSignTypedData()
  const { busy, problem: said, send } = useSend()
  const typed = useAmount()
  const amount = typed.value
  const problem = amount !== null && amount > me.wallet ? t.beyond : null
  const right = connection.chainId === market.chain_id
  const possible = right && amount !== null && amount > 0n && problem === null && time > 0

  async function permitted(value: bigint) {
    const nonce = await readContract(config.getClient(), {
      ...elecoin,
      functionName: 'nonces',
      args: [me.address],
    })
    const deadline = BigInt(time + PERMIT_SECONDS)
    const signature = await sign.mutateAsync({
      ...permitData({
        chainId: market.chain_id,
        token: elecoin.address,
        owner: me.address,
        spender: trading.address,
        value,
        nonce,
        deadline,
      }),
      account: me.address,
    })
    const { v, r, s } = signatureParts(signature)
    return callOf({
      ...trading,
      functionName: 'depositWithPermit',
      args: [value, deadline, v, r, s],
    })
  }

  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <p>{t.said}</p>
      <AmountField
        label={t.amount}
        unit="ELE"
        amount={typed}
        problem={problem}
        preset={{ label: t.all, value: me.wallet }}
      />
      <div className="act">
        <button
          type="button"
          className="primary"
          disabled={!possible || busy}
          onClick={() => {
            if (amount === null) return
            void send(() => permitted(amount), t.what(format.wad(amount))).then((sent) => {
              if (sent) typed.set(null)
            })
          }}
        >
          {busy ? t.wallet : t.go}
        </button>
        <p className="problem" role="status">
          {said}
        </p>
      </div>
    </section>
  )
}
