import type { RoomProps } from '../Room'
import { useRoomNames } from '../Room'

export default function MarketPage(_room: RoomProps) {
  const names = useRoomNames()
  return <h1>{names.market}</h1>
}
