import type { RoomProps } from '../Room'
import { useRoomNames } from '../Room'

export default function AccountPage(_room: RoomProps) {
  const names = useRoomNames()
  return <h1>{names.account}</h1>
}
