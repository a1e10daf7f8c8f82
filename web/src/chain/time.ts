import { useMemo } from 'react'
import { useBlock } from 'wagmi'
import { useLive } from '../api/events'
import { useMarket } from '../api/market'
import { type Clock, clockOf, scheduleOf } from './clock'

/** The clock of this market. */
export function useClock(): Clock {
  const { schedule } = useMarket()
  return useMemo(() => clockOf(scheduleOf(schedule)), [schedule])
}

/** The latest block's time in chain seconds; null until one is known. */
export function useChainTime(): number | null {
  const { head } = useLive()
  const block = useBlock({ query: { enabled: head === null, refetchInterval: 3000 } })
  if (head !== null) return head.timestamp
  return block.data === undefined ? null : Number(block.data.timestamp)
}

/** How long chain seconds take on the reader's clock, where the market says so. */
export function useWallSeconds(): (chainSeconds: number) => number | null {
  const { schedule, seconds_per_period_wall: wall } = useMarket()
  const period = schedule['period']
  return (chainSeconds) =>
    wall === null || period === undefined || wall === 0 ? null : (chainSeconds * wall) / period
}
