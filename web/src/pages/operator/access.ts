import { type Access, useAccess } from '../../api/access'
import { useStanding } from './office'

/** How the operator's data is opened. A member's own signature opens only hers, and counts as none here. */
export function useOperatorAccess(): Access {
  const access = useAccess()
  const { administrator, account } = useStanding()
  const office = account !== null && administrator?.toLowerCase() === account.toLowerCase()
  if (office || access.by === 'token') return { ...access, canSign: access.canSign && office }
  return { ...access, header: null, by: null, canSign: false }
}
