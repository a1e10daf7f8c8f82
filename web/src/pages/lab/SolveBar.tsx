import { useLabTexts } from './texts'
import type { Bench } from './useBench'
import type { Solve } from './useSolve'

interface Props {
  bench: Bench
  solve: Solve
  /** How many fields hold what cannot be. */
  problems: number
}

/** The seed, the button, and how far it is. */
export function SolveBar({ bench, solve, problems }: Props) {
  const t = useLabTexts()
  const { now } = solve
  const solving = now.state === 'solving'
  return (
    <div className="bar solve-bar">
      <button
        type="button"
        className="primary"
        disabled={solving || problems > 0}
        aria-describedby="solve-said"
        onClick={() => solve.solve(bench.scenario, bench.seed)}
      >
        {solving ? t.solving(now.seconds) : t.solve}
      </button>
      {solving ? (
        <button type="button" onClick={solve.stop}>
          {t.stop}
        </button>
      ) : null}
      <div className="seed" title={t.seedHint}>
        <label htmlFor="lab-seed">{t.seed}</label>
        <input
          id="lab-seed"
          inputMode="numeric"
          size={6}
          value={String(bench.seed)}
          onChange={({ target }) => {
            const digits = target.value.replace(/\D/g, '').slice(0, 9)
            bench.setSeed(digits === '' ? 0 : Number(digits))
          }}
        />
      </div>
      <p id="solve-said" className="problem" role="status">
        {problems > 0
          ? t.wrongFields(problems)
          : now.state === 'refused'
            ? now.error.message
            : null}
      </p>
    </div>
  )
}
