import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answered, api, type Schemas, ServiceError } from '../../api/client'
import { useAccess } from './access'

export type WaitingRequest = Schemas['WaitingRequest']
export type Decision = 'approve' | 'refuse'

/** A member as only the operator sees her. */
export interface NamedMember {
  address: string
  name: string | null
}

/** Health of the chain's nodes, the edge servers and this service. */
export interface Health {
  nodes: readonly {
    url: string
    reachable: boolean
    head: number | null
    chain_time: number | null
    peers: number | null
    lag: number | null
  }[]
  servers: readonly {
    signer: string
    operator: string
    name: string | null
    rank: number | null
    status: unknown
    last_posting: number | null
    reachable: boolean | null
  }[]
  store: { revision: string | number; size: number | null }
  service: { version: string; since: number }
}

async function told<Data>(path: string, header: string): Promise<Data> {
  let answer: Response
  try {
    answer = await fetch(path, { headers: { Authorization: header } })
  } catch {
    throw new ServiceError(0, 'the service does not answer')
  }
  if (answer.ok) return (await answer.json()) as Data
  const problem = (await answer.json().catch(() => null)) as { error?: string } | null
  throw new ServiceError(answer.status, problem?.error ?? `status ${answer.status}`)
}

/** Who asked to join; asked only with the operator's access. */
export function useRequests() {
  const { header } = useAccess()
  return useQuery({
    queryKey: ['members', 'operator', 'requests', header],
    queryFn: async () =>
      (await answered(api.GET('/api/requests', { headers: { Authorization: header } }))).items,
    enabled: header !== null,
    refetchInterval: 10_000,
  })
}

/** Writes down what the operator decided. One who joined meanwhile needs no decision any more. */
export function useDecide() {
  const access = useAccess()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ account, decision }: { account: string; decision: Decision }) => {
      const body = { decision }
      const Authorization = await access.change(`/api/requests/${account}`, body)
      try {
        await answered(
          api.POST('/api/requests/{address}', {
            params: { path: { address: account } },
            headers: { Authorization },
            body,
          }),
        )
      } catch (error) {
        if (!(error instanceof ServiceError && error.status === 409)) throw error
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['members', 'operator'] }),
  })
}

/** Names by address in small letters; empty without the operator's access. */
export function useNames(): ReadonlyMap<string, string> {
  const { header } = useAccess()
  const query = useQuery({
    queryKey: ['members', 'operator', 'names', header],
    queryFn: async () =>
      (await told<{ items: readonly NamedMember[] }>('/api/operator/members', header ?? '')).items,
    enabled: header !== null,
    retry: false,
  })
  return new Map(
    (query.data ?? []).flatMap(({ address, name }) =>
      name === null ? [] : [[address.toLowerCase(), name] as const],
    ),
  )
}

/** Health of nodes, daemons and service; asked only with the operator's access. */
export function useHealth() {
  const { header } = useAccess()
  return useQuery({
    queryKey: ['operator', 'health', header],
    queryFn: () => told<Health>('/api/operator/health', header ?? ''),
    enabled: header !== null,
    refetchInterval: 5000,
    retry: false,
  })
}
