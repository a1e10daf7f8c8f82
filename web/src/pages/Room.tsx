import { type ComponentType, lazy, Suspense, useEffect } from 'react'
import { texts } from '../i18n/catalogue'
import { Link } from '../parts/Link'
import { Fault } from '../parts/Fault'
import { partsOf, useLocation } from '../route'
import { type RoomName, type RoomProps, roomOf, useRoomNames } from './rooms'

const useTexts = texts(
  {
    loading: 'Loading …',
    lost: 'There is no such page.',
    home: 'To the market',
  },
  {
    de: {
      loading: 'Wird geladen …',
      lost: 'Diese Seite gibt es nicht.',
      home: 'Zum Markt',
    },
  },
)

/** Every room of the page, loaded when it is entered. */
const PAGES: Record<RoomName, ComponentType<RoomProps>> = {
  market: lazy(() => import('./market/MarketPage')),
  account: lazy(() => import('./account/AccountPage')),
  rewards: lazy(() => import('./rewards/RewardsPage')),
  operator: lazy(() => import('./operator/OperatorPage')),
  explorer: lazy(() => import('./explorer/ExplorerPage')),
  lab: lazy(() => import('./lab/LabPage')),
}

export function Room() {
  const t = useTexts()
  const names = useRoomNames()
  const location = useLocation()
  const path = location.split('?')[0] ?? ''
  const room = roomOf(location)
  const title = room === null ? t.lost : names[room]
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
