import { texts } from '../i18n/catalogue'
import { partsOf } from '../route'

const useTexts = texts(
  {
    market: 'Market',
    account: 'My account',
    rewards: 'Rewards',
    operator: 'Operator',
    explorer: 'Explorer',
    lab: 'Lab',
  },
  {
    de: {
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

/** The rooms of the page, in the order of the navigation. */
export const ROOMS = ['market', 'account', 'rewards', 'operator', 'explorer', 'lab'] as const
export type RoomName = (typeof ROOMS)[number]

/** The names of the rooms in the reader's language. */
export const useRoomNames: () => Record<RoomName, string> = useTexts

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
