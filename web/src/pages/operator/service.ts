import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answered, api, type Schemas, ServiceError } from '../../api/client'
import { useOperatorAccess } from './access'

export type WaitingRequest = Schemas['WaitingRequest']
export type Decision = 'approve' | 'refuse'

export type Health = Schemas['OperatorsHealth']
type NamedMember = Pick<Schemas['OperatorsMember'], 'account' | 'name'>

/** Pages of members that are asked for at most. */
const MOST_PAGES = 20

/** Who asked to join; asked only with the operator's access. */
export function useRequests() {
  const { header } = useOperatorAccess()
  return useQuery({
    queryKey: ['members', 'operator', 'requests', header],
    queryFn: async () =>
      (await answered(api.GET('/api/requests', { headers: { Authorization: header } }))).items,
    enabled: header !== null,
    refetchInterval: (query) => (query.state.error === null ? 10_000 : false),
  })
}

/** Writes down what the operator decided. One who joined meanwhile needs no decision any more. */
export function useDecide() {
  const access = useOperatorAccess()
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
  const { header } = useOperatorAccess()
  const query = useQuery({
    queryKey: ['members', 'operator', 'names', header],
    queryFn: () => namedMembers(header),
    enabled: header !== null,
  })
  return new Map(
    (query.data ?? []).flatMap(({ account, name }) =>
      name === null ? [] : [[account.toLowerCase(), name] as const],
    ),
  )
}

async function namedMembers(header: string | null): Promise<readonly NamedMember[]> {
  const found: NamedMember[] = []
  let after = 0
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await answered(
      api.GET('/api/operator/members', {
        params: { query: { after } },
        headers: { Authorization: header },
      }),
    )
    found.push(...items)
    if (next === null) return found
    after = next
  }
  return found
}

/** Health of nodes, daemons and service; asked only with the operator's access. */
export function useHealth() {
  const { header } = useOperatorAccess()
  return useQuery({
    queryKey: ['operator', 'health', header],
    queryFn: () =>
      answered(api.GET('/api/operator/health', { headers: { Authorization: header } })),
    enabled: header !== null,
    refetchInterval: (query) => (query.state.error === null ? 5000 : false),
  })
}
