import './lab.css'
import { type RoomProps, useRoomNames } from '../rooms'
import { GameList } from './GameList'
import { GameView } from './GameView'

export default function LabPage({ rest }: RoomProps) {
  const names = useRoomNames()
  const [game] = rest
  if (game !== undefined) return <GameView key={game} name={game} />
  return (
    <>
      <h1>{names.lab}</h1>
      <GameList />
    </>
  )
}
