import { useEffect, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useLive } from '../api/events'
import { useFormat, useMarket } from '../api/market'
import { texts } from '../i18n/catalogue'

const QUIET_MS = 15_000
/** A service that hangs is as good as one that is gone. */
const PATIENCE_MS = 6000

const useTexts = texts(
  {
    at: (block: string, time: string) => `Block ${block}, ${time}`,
    quiet: (span: string) => `no new block for ${span}`,
    service: 'The service does not answer; what is shown is what was known last.',
    chain: 'The chain cannot be read; what is shown is what was known last.',
    connecting: 'Connecting …',
  },
  {
    de: {
      at: (block: string, time: string) => `Block ${block}, ${time}`,
      quiet: (span: string) => `seit ${span} kein neuer Block`,
      service: 'Der Dienst antwortet nicht; gezeigt wird der letzte bekannte Stand.',
      chain: 'Die Kette ist nicht lesbar; gezeigt wird der letzte bekannte Stand.',
      connecting: 'Verbinde …',
    },
  },
)

/** Whether what the page shows is alive: the latest block and the chain's own time. */
export function Pulse() {
  const t = useTexts()
  const format = useFormat()
  const market = useMarket()
  const live = useLive()
  const health = useQuery({
    queryKey: ['health'],
    queryFn: async () => {
      const answer = await fetch('/api/health', { signal: AbortSignal.timeout(PATIENCE_MS) })
      return (await answer.json()) as { block: number | null; block_time: number | null }
    },
    refetchInterval: 5000,
    retry: false,
  })
  const { refetch } = health
  useEffect(() => {
    if (live.link === 'down') void refetch()
  }, [live.link, refetch])
  const head =
    live.head ??
    (health.data?.block != null && health.data.block_time != null
      ? { block: health.data.block, timestamp: health.data.block_time }
      : null)
  const state = health.isError
    ? 'service'
    : health.data && health.data.block === null
      ? 'chain'
      : head === null
        ? 'connecting'
        : 'alive'
  return (
    <p
      className={`pulse pulse-${state}`}
      role={state === 'service' || state === 'chain' ? 'alert' : undefined}
    >
      <span className="pulse-dot" aria-hidden="true" />
      {state === 'alive' && head !== null ? (
        <>
          {t.at(format.number(head.block, 0), format.time(head.timestamp))}
          {market.live ? <Quiet key={head.block} /> : null}
        </>
      ) : state === 'alive' ? null : (
        t[state]
      )}
    </p>
  )
}

/** How long ago this was first shown: keyed by the head, since the head changed. */
function Quiet() {
  const t = useTexts()
  const format = useFormat()
  const [quiet, setQuiet] = useState(0)
  useEffect(() => {
    const since = performance.now()
    const timer = window.setInterval(() => setQuiet(performance.now() - since), 2000)
    return () => window.clearInterval(timer)
  }, [])
  return quiet > QUIET_MS ? ` · ${t.quiet(format.span(quiet / 1000))}` : null
}
