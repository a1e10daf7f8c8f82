import { useEffect, useRef, useState } from 'react'
import { answered, api, ServiceError } from '../../api/client'
import type { Table } from './json'
import { type Answer, isAnswer } from './solution'

export type Solving =
  | { state: 'idle' }
  | { state: 'solving'; seconds: number }
  | { state: 'solved'; answer: Answer; of: Table; seed: number }
  | { state: 'refused'; error: Error }

export interface Solve {
  now: Solving
  solve: (scenario: Table, seed: number) => void
  stop: () => void
}

/** Asks the service to solve scenarios, one at a time. */
export function useSolve(): Solve {
  const [now, set] = useState<Solving>({ state: 'idle' })
  const running = useRef<AbortController | null>(null)
  const solving = now.state === 'solving'
  useEffect(() => {
    if (!solving) return
    const start = Date.now()
    const timer = window.setInterval(
      () => set({ state: 'solving', seconds: Math.floor((Date.now() - start) / 1000) }),
      1000,
    )
    return () => window.clearInterval(timer)
  }, [solving])
  useEffect(() => () => running.current?.abort(), [])
  const stop = () => {
    running.current?.abort()
    running.current = null
    set({ state: 'idle' })
  }
  return {
    now,
    stop,
    solve(scenario, seed) {
      running.current?.abort()
      const controller = new AbortController()
      running.current = controller
      set({ state: 'solving', seconds: 0 })
      void post(scenario, seed, controller.signal).then(
        (answer) => {
          if (running.current === controller) set({ state: 'solved', answer, of: scenario, seed })
        },
        (error: unknown) => {
          if (running.current !== controller) return
          set({
            state: 'refused',
            error: error instanceof Error ? error : new Error(String(error)),
          })
        },
      )
    },
  }
}

async function post(scenario: Table, seed: number, signal: AbortSignal): Promise<Answer> {
  const body = scenario as Record<string, never>
  const found: unknown = await answered(
    api.POST('/api/solve', { params: { query: { seed } }, body, signal }),
  )
  if (!isAnswer(found)) throw new ServiceError(200, 'the answer cannot be read')
  return found
}
