import { useId, useState } from 'react'
import { same, type Table } from './json'
import { type Language, read, written } from './scenarioText'
import { useLabTexts } from './texts'

interface Props {
  scenario: Table
  language: Language
  replace: (scenario: Table) => void
}

/** A scenario as the text of its file, to edit by hand. */
export function ScenarioText({ scenario, language, replace }: Props) {
  const t = useLabTexts()
  const id = useId()
  const [text, setText] = useState(() => written(scenario, language))
  const [seen, setSeen] = useState(scenario)
  const [problem, setProblem] = useState<string | null>(null)
  if (seen !== scenario) {
    setSeen(scenario)
    const now = read(text, language)
    if (
      !('scenario' in now) ||
      !same({ ...now.scenario, game: scenario['game'] ?? '' }, scenario)
    ) {
      setText(written(scenario, language))
      setProblem(null)
    }
  }
  return (
    <div className="field text-field">
      <textarea
        aria-label={t.asText(language.toUpperCase())}
        aria-describedby={id}
        aria-invalid={problem !== null}
        className="numbers"
        rows={Math.min(40, text.split('\n').length + 1)}
        spellCheck={false}
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          const found = read(target.value, language)
          if ('scenario' in found) {
            setProblem(null)
            replace(found.scenario)
          } else {
            setProblem(
              `${found.line === null ? '' : t.line(found.line)}${found.message}. ${t.notRead}`,
            )
          }
        }}
      />
      <span id={id} className="problem" role="status">
        {problem}
      </span>
    </div>
  )
}
