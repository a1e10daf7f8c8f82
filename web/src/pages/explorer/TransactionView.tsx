import { useQuery } from '@tanstack/react-query'
import { type Hash, isHash, type TransactionReceipt } from 'viem'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { revertData, sentenceOf } from '../../tx/problem'
import { replayed } from '../../tx/replay'
import { Facts } from './Facts'
import { errorOf } from './failure'
import { Final } from './Final'
import { Input } from './Input'
import { Logs } from './Logs'
import { useChain, useTransaction } from './queries'
import { useTexts as useWords } from './texts'
import { BlockLink } from './TransactionTable'
import { Address, HexText } from './Value'

const useTexts = texts(
  {
    title: 'Transaction',
    wrong: (text: string) => `“${text}” is no hash of a transaction: 0x and 64 hexadecimal digits.`,
    none: 'The chain knows no transaction of this hash. If it was just sent, it may come: this page looks again by itself.',
    state: 'State',
    done: 'Done.',
    pending: 'On its way.',
    failed: 'Failed:',
    replaying: 'Failed; the same call is being repeated to find out why …',
    untold:
      'Failed. Repeated on the block before it the call does not fail, so what failed it came earlier in the same block, or it ran out of gas.',
    outOfGas: 'Failed: it used all the gas that it was given.',
    final: 'Final?',
    gas: 'Gas',
    gasOf: (used: string, limit: string) => `${used} of at most ${limit}`,
    price: 'Price of gas',
    fee: 'Fee',
    made: 'Made',
    nonce: 'Count of the sender (nonce)',
    position: 'Place in the block',
  },
  {
    de: {
      title: 'Transaktion',
      wrong: (text: string) =>
        `„${text}“ ist kein Hash einer Transaktion: 0x und 64 hexadezimale Ziffern.`,
      none: 'Die Kette kennt keine Transaktion mit diesem Hash. Wurde sie gerade gesendet, kann sie noch kommen: Diese Seite sieht von selbst wieder nach.',
      state: 'Stand',
      done: 'Erledigt.',
      pending: 'Unterwegs.',
      failed: 'Fehlgeschlagen:',
      replaying: 'Fehlgeschlagen; derselbe Aufruf wird wiederholt, um den Grund zu finden …',
      untold:
        'Fehlgeschlagen. Auf dem Block davor wiederholt, gelingt der Aufruf; der Grund lag also früher im selben Block, oder das Gas ging aus.',
      outOfGas: 'Fehlgeschlagen: Alles mitgegebene Gas wurde verbraucht.',
      final: 'Endgültig?',
      gas: 'Gas',
      gasOf: (used: string, limit: string) => `${used} von höchstens ${limit}`,
      price: 'Preis je Gas',
      fee: 'Gebühr',
      made: 'Erzeugte',
      nonce: 'Zähler des Absenders (Nonce)',
      position: 'Platz im Block',
    },
  },
)

/** One transaction: what it asked for, what came of it, what it cost. */
export function TransactionView({ hash }: { hash: string }) {
  const t = useTexts()
  if (!isHash(hash)) return <p role="alert">{t.wrong(hash)}</p>
  return (
    <>
      <h2>{t.title}</h2>
      <p>
        <code className="hex">{hash}</code>
      </p>
      <Found hash={hash} />
    </>
  )
}

function Found({ hash }: { hash: Hash }) {
  const t = useTexts()
  const words = useWords()
  const format = useFormat()
  const { currency } = useMarket()
  const number = (value: bigint | number) => format.number(Number(value), 0)
  return (
    <Asked query={useTransaction(hash)}>
      {({ transaction: sent, receipt }) =>
        sent === null ? (
          <p role="status">{t.none}</p>
        ) : (
          <>
            <Facts
              facts={[
                [t.state, <Outcome key="outcome" hash={hash} receipt={receipt} gas={sent.gas} />],
                [t.final, <Final key="final" block={sent.blockNumber} />],
                [
                  words.block,
                  sent.blockNumber === null ? null : (
                    <BlockLink key="block" number={sent.blockNumber} />
                  ),
                ],
                [words.from, <Address key="from" address={sent.from} />],
                [
                  words.to,
                  sent.to === null ? words.newContract : <Address key="to" address={sent.to} />,
                ],
                [
                  t.made,
                  receipt?.contractAddress == null ? null : (
                    <Address key="made" address={receipt.contractAddress} />
                  ),
                ],
                [words.value, `${format.wad(sent.value, 18)} ${currency}`],
                [
                  t.fee,
                  receipt === null
                    ? null
                    : `${format.wad(receipt.gasUsed * receipt.effectiveGasPrice, 12)} ${currency}`,
                ],
                [
                  t.gas,
                  receipt === null ? null : t.gasOf(number(receipt.gasUsed), number(sent.gas)),
                ],
                [
                  t.price,
                  receipt === null
                    ? null
                    : `${format.number(Number(receipt.effectiveGasPrice) / 1e9, 9)} G${currency}`,
                ],
                [t.nonce, number(sent.nonce)],
                [t.position, sent.transactionIndex === null ? null : number(sent.transactionIndex)],
              ]}
            />
            <Input to={sent.to} data={sent.input} />
            {receipt === null ? null : <Logs logs={receipt.logs} />}
          </>
        )
      }
    </Asked>
  )
}

interface OutcomeProps {
  hash: Hash
  receipt: TransactionReceipt | null
  gas: bigint
}

function Outcome({ hash, receipt, gas }: OutcomeProps) {
  const t = useTexts()
  const chain = useChain()
  const market = useMarket()
  const reverted = receipt?.status === 'reverted'
  const why = useQuery({
    queryKey: ['explorer', 'replay', hash],
    queryFn: () => replayed(chain, hash),
    enabled: reverted,
    staleTime: Infinity,
  })
  if (receipt === null) return t.pending
  if (!reverted) return <span className="good">✓ {t.done}</span>
  if (why.isPending) return <span className="bad">{t.replaying}</span>
  if (why.error ?? why.data) {
    const error = why.error ?? why.data
    const data = revertData(error)
    const known = data === null ? null : errorOf(data, market)
    return (
      <span className="bad">
        ✗ {t.failed} {sentenceOf(error, market)} {known === null ? null : <code>{known.name}</code>}
        {known === null && data !== null ? <HexText hex={data} /> : null}
      </span>
    )
  }
  return <span className="bad">✗ {receipt.gasUsed >= gas ? t.outOfGas : t.untold}</span>
}
