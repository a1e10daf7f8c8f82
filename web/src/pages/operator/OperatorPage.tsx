import type { RoomProps } from '../Room'
import { useRoomNames } from '../Room'

export default function OperatorPage(_room: RoomProps) {
  const names = useRoomNames()
  return <h1>{names.operator}</h1>
}
