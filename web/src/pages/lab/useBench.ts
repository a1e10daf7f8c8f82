import { useEffect, useRef, useState } from 'react'
import { go, useLocation } from '../../route'
import { type Json, type Path, same, type Table, withAt } from './json'
import { linkFrom, linkTo, linkToExample, linkToPaper } from './link'
import type { Example } from './queries'

const PAUSE_MS = 400

export interface Bench {
  scenario: Table
  seed: number
  /** Which example the scenario is; null where it is the reader's own. */
  example: number | null
  change: (path: Path, value: Json | undefined) => void
  replace: (scenario: Table) => void
  setSeed: (seed: number) => void
}

/** The scenario before the reader: from the address when she comes by it, and kept in it. */
export function useBench(game: string, examples: readonly Example[]): Bench {
  const location = useLocation()
  const mine = useRef(location)
  const [{ scenario, seed }, set] = useState(() => opened(game, location, examples))
  const at = examples.findIndex((one) => same(one.scenario, scenario))
  const example = at < 0 ? null : at
  const paper = examples[at]?.paper
  const address =
    example === null
      ? linkTo(game, scenario, seed)
      : paper === undefined
        ? linkToExample(game, example, seed)
        : linkToPaper(game, paper, seed)

  useEffect(() => {
    // She went back, or followed another link.
    if (location === mine.current) return
    mine.current = location
    if (location.split('?')[0] === address.split('?')[0]) set(opened(game, location, examples))
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a new address opens something
  }, [location])
  useEffect(() => {
    if (address === mine.current) return
    const timer = window.setTimeout(() => {
      mine.current = address
      go(address, true)
    }, PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [address])

  return {
    scenario,
    seed,
    example,
    change: (path, value) =>
      set((now) => ({ ...now, scenario: withAt(now.scenario, path, value) as Table })),
    replace: (other) => set((now) => ({ ...now, scenario: { ...other, game } })),
    setSeed: (other) => set((now) => ({ ...now, seed: other })),
  }
}

function opened(
  game: string,
  location: string,
  examples: readonly Example[],
): { scenario: Table; seed: number } {
  const link = linkFrom(game, location.split('?')[1] ?? '')
  const shown = examples.find((one) => one.paper !== undefined && one.paper === link.paper)
  const example = shown ?? examples[link.example ?? 0] ?? examples[0]
  const scenario = link.scenario ?? example?.scenario ?? {}
  return { scenario: { ...scenario, game }, seed: link.seed }
}
