import { useId } from 'react'
import { useFormat } from '../../api/market'
import { useLanguage } from '../../i18n/language'
import { parseAmount } from '../../parts/amount'
import { useTypedAmount } from '../../parts/useTypedAmount'
import { useWords } from './texts'

interface Props {
  label: string
  /** Units are 10^-decimals of what is written. */
  decimals: number
  /** In units. */
  most: number
  /** What it starts with, in units. */
  first: number | null
  /** Told in units; null while there is no valid number. */
  change: (units: number | null) => void
}

/** A field for a number of units, exact, with the line that says what is wrong. */
export function NumberField({ label, decimals, most, first, change }: Props) {
  const t = useWords()
  const format = useFormat()
  const language = useLanguage()
  const id = useId()
  const { text, parsed, write } = useTypedAmount(decimals, first === null ? null : BigInt(first))
  const problem =
    parsed === null
      ? t.needed
      : 'problem' in parsed
        ? parsed.problem === 'fine'
          ? t.tooFine(decimals)
          : t.malformed
        : parsed.value > BigInt(most)
          ? t.tooLarge(format.number(most / 10 ** decimals, decimals))
          : null
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={(event) => {
          write(event.target.value)
          const now = parseAmount(event.target.value, decimals, language)
          const valid = now !== null && 'value' in now && now.value <= BigInt(most)
          change(valid ? Number(now.value) : null)
        }}
      />
      {problem === null ? null : (
        <p id={`${id}-problem`} className="problem">
          {problem}
        </p>
      )}
    </div>
  )
}
