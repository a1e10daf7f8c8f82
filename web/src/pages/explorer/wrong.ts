import { texts } from '../../i18n/catalogue'
import type { Wrong } from './argument'

export const useAskTexts = texts(
  {
    ask: 'Ask',
    askFor: (name: string) => `Ask ${name}`,
    asking: 'Asking …',
    argument: 'value',
    yes: 'yes (true)',
    no: 'no (false)',
    empty: 'Missing: a value is needed.',
    integer: 'Not a whole number: digits, or 0x and hexadecimal digits.',
    range: (least: string, most: string) => `Out of range: from ${least} to ${most}.`,
    address: 'Not an address: 0x and 40 hexadecimal digits.',
    checksum:
      'The address’s capital letters do not fit: a digit may be mistyped. All small letters are allowed.',
    bytes: 'Not bytes: 0x and an even count of hexadecimal digits.',
    bytesOf: (digits: number) => `Not as many bytes: 0x and ${digits} hexadecimal digits.`,
    json: 'Not in form: lists as ["a", "b"], tuples as {"name": "value"}.',
    items: (wanted: number) => `A list of ${wanted} is needed.`,
  },
  {
    de: {
      ask: 'Fragen',
      askFor: (name: string) => `${name} fragen`,
      asking: 'Wird gefragt …',
      argument: 'Wert',
      yes: 'ja (true)',
      no: 'nein (false)',
      empty: 'Fehlt: Ein Wert wird gebraucht.',
      integer: 'Keine ganze Zahl: Ziffern, oder 0x und hexadezimale Ziffern.',
      range: (least: string, most: string) => `Außerhalb: erlaubt ist von ${least} bis ${most}.`,
      address: 'Keine Adresse: 0x und 40 hexadezimale Ziffern.',
      checksum:
        'Die Großbuchstaben der Adresse passen nicht: Vielleicht ist eine Stelle vertippt. Nur kleine Buchstaben sind erlaubt.',
      bytes: 'Keine Bytes: 0x und eine gerade Zahl hexadezimaler Ziffern.',
      bytesOf: (digits: number) => `Nicht so viele Bytes: 0x und ${digits} hexadezimale Ziffern.`,
      json: 'Nicht in der Form: Listen als ["a", "b"], Tupel als {"name": "wert"}.',
      items: (wanted: number) => `Gebraucht wird eine Liste von ${wanted}.`,
    },
  },
)

/** Why an argument is refused, in a line. */
export function useWrong(): (wrong: Wrong) => string {
  const t = useAskTexts()
  return (wrong) => {
    if (wrong.kind === 'range') return t.range(wrong.least.toString(), wrong.most.toString())
    if (wrong.kind === 'bytes') return wrong.size === null ? t.bytes : t.bytesOf(2 * wrong.size)
    if (wrong.kind === 'items') return t.items(wrong.wanted)
    return t[wrong.kind]
  }
}
