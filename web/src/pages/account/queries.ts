import { useQuery } from '@tanstack/react-query'
import { answered, api } from '../../api/client'
import type { Language } from '../../i18n/language'

/** Her own data: whose it is, and the header that opens it. */
export interface Own {
  address: string
  access: string
}

/** A day of quarter-hours. */
const PAGE = 96

const asking = ({ address, access }: Own) => ({
  path: { address },
  header: { authorization: access },
})

/** Bill, trades and corrections of a page of periods, newest first; `after`: beyond this one. */
export function useBill(own: Own, after: number | null) {
  return useQuery({
    queryKey: ['own', 'bill', own.address, after],
    queryFn: () =>
      answered(
        api.GET('/api/members/{address}', {
          params: { ...asking(own), query: { limit: PAGE, after } },
        }),
      ),
    retry: false,
  })
}

/** Readings of a page of periods, newest first. */
export function useMeter(own: Own, after: number | null) {
  return useQuery({
    queryKey: ['own', 'meter', own.address, after],
    queryFn: () =>
      answered(
        api.GET('/api/members/{address}/meter', {
          params: { ...asking(own), query: { limit: PAGE, after } },
        }),
      ),
    retry: false,
  })
}

/** What the market saved her against the grid alone, by local day. */
export function useSaving(own: Own) {
  return useQuery({
    queryKey: ['own', 'saving', own.address],
    queryFn: () => answered(api.GET('/api/members/{address}/saving', { params: asking(own) })),
    retry: false,
  })
}

/** Which statements there are. */
export function useStatements(own: Own) {
  return useQuery({
    queryKey: ['own', 'statements', own.address],
    queryFn: () => answered(api.GET('/api/members/{address}/statements', { params: asking(own) })),
    retry: false,
  })
}

export type StatementFormat = 'html' | 'csv' | 'periods'

/** One statement as a file: its text with its media type. Throws ServiceError. */
export async function statementFile(
  own: Own,
  month: string,
  format: StatementFormat,
  language: Language,
): Promise<Blob> {
  return answered<Blob>(
    api.GET('/api/members/{address}/statement', {
      params: { ...asking(own), query: { month, format, language } },
      parseAs: 'blob',
    }),
  )
}
