import { useQuery } from '@tanstack/react-query'
import { ServiceError } from '../../api/client'
import type { Table } from './json'
import type { Plot } from './plots'
import type { Schema } from './schema'

export interface GameSummary {
  name: string
  title: string
  summary: string
  docs: string
}

export interface Example {
  title: string
  scenario: Table
}

export interface GameDetails extends GameSummary {
  schema: Schema
  examples: readonly Example[]
  plots: readonly Plot[]
}

export interface Paper {
  paper: string
  figure: string
  title: string
  image: string
  scenario: Table | null
  note: string
}

// Games do not change while a service runs.
const FOREVER = { staleTime: Infinity }

export function useGamesQuery() {
  return useQuery({
    queryKey: ['games'],
    queryFn: () => asked<GameSummary[]>('/api/games'),
    ...FOREVER,
  })
}

export function useGameQuery(name: string) {
  return useQuery({
    queryKey: ['games', name],
    queryFn: () => asked<GameDetails>(`/api/games/${encodeURIComponent(name)}`),
    ...FOREVER,
  })
}

export function usePapersQuery() {
  return useQuery({
    queryKey: ['papers'],
    queryFn: () => asked<Paper[]>('/api/papers'),
    ...FOREVER,
  })
}

async function asked<Data>(path: string): Promise<Data> {
  const answer = await fetch(path)
  if (!answer.ok) throw new ServiceError(answer.status, `status ${answer.status}`)
  return (await answer.json()) as Data
}
