import { useMutation } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { useAccess } from '../../api/access'
import { useFormat, useMarket } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { Link } from '../../parts/Link'
import { go } from '../../route'
import { sentenceOf } from '../../tx/problem'
import { find } from './find'
import { named } from './named'
import { useChain } from './queries'
import { classify } from './classify'

const useTexts = texts(
  {
    label: 'Search',
    hint: 'Block, transaction, address, contract, member’s name, or electricity:12',
    go: 'Search',
    searching: 'Searching …',
    hash: 'Neither a transaction nor a block has this hash.',
    number: (latest: string) => `There is no such block yet: the latest is ${latest}.`,
    name: 'Nothing of this name. Names of members are found only by themselves and by the operator, once their data is open (My account, Operator).',
    hex: 'Nothing begins so. A hash has 64 hexadecimal digits after 0x, an address 40; the beginning is enough for a member’s.',
    empty: 'Write what to look for.',
    several: 'Several fit:',
    period: (number: string) => `period ${number}`,
    round: (number: string) => `round ${number}`,
    keys: 'Keys: / searches, j and k go through the rows, Enter opens, g then h comes back here.',
  },
  {
    de: {
      label: 'Suche',
      hint: 'Block, Transaktion, Adresse, Vertrag, Name eines Mitglieds oder electricity:12',
      go: 'Suchen',
      searching: 'Wird gesucht …',
      hash: 'Weder eine Transaktion noch ein Block hat diesen Hash.',
      number: (latest: string) => `Diesen Block gibt es noch nicht: Der neueste ist ${latest}.`,
      name: 'Nichts mit diesem Namen. Namen von Mitgliedern finden nur sie selbst und der Betreiber, wenn deren Daten geöffnet sind (Mein Konto, Betreiber).',
      hex: 'Nichts beginnt so. Ein Hash hat 64 hexadezimale Ziffern nach 0x, eine Adresse 40; bei Mitgliedern genügt der Anfang.',
      empty: 'Schreiben Sie, wonach gesucht werden soll.',
      several: 'Mehreres passt:',
      period: (number: string) => `Periode ${number}`,
      round: (number: string) => `Runde ${number}`,
      keys: 'Tasten: / sucht, j und k gehen durch die Zeilen, Enter öffnet, g und dann h führt hierher zurück.',
    },
  },
)

/** One field for everything that can be looked up, and the keys. */
export function Search({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const t = useTexts()
  const format = useFormat()
  const chain = useChain()
  const market = useMarket()
  const { header } = useAccess()
  const [text, setText] = useState('')
  const search = useMutation({
    mutationFn: (asked: string) => {
      const wanted = classify(asked, Object.keys(market.contracts))
      return find(chain, wanted, (given) => named(given, header))
    },
    onSuccess: (found) => {
      if (found.kind !== 'place') return
      setText('')
      field.current?.blur()
      go(found.path)
    },
  })
  const found = search.data
  return (
    <search>
      <form
        className="explorer-search"
        onSubmit={(event) => {
          event.preventDefault()
          search.mutate(text)
        }}
      >
        <label htmlFor="explorer-search">{t.label}</label>
        <input
          id="explorer-search"
          ref={field}
          type="search"
          value={text}
          placeholder={t.hint}
          title={t.hint}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="explorer-keys"
          onChange={(event) => {
            setText(event.target.value)
            search.reset()
          }}
        />
        <button type="submit" disabled={search.isPending}>
          {search.isPending ? t.searching : t.go}
        </button>
      </form>
      <div role="status">
        {search.error ? <p className="problem">{sentenceOf(search.error, market)}</p> : null}
        {found?.kind === 'nothing' ? (
          <p className="problem">
            {found.why === 'number'
              ? t.number(format.number(Number(found.latest ?? 0n), 0))
              : t[found.why]}
          </p>
        ) : null}
        {found?.kind === 'choice' ? (
          <>
            <p>{t.several}</p>
            <ul>
              {found.items.map((item) => (
                <li key={item.path}>
                  <Link to={item.path} onClick={() => search.reset()}>
                    {item.kind === 'member' ? item.text : t[item.kind](item.text)}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </div>
      <p id="explorer-keys" className="hint">
        {t.keys}
      </p>
    </search>
  )
}
