import { useQuery } from '@tanstack/react-query'
import { type AbiFunction, type Address, decodeAbiParameters, encodeFunctionData } from 'viem'
import { call } from 'viem/actions'
import { useMarket } from '../../api/market'
import { type Field, fieldsOf } from '../../chain/fields'
import { texts } from '../../i18n/catalogue'
import { Asked } from '../../parts/Asked'
import { sentenceOf } from '../../tx/problem'
import { useChain } from './queries'
import { Fields, Value } from './Value'

const useTexts = texts(
  { title: 'What it says now', none: 'Nothing without being asked for something.' },
  { de: { title: 'Was er jetzt sagt', none: 'Nichts, ohne nach etwas gefragt zu werden.' } },
)

interface Props {
  /** The ABI's name: what its fields mean. */
  contract: string
  address: Address
  /** Views that take no arguments. */
  items: readonly AbiFunction[]
}

/** Every view that takes no arguments, answered. */
export function Constants({ contract, address, items }: Props) {
  const t = useTexts()
  const chain = useChain()
  const market = useMarket()
  const query = useQuery({
    queryKey: ['explorer', 'constants', address],
    queryFn: () =>
      Promise.all(
        items.map(async (item): Promise<readonly Field[] | string> => {
          try {
            const data = encodeFunctionData({ abi: [item], functionName: item.name })
            const answer = await call(chain, { to: address, data })
            const values = decodeAbiParameters(item.outputs, answer.data ?? '0x')
            return fieldsOf(contract, item.name, item.outputs, values)
          } catch (error) {
            // One that reverts, as before there is anything to tell, says why.
            return sentenceOf(error, market)
          }
        }),
      ),
    refetchInterval: 20_000,
  })
  return (
    <section>
      <h3>{t.title}</h3>
      {items.length === 0 ? <p className="soft">{t.none}</p> : null}
      <Asked query={query}>
        {(answers) => (
          <dl className="facts">
            {items.map((item, index) => (
              <div key={item.name}>
                <dt>{item.name}</dt>
                <dd>
                  <Answer answer={answers[index] ?? []} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Asked>
    </section>
  )
}

function Answer({ answer }: { answer: readonly Field[] | string }) {
  if (typeof answer === 'string') return <span className="soft">{answer}</span>
  const [only, second] = answer
  if (only !== undefined && second === undefined) return <Value field={only} />
  return <Fields fields={answer} />
}
