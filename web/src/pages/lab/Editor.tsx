import { useEffect, useId, useMemo, useState } from 'react'
import { useFormat } from '../../api/market'
import { ServiceError } from '../../api/client'
import { check, type Problem } from './check'
import { Fields } from './Fields'
import type { Form } from './form'
import { nameOf, within } from './json'
import type { Example, GameDetails } from './queries'
import { ScenarioText } from './ScenarioText'
import { fieldsOf, strangers } from './schema'
import { useLabTexts } from './texts'
import { useWords } from './words'
import type { Bench } from './useBench'

type View = 'form' | 'toml' | 'json'
const VIEWS: readonly View[] = ['form', 'toml', 'json']

interface Props {
  game: GameDetails
  examples: readonly Example[]
  bench: Bench
  /** What the service said of the scenario. */
  refused: Error | null
  onProblems: (count: number) => void
}

/** A scenario as a form, or as the text of its file. */
export function Editor({ game, examples, bench, refused, onProblems }: Props) {
  const t = useLabTexts()
  const words = useWords()
  const id = useId()
  const [view, setView] = useState<View>('form')
  const fields = useMemo(() => fieldsOf(game.schema), [game.schema])
  const found = useMemo(() => check(fields, bench.scenario), [fields, bench.scenario])
  const say = useSaid()
  const unknown = strangers(fields, bench.scenario)
  useEffect(() => onProblems(found.length), [found, onProblems])

  const said = refused instanceof ServiceError && refused.field ? refused : null
  const places: readonly { place: string; text: () => string }[] = [
    ...found.map((one) => ({ place: one.place, text: () => say(one) })),
    ...(said === null
      ? []
      : [{ place: said.field ?? '', text: () => said.message.replace(`${said.field}: `, '') }]),
  ]
  const form: Form = {
    id,
    change: bench.change,
    problemAt: (path, exact = false) => {
      const name = nameOf(path)
      const one = places.find(({ place }) => (exact ? place === name : within(place, path)))
      return one?.text() ?? null
    },
  }
  return (
    <section className="panel" aria-label={t.form}>
      <div className="bar">
        <div className="field">
          <label htmlFor={`${id}-example`}>{t.example}</label>
          <select
            id={`${id}-example`}
            value={bench.example ?? ''}
            onChange={({ target }) => {
              const example = examples[Number(target.value)]
              if (target.value !== '' && example !== undefined) bench.replace(example.scenario)
            }}
          >
            {bench.example === null ? <option value="">{t.own}</option> : null}
            {examples.map((example, place) => (
              <option key={example.title} value={place}>
                {words.text(example.title)}
              </option>
            ))}
          </select>
        </div>
        <div role="group" aria-label={t.view} className="views">
          {VIEWS.map((one) => (
            <button
              key={one}
              type="button"
              className="quiet"
              aria-pressed={view === one}
              onClick={() => setView(one)}
            >
              {one === 'form' ? t.form : one.toUpperCase()}
            </button>
          ))}
        </div>
      </div>
      {view === 'form' ? (
        <>
          {unknown.length === 0 ? null : (
            <p className="notice">{t.strangers(unknown.join(', '))}</p>
          )}
          <p className="hint">{t.listHint}</p>
          <Fields form={form} fields={fields} path={[]} value={bench.scenario} />
        </>
      ) : (
        <ScenarioText
          key={view}
          language={view}
          scenario={bench.scenario}
          replace={bench.replace}
        />
      )}
    </section>
  )
}

/** What is wrong at a place, in words. */
function useSaid(): (problem: Problem) => string {
  const t = useLabTexts()
  const format = useFormat()
  return ({ place, why, least, most }) => {
    const inner = /\[(\d+)\]$/.exec(place)?.[1]
    const where = inner === undefined || why === 'count' ? '' : `${t.place} ${inner}: `
    if (why === 'missing') return where + t.missing
    if (why === 'unreadable') return where + t.unreadable
    if (why === 'whole') return where + t.whole
    const low = format.figures(least)
    const high = format.figures(most)
    if (why === 'count') return t.count(low, high)
    // 1e30 is the games' "any number".
    if (most >= 1e30) return where + t.atLeast(low)
    return where + (least <= -1e30 ? t.atMost(high) : t.outside(low, high))
  }
}
