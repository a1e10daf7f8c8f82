import { useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Balances } from './Balances'
import { Collect } from './Collect'
import { OwnOnly } from './OwnOnly'
import type { Me } from './reads'
import { Saving } from './Saving'
import { Today } from './Today'

const useTexts = texts(
  { zone: (zone: string) => `Your place: ${zone}.`, rights: 'You may', buy: 'buy', sell: 'sell' },
  {
    de: {
      zone: (zone: string) => `Ihr Ort: ${zone}.`,
      rights: 'Sie dürfen',
      buy: 'kaufen',
      sell: 'verkaufen',
    },
  },
)

/** What she has, what is happening, what waits for her. */
export function Overview({ me, time }: { me: Me; time: number }) {
  const t = useTexts()
  const { zones } = useMarket()
  const rights = [...(me.mayTrade ? [t.buy] : []), ...(me.mayGenerate ? [t.sell] : [])]
  return (
    <>
      <p className="soft">
        {t.zone(zones[me.zone] ?? String(me.zone))}{' '}
        {rights.length > 0 ? `${t.rights}: ${rights.join(', ')}.` : null}
      </p>
      <Balances me={me} time={time} />
      <div className="panels">
        <Today me={me} time={time} />
        <Collect me={me} time={time} />
        <OwnOnly>{(access) => <Saving address={me.address} access={access} />}</OwnOnly>
      </div>
    </>
  )
}
