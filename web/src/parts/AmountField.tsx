import { useId } from 'react'
import { texts } from '../i18n/catalogue'
import { useTypedAmount } from './useTypedAmount'

const useTexts = texts(
  {
    malformed: 'Please write a number such as 1.5.',
    fine: (digits: number) =>
      digits === 0 ? 'Whole numbers only.' : `At most ${digits} digits after the point.`,
  },
  {
    de: {
      malformed: 'Bitte eine Zahl schreiben, zum Beispiel 1,5.',
      fine: (digits: number) =>
        digits === 0 ? 'Nur ganze Zahlen.' : `Höchstens ${digits} Stellen nach dem Komma.`,
    },
  },
)

/** What the reader typed, and the number that it is. */
export interface Amount {
  text: string
  /** Units of 10^-decimals; null while it is no number. */
  value: bigint | null
  problem: string | null
  decimals: number
  write(text: string): void
  set(value: bigint | null): void
}

/** A number that the reader types, exact, in units of 10^-decimals. */
export function useAmount(decimals = 18, first: bigint | null = null): Amount {
  const t = useTexts()
  const { text, parsed, write, set } = useTypedAmount(decimals, first)
  const wrong = parsed !== null && 'problem' in parsed ? parsed.problem : null
  return {
    text,
    decimals,
    value: parsed !== null && 'value' in parsed ? parsed.value : null,
    problem: wrong === null ? null : wrong === 'fine' ? t.fine(decimals) : t.malformed,
    write,
    set,
  }
}

interface Props {
  label: string
  unit: string
  amount: Amount
  hint?: string | undefined
  /** Said where the number is one, but not a possible one. */
  problem?: string | null
  /** A value that one press fills in, with its words. */
  preset?: { label: string; value: bigint } | undefined
}

/** The field of an amount: label, unit, what is wrong with it. */
export function AmountField({ label, unit, amount, hint, problem, preset }: Props) {
  const id = useId()
  const said = amount.problem ?? problem ?? null
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="amount">
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          value={amount.text}
          aria-invalid={said !== null}
          aria-describedby={`${id}-said`}
          onChange={(event) => amount.write(event.target.value)}
        />
        <span className="unit">{unit}</span>
        {preset === undefined ? null : (
          <button type="button" className="quiet" onClick={() => amount.set(preset.value)}>
            {preset.label}
          </button>
        )}
      </div>
      <div id={`${id}-said`} aria-live="polite">
        {said === null ? null : <p className="problem">{said}</p>}
        {hint ? <p className="hint">{hint}</p> : null}
      </div>
    </div>
  )
}
