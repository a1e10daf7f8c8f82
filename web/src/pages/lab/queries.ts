import { useQuery } from '@tanstack/react-query'
import { answered, api, type Schemas } from '../../api/client'
import type { Table } from './json'
import type { Plot } from './plots'
import type { Schema } from './schema'

export type GameSummary = Schemas['GameSummary']
export type Paper = Schemas['Figure']

export interface Example {
  title: string
  /** The paper's figure that it is of. */
  paper?: string
  scenario: Table
}

/** A game as the service describes it, with its JSON in the types that forms and figures read. */
export interface GameDetails extends GameSummary {
  schema: Schema
  examples: readonly Example[]
  plots: readonly Plot[]
}

// Games do not change while a service runs.
const FOREVER = { staleTime: Infinity }

export function useGamesQuery() {
  return useQuery({
    queryKey: ['games'],
    queryFn: () => answered(api.GET('/api/games')),
    ...FOREVER,
  })
}

export function useGameQuery(name: string) {
  return useQuery({
    queryKey: ['games', name],
    queryFn: async () =>
      (await answered(
        api.GET('/api/games/{name}', { params: { path: { name } } }),
      )) as unknown as GameDetails,
    ...FOREVER,
  })
}

/** A game's own examples, and those that the papers' figures are of. */
export function examplesOf(game: GameDetails, papers: readonly Paper[]): readonly Example[] {
  const shown = papers.flatMap((one) =>
    one.scenario?.['game'] === game.name
      ? [
          {
            title: `${one.paper}: ${one.caption}`,
            paper: one.figure,
            scenario: one.scenario as Table,
          },
        ]
      : [],
  )
  return [...game.examples, ...shown]
}

export function usePapersQuery() {
  return useQuery({
    queryKey: ['papers'],
    queryFn: () => answered(api.GET('/api/papers')),
    ...FOREVER,
  })
}
