import { type RoomProps, useRoomNames } from '../rooms'
import { AccessPanel } from './AccessPanel'
import { AnnouncedPanel } from './AnnouncedPanel'
import { Fees } from './Fees'
import { Machines } from './Machines'
import { Members } from './Members'
import './operator.css'
import { Requests } from './Requests'
import { Servers } from './Servers'
import { Switch } from './Switch'
import { Terms } from './Terms'

/** The office of the market: all can look, the administrator can act. */
export default function OperatorPage(_room: RoomProps) {
  const names = useRoomNames()
  return (
    <div className="operator">
      <h1>{names.operator}</h1>
      <div className="panels">
        <AccessPanel />
        <Switch />
      </div>
      <AnnouncedPanel />
      <Requests />
      <Members />
      <Servers />
      <Machines />
      <Fees />
      <Terms />
    </div>
  )
}
