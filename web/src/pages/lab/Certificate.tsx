import { useFormat } from '../../api/market'
import { type Answer, certificateOf } from './solution'
import { useLabTexts } from './texts'

/** How good an answer is, in words. */
export function Certificate({ answer }: { answer: Answer }) {
  const t = useLabTexts()
  const format = useFormat()
  const found = certificateOf(answer)
  const gain = found.gain === null ? t.nobody : format.figures(found.gain, 3)
  const solved = found.gain === null ? t.computed : t.converged(gain)
  return (
    <div className={found.converged ? 'certificate' : 'certificate notice'} role="status">
      <p>
        <strong>{found.converged ? solved : t.notConverged}</strong>
      </p>
      <dl>
        <div>
          <dt>{t.gain}</dt>
          <dd>{gain}</dd>
        </div>
        {found.residual === null ? null : (
          <div>
            <dt title={t.residualHint}>{t.residual}</dt>
            <dd>{format.figures(found.residual)}</dd>
          </div>
        )}
        <div>
          <dt>{t.effort}</dt>
          <dd>
            {found.iterations === null ? null : t.iterations(format.number(found.iterations, 0))}
            {found.evaluations === null ? null : t.evaluations(format.number(found.evaluations, 0))}
          </dd>
        </div>
        {found.seconds === null ? null : (
          <div>
            <dt>{t.seconds}</dt>
            <dd>{format.figures(found.seconds, 2)} s</dd>
          </div>
        )}
      </dl>
    </div>
  )
}
