import type { RoomProps } from '../Room'
import { useRoomNames } from '../Room'

export default function LabPage(_room: RoomProps) {
  const names = useRoomNames()
  return <h1>{names.lab}</h1>
}
