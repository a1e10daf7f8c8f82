import type { RoomProps } from '../Room'
import { useRoomNames } from '../Room'

export default function RewardsPage(_room: RoomProps) {
  const names = useRoomNames()
  return <h1>{names.rewards}</h1>
}
