import type { RoomProps } from '../Room'
import { useRoomNames } from '../Room'

export default function ExplorerPage(_room: RoomProps) {
  const names = useRoomNames()
  return <h1>{names.explorer}</h1>
}
