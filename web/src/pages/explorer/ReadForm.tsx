import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  decodeAbiParameters,
  encodeFunctionData,
} from 'viem'
import { call } from 'viem/actions'
import { useMarket } from '../../api/market'
import { fieldsOf } from '../../chain/fields'
import { sentenceOf } from '../../tx/problem'
import { parseArgument, type Wrong } from './argument'
import { useAskTexts, useWrong } from './wrong'
import { useChain } from './queries'
import { Fields } from './Value'

interface Props {
  /** The ABI's name: what its fields mean. */
  contract: string
  address: Address
  item: AbiFunction
}

/** A question to a contract: its arguments, and the answer as it is now. */
export function ReadForm({ contract, address, item }: Props) {
  const t = useAskTexts()
  const chain = useChain()
  const market = useMarket()
  const id = useId()
  const [given, setGiven] = useState<Readonly<Record<number, string>>>({})
  const [wrong, setWrong] = useState<Readonly<Record<number, Wrong>>>({})
  const ask = useMutation({
    mutationFn: async (args: readonly unknown[]) => {
      const data = encodeFunctionData({ abi: [item], functionName: item.name, args })
      const answer = await call(chain, { to: address, data })
      const values = decodeAbiParameters(item.outputs, answer.data ?? '0x')
      return fieldsOf(contract, item.name, item.outputs, values)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const parsed = item.inputs.map((input, index) =>
      parseArgument(input, given[index] ?? firstOf(input)),
    )
    const faults = parsed.flatMap((one, index) =>
      'wrong' in one ? [[index, one.wrong] as const] : [],
    )
    setWrong(Object.fromEntries(faults))
    if (faults.length === 0) ask.mutate(parsed.map((one) => ('value' in one ? one.value : null)))
  }
  return (
    <form className="panel read-form" onSubmit={submit} noValidate>
      <h4>
        <code>{item.name}</code>
      </h4>
      {item.inputs.map((input, index) => (
        <Argument
          // The ABI's order does not change.
          key={`${index} ${input.name}`}
          id={`${id}${index}`}
          input={input}
          text={given[index] ?? firstOf(input)}
          wrong={wrong[index] ?? null}
          change={(text) => setGiven({ ...given, [index]: text })}
        />
      ))}
      <button
        type="submit"
        className="quiet"
        disabled={ask.isPending}
        aria-label={t.askFor(item.name)}
      >
        {ask.isPending ? t.asking : t.ask}
      </button>
      <div role="status">
        {ask.error ? <p className="problem">{sentenceOf(ask.error, market)}</p> : null}
        {ask.data ? <Fields fields={ask.data} /> : null}
      </div>
    </form>
  )
}

/** What a field holds before anybody wrote in it. */
function firstOf(input: AbiParameter): string {
  return input.type === 'bool' ? 'false' : ''
}

interface ArgumentProps {
  id: string
  input: AbiParameter
  text: string
  wrong: Wrong | null
  change: (text: string) => void
}

function Argument({ id, input, text, wrong, change }: ArgumentProps) {
  const t = useAskTexts()
  const said = useWrong()
  const fault = `${id}-fault`
  return (
    <div className="field">
      <label htmlFor={id}>
        {input.name || t.argument} <span className="hint">{input.type}</span>
      </label>
      {input.type === 'bool' ? (
        <select id={id} value={text} onChange={(event) => change(event.target.value)}>
          <option value="false">{t.no}</option>
          <option value="true">{t.yes}</option>
        </select>
      ) : (
        <input
          id={id}
          value={text}
          spellCheck={false}
          autoComplete="off"
          inputMode={/^u?int\d*$/.test(input.type) ? 'numeric' : 'text'}
          aria-invalid={wrong !== null}
          aria-describedby={wrong === null ? undefined : fault}
          onChange={(event) => change(event.target.value)}
        />
      )}
      {wrong === null ? null : (
        <p id={fault} className="problem">
          {said(wrong)}
        </p>
      )}
    </div>
  )
}
