import { type ComponentType, lazy, Suspense, useEffect } from 'react'
import { texts } from '../i18n/catalogue'
import { Link } from '../parts/Link'
import { Fault } from '../parts/Fault'
import { partsOf, useLocation } from '../route'

const useTexts = texts(
  {
    loading: 'Loading …',
    lost: 'There is no such page.',
    home: 'To the market',
    market: 'Market',
    account: 'My account',
    rewards: 'Rewards',
    operator: 'Operator',
    explorer: 'Explorer',
    lab: 'Lab',
  },
  {
    de: {
      loading: 'Wird geladen …',
      lost: 'Diese Seite gibt es nicht.',
      home: 'Zum Markt',
      market: 'Markt',
      account: 'Mein Konto',
      rewards: 'Belohnungen',
      operator: 'Betreiber',
      explorer: 'Explorer',
      lab: 'Labor',
    },
  },
)

/** What a room is given: the parts of the path after its own name. */
export interface RoomProps {
  rest: readonly string[]
}

/** Every room of the page, loaded when it is entered. */
export const ROOMS = ['market', 'account', 'rewards', 'operator', 'explorer', 'lab'] as const
export type RoomName = (typeof ROOMS)[number]

const PAGES: Record<RoomName, ComponentType<RoomProps>> = {
  market: lazy(() => import('./market/MarketPage')),
  account: lazy(() => import('./account/AccountPage')),
  rewards: lazy(() => import('./rewards/RewardsPage')),
  operator: lazy(() => import('./operator/OperatorPage')),
  explorer: lazy(() => import('./explorer/ExplorerPage')),
  lab: lazy(() => import('./lab/LabPage')),
}

/** The path of a room. */
export function pathOf(room: RoomName): string {
  return room === 'market' ? '/' : `/${room}`
}

/** The room that a path names, or null. */
export function roomOf(path: string): RoomName | null {
  const [first] = partsOf(path.split('?')[0] ?? '')
  if (first === undefined) return 'market'
  return ROOMS.find((one) => one === first) ?? null
}

/** The names of the rooms in the reader's language. */
export function useRoomNames(): Record<RoomName, string> {
  return useTexts()
}

export function Room() {
  const t = useTexts()
  const location = useLocation()
  const path = location.split('?')[0] ?? ''
  const room = roomOf(location)
  const title = room === null ? t.lost : t[room]
  useEffect(() => {
    document.title = `${title} · wattmarket`
  }, [title])
  if (room === null) {
    return (
      <>
        <h1>{t.lost}</h1>
        <Link to="/">{t.home}</Link>
      </>
    )
  }
  const Page = PAGES[room]
  return (
    <Fault key={room}>
      <Suspense fallback={<p className="soft">{t.loading}</p>}>
        <Page rest={partsOf(path).slice(1)} />
      </Suspense>
    </Fault>
  )
}
