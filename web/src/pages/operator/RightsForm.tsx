import { useId, useState } from 'react'
import type { Address, Hex } from 'viem'
import { useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { callOf } from '../../tx/useAct'
import { useTrading } from './chain'
import { DutyButton } from './DutyButton'
import { NumberField } from './NumberField'
import { useWords } from './texts'

const MOST_WATT = 2 ** 32 - 1

const useTexts = texts(
  { give: 'Give these rights', what: (who: string) => `Rights of ${who}` },
  { de: { give: 'Diese Rechte geben', what: (who: string) => `Rechte von ${who}` } },
)

interface Rights {
  zone: number
  ratedPower: number | null
  generation: boolean
  trading: boolean
}

interface Props {
  account: Address
  nameHash: Hex
  /** What she is called in the journal. */
  who: string
  first: Rights
  onSent?: () => void
}

/** Zone, rated power and rights of an account, as `empower` takes them. */
export function RightsForm({ account, nameHash, who, first, onSent }: Props) {
  const t = useTexts()
  const words = useWords()
  const { zones } = useMarket()
  const contract = useTrading()
  const id = useId()
  const [rights, setRights] = useState(first)
  const { zone, ratedPower, generation, trading } = rights
  const call =
    ratedPower === null
      ? null
      : callOf({
          ...contract,
          functionName: 'empower',
          args: [account, nameHash, zone, generation, trading, ratedPower],
        })
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{words.zone}</label>
        <select
          id={id}
          value={zone}
          onChange={(event) => setRights({ ...rights, zone: Number(event.target.value) })}
        >
          {zones.map((name, number) => (
            <option key={name} value={number}>
              {number} {name}
            </option>
          ))}
        </select>
      </div>
      <NumberField
        label={words.rated}
        decimals={3}
        most={MOST_WATT}
        first={ratedPower}
        change={(watt) => setRights({ ...rights, ratedPower: watt })}
      />
      <p>
        <label>
          <input
            type="checkbox"
            checked={generation}
            onChange={(event) => setRights({ ...rights, generation: event.target.checked })}
          />{' '}
          {words.generation}
        </label>
      </p>
      <p>
        <label>
          <input
            type="checkbox"
            checked={trading}
            onChange={(event) => setRights({ ...rights, trading: event.target.checked })}
          />{' '}
          {words.trading}
        </label>
      </p>
      <DutyButton
        duty="empower"
        call={call}
        what={t.what(who)}
        {...(onSent === undefined ? {} : { onSent })}
      >
        {t.give}
      </DutyButton>
    </>
  )
}
