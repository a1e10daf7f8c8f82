import { type ReactNode, useId, useState } from 'react'
import { texts } from '../i18n/catalogue'

const useTexts = texts(
  { table: 'Show as table', chart: 'Show as chart' },
  { de: { table: 'Als Tabelle', chart: 'Als Diagramm' } },
)

interface Props {
  title: string
  /** What the chart shows, in a sentence, for who does not see it. */
  summary: string
  chart: ReactNode
  table: ReactNode
}

/** A chart with its numbers behind it. */
export function Figure({ title, summary, chart, table }: Props) {
  const t = useTexts()
  const [tabular, setTabular] = useState(false)
  const id = useId()
  return (
    <figure className="figure" aria-labelledby={id}>
      <figcaption>
        <span id={id} className="figure-title">
          {title}
        </span>
        <button
          type="button"
          className="quiet"
          aria-pressed={tabular}
          onClick={() => setTabular(!tabular)}
        >
          {tabular ? t.chart : t.table}
        </button>
      </figcaption>
      {tabular ? table : chart}
      <p className="summary">{summary}</p>
    </figure>
  )
}
