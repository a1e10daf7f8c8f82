import { type FormEvent, useId, useState } from 'react'
import type { Schemas } from '../../api/client'
import { useMarket } from '../../api/market'
import { plainSentenceOf } from '../../tx/plain'
import { useJoinTexts } from './joinTexts'
import { isName, useJoin } from './useJoin'

interface Props {
  onAnswer: (answer: Schemas['JoinAnswer']) => void
}

/** Asks for a name and the wallet's signature. */
export default function JoinForm({ onAnswer }: Props) {
  const t = useJoinTexts()
  const market = useMarket()
  const id = useId()
  const [name, setName] = useState('')
  const { ready, stage, asked } = useJoin(onAnswer)
  const trimmed = name.trim()
  const wrong = !isName(trimmed)
  const press = (event: FormEvent) => {
    event.preventDefault()
    if (ready && stage === 'idle' && !wrong) asked.mutate(trimmed)
  }
  const label = {
    idle: market.join === 'open' ? t.join : t.ask,
    wallet: t.sign,
    joining: t.joining,
  }
  return (
    <form onSubmit={press}>
      {market.join === 'request' ? <p className="soft">{t.asks}</p> : null}
      <div className="field">
        <label htmlFor={id}>{t.name}</label>
        <input
          id={id}
          value={name}
          maxLength={63}
          aria-invalid={wrong}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => setName(event.target.value)}
        />
        <div id={`${id}-hint`} className="hint">
          {t.nameHint}
        </div>
      </div>
      <button type="submit" className="primary" disabled={!ready || stage !== 'idle' || wrong}>
        {label[stage]}
      </button>
      <p id={`${id}-problem`} className="problem" role="status">
        {wrong ? t.nameWrong : asked.error ? plainSentenceOf(asked.error) : null}
      </p>
    </form>
  )
}
