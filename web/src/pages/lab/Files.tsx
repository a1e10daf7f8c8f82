import { useState } from 'react'
import { download } from './download'
import { fits } from './link'
import { written } from './scenarioText'
import type { Answer } from './solution'
import { useLabTexts } from './texts'
import type { Bench } from './useBench'

interface Props {
  bench: Bench
  game: string
  answer: Answer | null
}

/** What the reader can take with her: the scenario, the answer, a link. */
export function Files({ bench, game, answer }: Props) {
  const t = useLabTexts()
  const [copied, setCopied] = useState(false)
  const short = bench.example !== null || fits(bench.scenario)
  return (
    <div className="bar files">
      <button
        type="button"
        onClick={() =>
          download(`${game}.toml`, written(bench.scenario, 'toml'), 'application/toml')
        }
      >
        {t.scenarioFile} (TOML)
      </button>
      <button
        type="button"
        onClick={() =>
          download(`${game}.json`, written(bench.scenario, 'json'), 'application/json')
        }
      >
        {t.scenarioFile} (JSON)
      </button>
      {answer === null ? null : (
        <button
          type="button"
          onClick={() =>
            download(`${game}-answer.json`, `${JSON.stringify(answer)}\n`, 'application/json')
          }
        >
          {t.answerFile}
        </button>
      )}
      {short ? (
        <button
          type="button"
          onClick={() => {
            void navigator.clipboard.writeText(window.location.href).then(() => setCopied(true))
          }}
        >
          {t.copyLink}
        </button>
      ) : null}
      <span role="status" className="soft">
        {copied ? t.copied : short ? t.scenarioHint : t.tooLong}
      </span>
    </div>
  )
}
