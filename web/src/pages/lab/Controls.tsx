import { flagsIn, numbersIn, textOf } from './entries'
import type { ControlProps } from './form'
import { isList, type Json, nameOf } from './json'
import type { Shape } from './schema'
import { useLabTexts } from './texts'
import { useTyped } from './useTyped'

type Of<Kind extends Shape['kind']> = Extract<Shape, { kind: Kind }>

const MOST_ROWS = 14
const WIDE = 48

/** What is typed in a control: '' where something is needed and nothing is there. */
function typedAs(
  required: boolean,
  found: (text: string) => Json | undefined,
): (text: string) => Json | undefined {
  return (text) => (text.trim() === '' ? (required ? '' : undefined) : (found(text) ?? text))
}

/** One number, or many in one text. */
export function NumbersControl(props: ControlProps<Of<'numbers'> | Of<'flags'>>) {
  const { form, path, shape, value, required, preset, describedBy } = props
  const found = shape.kind === 'numbers' ? numbersIn : flagsIn
  const { text, type } = useTyped({
    value,
    write: (one) => textOf(one, shape.ranks),
    read: typedAs(required, (typed) => found(typed, shape.ranks)),
    change: (one) => form.change(path, one),
  })
  const common = {
    id: `${form.id}-${nameOf(path)}`,
    value: text,
    placeholder: textOf(preset, shape.ranks),
    'aria-describedby': describedBy,
    'aria-invalid': form.problemAt(path) !== null,
    autoComplete: 'off',
    spellCheck: false,
  }
  if (Math.max(...shape.ranks) === 0)
    return <input {...common} inputMode="decimal" onChange={(event) => type(event.target.value)} />
  return (
    <textarea
      {...common}
      className="numbers"
      rows={rowsFor(text)}
      onChange={(event) => type(event.target.value)}
    />
  )
}

function rowsFor(text: string): number {
  const lines = text.split('\n').map((line) => Math.max(1, Math.ceil(line.length / WIDE)))
  return Math.min(
    MOST_ROWS,
    lines.reduce((sum, one) => sum + one, 0),
  )
}

export function FlagControl({
  form,
  path,
  value,
  preset,
  required,
  describedBy,
}: ControlProps<Of<'flags'>>) {
  const t = useLabTexts()
  const said = (one: Json | undefined) => (one === true ? t.yes : one === false ? t.no : t.none)
  return (
    <select
      id={`${form.id}-${nameOf(path)}`}
      value={String(value ?? '')}
      aria-describedby={describedBy}
      onChange={({ target }) =>
        form.change(path, target.value === '' ? undefined : target.value === 'true')
      }
    >
      {required ? null : <option value="">{t.asDefault(said(preset))}</option>}
      <option value="true">{t.yes}</option>
      <option value="false">{t.no}</option>
    </select>
  )
}

export function ChoiceControl({
  form,
  path,
  shape,
  value,
  preset,
  required,
  describedBy,
}: ControlProps<Of<'choice'>>) {
  const t = useLabTexts()
  const known = value === undefined || shape.options.includes(String(value))
  return (
    <select
      id={`${form.id}-${nameOf(path)}`}
      value={String(value ?? '')}
      aria-describedby={describedBy}
      aria-invalid={form.problemAt(path) !== null}
      onChange={({ target }) => form.change(path, target.value === '' ? undefined : target.value)}
    >
      {required ? null : (
        <option value="">{preset === undefined ? t.none : t.asDefault(String(preset))}</option>
      )}
      {required && value === undefined ? <option value="">–</option> : null}
      {known ? null : <option value={String(value)}>{String(value)}</option>}
      {shape.options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  )
}

/** Several of a few; their order is the list's. */
export function ChoicesControl({ form, path, shape, value, name }: ControlProps<Of<'choices'>>) {
  const chosen = isList(value) ? value.map(String) : []
  return (
    <div className="choices" role="group" aria-label={name}>
      {shape.options.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={({ target }) =>
              form.change(
                path,
                shape.options.filter((one) =>
                  one === option ? target.checked : chosen.includes(one),
                ),
              )
            }
          />{' '}
          {option}
        </label>
      ))}
    </div>
  )
}

export function TextControl({
  form,
  path,
  shape,
  value,
  required,
  describedBy,
}: ControlProps<Of<'text'> | Of<'texts'>>) {
  const many = shape.kind === 'texts'
  const { text, type } = useTyped({
    value,
    write: (one) => (isList(one) ? one.map(String).join('\n') : String(one ?? '')),
    read: typedAs(required, (typed) =>
      many
        ? typed
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== '')
        : typed,
    ),
    change: (one) => form.change(path, one),
  })
  const common = {
    id: `${form.id}-${nameOf(path)}`,
    value: text,
    'aria-describedby': describedBy,
    'aria-invalid': form.problemAt(path) !== null,
    autoComplete: 'off',
    spellCheck: false,
  }
  return many ? (
    <textarea {...common} rows={rowsFor(text)} onChange={(event) => type(event.target.value)} />
  ) : (
    <input {...common} onChange={(event) => type(event.target.value)} />
  )
}
