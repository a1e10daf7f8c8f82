import type { ReactNode } from 'react'
import { ChoiceControl, ChoicesControl, FlagControl, NumbersControl, TextControl } from './Controls'
import { textOf } from './entries'
import type { ControlProps, Form } from './form'
import { isList, isTable, type Json, nameOf, type Path } from './json'
import { blankOf, type Field, type Shape } from './schema'
import { useWords } from './words'
import { useLabTexts, wordsOf } from './texts'

interface Props {
  form: Form
  fields: readonly Field[]
  path: Path
  value: Json | undefined
}

/** A table's fields: the small ones in columns, tables and lists of them below one another. */
export function Fields({ form, fields, path, value }: Props) {
  const table = isTable(value) ? value : {}
  const shown = fields.filter((field) => field.shape.kind !== 'fixed')
  const small = shown.filter((field) => !isLarge(field.shape))
  const large = shown.filter((field) => isLarge(field.shape))
  return (
    <>
      <div className="fields">
        {small.map((field) => (
          <SmallField key={field.name} form={form} field={field} path={path} table={table} />
        ))}
      </div>
      {large.map((field) => (
        <LargeField
          key={field.name}
          form={form}
          field={field}
          path={[...path, field.name]}
          value={table[field.name]}
        />
      ))}
    </>
  )
}

function isLarge(shape: Shape): boolean {
  return shape.kind === 'table' || shape.kind === 'list'
}

interface SmallProps {
  form: Form
  field: Field
  path: Path
  table: { readonly [name: string]: Json }
}

function SmallField({ form, field, path: above, table }: SmallProps) {
  const t = useLabTexts()
  const words = useWords()
  const path = [...above, field.name]
  const id = `${form.id}-${nameOf(path)}`
  const problem = form.problemAt(path)
  const given = field.shape.kind === 'numbers' || field.shape.kind === 'flags'
  const grouped = field.shape.kind === 'choices' || field.shape.kind === 'other'
  const ranks = given ? (field.shape as { ranks: readonly number[] }).ranks : [0]
  const preset = field.preset === undefined ? '' : textOf(field.preset, ranks)
  const name = words.field(field.name)
  const label = (
    <>
      {name}
      {field.unit === '' ? null : <span className="unit"> {words.unit(field.unit)}</span>}
    </>
  )
  return (
    <div className={`field${isWide(field.shape) ? ' wide-field' : ''}`}>
      {grouped ? <span>{label}</span> : <label htmlFor={id}>{label}</label>}
      <Control
        form={form}
        path={path}
        shape={field.shape}
        value={table[field.name]}
        required={field.required}
        preset={field.preset}
        name={name}
        describedBy={`${id}-hint ${id}-problem`}
      />
      <span id={`${id}-hint`} className="hint">
        {[
          words.about(field.about),
          field.size,
          name === wordsOf(field.name) ? '' : t.inFile(field.name),
          field.shape.kind === 'texts' ? t.namesHint : '',
          field.required ? '' : preset === '' ? t.optional : t.leftOut(preset),
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
      <span id={`${id}-problem`} className="problem" role="status">
        {problem}
      </span>
    </div>
  )
}

function isWide(shape: Shape): boolean {
  return (shape.kind === 'numbers' || shape.kind === 'flags') && Math.max(...shape.ranks) > 1
}

function Control(props: ControlProps<Shape>): ReactNode {
  const t = useLabTexts()
  const { shape } = props
  switch (shape.kind) {
    case 'numbers':
      return <NumbersControl {...props} shape={shape} />
    case 'flags':
      return shape.ranks.includes(0) ? (
        <FlagControl {...props} shape={shape} />
      ) : (
        <NumbersControl {...props} shape={shape} />
      )
    case 'choice':
      return <ChoiceControl {...props} shape={shape} />
    case 'choices':
      return <ChoicesControl {...props} shape={shape} />
    case 'text':
    case 'texts':
      return <TextControl {...props} shape={shape} />
    default:
      return <p className="soft">{t.inText}</p>
  }
}

interface LargeProps {
  form: Form
  field: Field
  path: Path
  value: Json | undefined
}

/** A table or a list of them, which may be left out as a whole. */
function LargeField({ form, field, path, value }: LargeProps) {
  const t = useLabTexts()
  const words = useWords()
  const name = words.field(field.name)
  const given = value !== undefined && value !== ''
  return (
    <fieldset className="part">
      <legend>{name}</legend>
      <p className="hint">
        {[words.about(field.about), field.required ? '' : t.optional]
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
      {given ? (
        <Large form={form} shape={field.shape} path={path} value={value} name={name} />
      ) : (
        <button
          type="button"
          className="quiet"
          onClick={() => form.change(path, blankOf(field.shape))}
        >
          {t.add(name)}
        </button>
      )}
      {given && !field.required ? (
        <button
          type="button"
          className="quiet"
          aria-label={`${t.remove}: ${name}`}
          onClick={() => form.change(path, undefined)}
        >
          {t.remove}
        </button>
      ) : null}
      <p className="problem" role="status">
        {form.problemAt(path, true)}
      </p>
    </fieldset>
  )
}

interface InnerProps {
  form: Form
  shape: Shape
  path: Path
  value: Json
  name: string
}

function Large({ form, shape, path, value, name }: InnerProps) {
  const t = useLabTexts()
  if (shape.kind === 'table')
    return <Fields form={form} fields={shape.fields} path={path} value={value} />
  if (shape.kind !== 'list') return <p className="soft">{t.inText}</p>
  const items = isList(value) ? value : []
  return (
    <>
      <ol className="items" start={0}>
        {items.map((item, place) => (
          // Places are what items are told apart by: they have no names of their own.
          <li key={place}>
            <Large form={form} shape={shape.of} path={[...path, place]} value={item} name={name} />
            {items.length > shape.count.least ? (
              <button
                type="button"
                className="quiet"
                aria-label={t.removeOne(name, place)}
                onClick={() => form.change([...path, place], undefined)}
              >
                {t.remove}
              </button>
            ) : null}
          </li>
        ))}
      </ol>
      {items.length < shape.count.most ? (
        <button
          type="button"
          className="quiet"
          onClick={() => form.change([...path, items.length], blankOf(shape.of))}
        >
          {t.add(name)}
        </button>
      ) : null}
    </>
  )
}
