import { texts } from '../../i18n/catalogue'
import { Link } from '../../parts/Link'

const useTexts = texts(
  {
    label: 'Parts of my account',
    overview: 'Overview',
    elecoins: 'Elecoins',
    trading: 'Declare and trade',
    bill: 'Bill and meter',
    order: 'Standing order',
  },
  {
    de: {
      label: 'Teile meines Kontos',
      overview: 'Überblick',
      elecoins: 'Elecoins',
      trading: 'Ansagen und handeln',
      bill: 'Rechnung und Zähler',
      order: 'Dauerauftrag',
    },
  },
)

export const SECTIONS = ['overview', 'elecoins', 'trading', 'bill', 'order'] as const
export type Section = (typeof SECTIONS)[number]

/** The section that the path names; the overview where it names none. */
export function sectionOf(rest: readonly string[]): Section {
  return SECTIONS.find((one) => one === rest[0]) ?? 'overview'
}

export function pathOfSection(section: Section): string {
  return section === 'overview' ? '/account' : `/account/${section}`
}

export function SectionLinks({ now }: { now: Section }) {
  const t = useTexts()
  return (
    <nav className="sections" aria-label={t.label}>
      {SECTIONS.map((one) => (
        <Link
          key={one}
          to={pathOfSection(one)}
          className="section-link"
          aria-current={one === now ? 'page' : undefined}
        >
          {t[one]}
        </Link>
      ))}
    </nav>
  )
}
