import { answered, api } from '../../api/client'
import type { Named } from './find'

/** What the service finds of a name, a number or the beginning of an address. Throws ServiceError.
 *
 * Names are told to whom `header` (Authorization) lets know them.
 */
export async function named(text: string, header: string | null): Promise<readonly Named[]> {
  const { items } = await answered(
    api.GET('/api/find', {
      params: { query: { q: text } },
      headers: header === null ? {} : { Authorization: header },
    }),
  )
  return items.map((item) =>
    item.kind === 'member'
      ? { kind: item.kind, text: item.label, path: `/explorer/address/${item.address}` }
      : {
          kind: item.kind,
          text: item.number.toString(),
          path:
            item.kind === 'period' ? `/explorer/posting/electricity/${item.number}` : '/rewards',
        },
  )
}
