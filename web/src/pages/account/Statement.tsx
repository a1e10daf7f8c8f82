import { useState } from 'react'
import { ServiceError } from '../../api/client'
import { texts } from '../../i18n/catalogue'
import { useLanguage } from '../../i18n/language'
import { Asked } from '../../parts/Asked'
import { type Own, type StatementFormat, statementFile, useStatements } from './queries'

const useTexts = texts(
  {
    title: 'Statement to keep',
    none: 'There is no statement yet; one comes with the first closed period of a month.',
    month: 'Month',
    html: 'Page to read and print (HTML)',
    csv: 'Lines of the bill (CSV)',
    periods: 'Every period (CSV)',
    wait: 'Being made …',
    failed: 'The statement could not be fetched.',
  },
  {
    de: {
      title: 'Abrechnung zum Aufheben',
      none: 'Noch gibt es keine Abrechnung; eine kommt mit der ersten abgeschlossenen Periode eines Monats.',
      month: 'Monat',
      html: 'Zum Lesen und Drucken (HTML)',
      csv: 'Zeilen der Rechnung (CSV)',
      periods: 'Jede Periode (CSV)',
      wait: 'Wird erstellt …',
      failed: 'Die Abrechnung konnte nicht geholt werden.',
    },
  },
)

/** Hands a file to the browser under a name. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold of the data once it has begun.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Her statement of a month, as a file. */
export function Statement(own: Own) {
  const t = useTexts()
  const language = useLanguage()
  const query = useStatements(own)
  const [chosen, choose] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  async function fetchIt(month: string, format: StatementFormat) {
    setBusy(true)
    setProblem(null)
    try {
      const file = await statementFile(own, month, format, language)
      const kind = format === 'html' ? 'html' : 'csv'
      save(file, `statement-${month}${format === 'periods' ? '-periods' : ''}.${kind}`)
    } catch (error) {
      setProblem(error instanceof ServiceError && error.status !== 0 ? error.message : t.failed)
    } finally {
      setBusy(false)
    }
  }

  return (
    <section className="panel">
      <h2>{t.title}</h2>
      <Asked query={query}>
        {({ months, formats }) => {
          const month = months.find((one) => one === chosen) ?? months.at(-1)
          if (month === undefined) return <p>{t.none}</p>
          return (
            <>
              <div className="field">
                <label htmlFor="statement-month">{t.month}</label>
                <select
                  id="statement-month"
                  value={month}
                  onChange={(event) => choose(event.target.value)}
                >
                  {months.toReversed().map((one) => (
                    <option key={one}>{one}</option>
                  ))}
                </select>
              </div>
              <div className="choices">
                {formats.map((format) => (
                  <button
                    key={format}
                    type="button"
                    disabled={busy}
                    onClick={() => void fetchIt(month, format)}
                  >
                    {busy ? t.wait : t[format]}
                  </button>
                ))}
              </div>
              <p className="problem" role="status">
                {problem}
              </p>
            </>
          )
        }}
      </Asked>
    </section>
  )
}
