import type { ReactNode } from 'react'
import { useMarket } from '../api/market'
import { texts } from '../i18n/catalogue'
import { LANGUAGES, type Language, setLanguage, useLanguage } from '../i18n/language'
import { Link } from '../parts/Link'
import { pathOf, ROOMS, roomOf, useRoomNames } from '../pages/rooms'
import { useLocation } from '../route'
import { setTheme, type Theme, THEMES, useTheme } from '../theme'
import { SentList } from '../tx/SentList'
import { Wallet } from '../wallet/Wallet'
import { WrongNetwork } from '../wallet/WrongNetwork'
import { Pulse } from './Pulse'

const useTexts = texts(
  {
    skip: 'Skip to content',
    rooms: 'Rooms',
    language: 'Language',
    theme: 'Colours',
    system: 'As the system',
    light: 'Light',
    dark: 'Dark',
    status: 'Plain status page',
    interface: 'Interface for programs',
  },
  {
    de: {
      skip: 'Zum Inhalt',
      rooms: 'Räume',
      language: 'Sprache',
      theme: 'Farben',
      system: 'Wie das System',
      light: 'Hell',
      dark: 'Dunkel',
      status: 'Einfache Statusseite',
      interface: 'Schnittstelle für Programme',
    },
  },
)

/** What is around every room: where one can go, how old what is shown is, the wallet. */
export function Layout({ children }: { children: ReactNode }) {
  const t = useTexts()
  const market = useMarket()
  const names = useRoomNames()
  const here = roomOf(useLocation())
  return (
    <>
      <a className="skip" href="#main">
        {t.skip}
      </a>
      <header className="top">
        <div className="top-line">
          <Link to="/" className="brand">
            <img src="/icon.svg" alt="" width={24} height={24} /> {market.community}
          </Link>
          <Wallet />
        </div>
        <nav aria-label={t.rooms}>
          {ROOMS.map((room) => (
            <Link key={room} to={pathOf(room)} aria-current={room === here ? 'page' : undefined}>
              {names[room]}
            </Link>
          ))}
        </nav>
        <Pulse />
        <WrongNetwork />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <SentList />
      <footer className="bottom">
        <label>
          {t.language} <LanguageChoice />
        </label>
        <label>
          {t.theme} <ThemeChoice names={{ system: t.system, light: t.light, dark: t.dark }} />
        </label>
        <a href="/status">{t.status}</a>
        <a href="/docs">{t.interface}</a>
      </footer>
    </>
  )
}

function LanguageChoice() {
  return (
    <select value={useLanguage()} onChange={(event) => setLanguage(event.target.value as Language)}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  )
}

function ThemeChoice({ names }: { names: Record<Theme, string> }) {
  return (
    <select value={useTheme()} onChange={(event) => setTheme(event.target.value as Theme)}>
      {THEMES.map((one) => (
        <option key={one} value={one}>
          {names[one]}
        </option>
      ))}
    </select>
  )
}
