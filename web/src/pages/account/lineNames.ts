import { texts } from '../../i18n/catalogue'
import { LINES } from './bill'

const useTexts = texts(
  {
    energy: 'Energy from and to neighbours',
    network: 'Network fee among neighbours',
    levy: 'Levy',
    grid_import: 'Energy from the grid',
    feed_in: 'Paid for what you fed in',
    grid_network: 'Network fee of the grid',
    grid_levy: 'Levies of the grid',
    vat: 'Value added tax',
    standing_charge: 'Standing charge',
    corrections: 'Corrections',
  },
  {
    de: {
      energy: 'Energie von und an Nachbarn',
      network: 'Netzentgelt unter Nachbarn',
      levy: 'Abgabe',
      grid_import: 'Energie aus dem Netz',
      feed_in: 'Einspeisevergütung',
      grid_network: 'Netzentgelt des Netzes',
      grid_levy: 'Abgaben des Netzes',
      vat: 'Umsatzsteuer',
      standing_charge: 'Grundpreis',
      corrections: 'Korrekturen',
    },
  },
)

/** The name of a bill's line for the reader; one that the page does not know keeps its own. */
export function useLineName(): (name: string) => string {
  const t = useTexts()
  return (name) => {
    const known = LINES.find((one) => one === name)
    return known === undefined ? name : t[known]
  }
}
