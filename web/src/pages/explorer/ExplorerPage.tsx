import { useRef } from 'react'
import { texts } from '../../i18n/catalogue'
import { Link } from '../../parts/Link'
import { type RoomProps, useRoomNames } from '../rooms'
import { AddressView } from './AddressView'
import { BlockView } from './BlockView'
import { ContractView } from './ContractView'
import './explorer.css'
import { Home } from './Home'
import { PostingView } from './PostingView'
import { Search } from './Search'
import { TransactionView } from './TransactionView'
import { useKeys } from './useKeys'

const useTexts = texts(
  { lost: 'The explorer has no such page.', home: 'Latest blocks' },
  { de: { lost: 'Diese Seite hat der Explorer nicht.', home: 'Neueste Blöcke' } },
)

/** The chain as it is: blocks, transactions, addresses, contracts. */
export default function ExplorerPage({ rest }: RoomProps) {
  const names = useRoomNames()
  const field = useRef<HTMLInputElement>(null)
  useKeys(field)
  return (
    <div className="explorer">
      <h1>{rest.length === 0 ? names.explorer : <Link to="/explorer">{names.explorer}</Link>}</h1>
      <Search field={field} />
      <View rest={rest} />
    </div>
  )
}

function View({ rest }: RoomProps) {
  const t = useTexts()
  const [kind, which = '', epoch = ''] = rest
  // Another address is another view: nothing of the last one stays.
  switch (kind) {
    case undefined:
      return <Home />
    case 'block':
      return <BlockView key={which} which={which} />
    case 'tx':
      return <TransactionView key={which} hash={which} />
    case 'address':
      return <AddressView key={which} text={which} />
    case 'contract':
      return <ContractView key={which} name={which} />
    case 'posting':
      return <PostingView key={`${which} ${epoch}`} feed={which} epoch={epoch} />
    default:
      return (
        <p role="alert">
          {t.lost} <Link to="/explorer">{t.home}</Link>
        </p>
      )
  }
}
