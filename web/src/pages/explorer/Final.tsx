import { useFormat } from '../../api/market'
import { texts } from '../../i18n/catalogue'
import { finalityOf } from './finality'
import { useDepth, useHead } from './queries'

const useTexts = texts(
  {
    pending: 'Waiting to be taken into a block.',
    unknown: 'The latest block is not known.',
    young: (confirmations: string, wanted: string) =>
      `${confirmations} of ${wanted} confirmations: it may still be taken back.`,
    final: (confirmations: string, wanted: string) =>
      `Final: ${confirmations} confirmations; this market takes ${wanted} for good.`,
    deep: (confirmations: string) => `${confirmations} confirmations.`,
  },
  {
    de: {
      pending: 'Wartet auf einen Block.',
      unknown: 'Der neueste Block ist nicht bekannt.',
      young: (confirmations: string, wanted: string) =>
        `${confirmations} von ${wanted} Bestätigungen: Es kann noch zurückgenommen werden.`,
      final: (confirmations: string, wanted: string) =>
        `Endgültig: ${confirmations} Bestätigungen; diesem Markt genügen ${wanted}.`,
      deep: (confirmations: string) => `${confirmations} Bestätigungen.`,
    },
  },
)

/** How final a block is, or what is in it; null for what is in none. */
export function Final({ block }: { block: bigint | null }) {
  const t = useTexts()
  const format = useFormat()
  const found = finalityOf(block, useHead(), useDepth())
  const count = (number: number) => format.number(number, 0)
  const said =
    found.state === 'pending' || found.state === 'unknown'
      ? t[found.state]
      : found.state === 'deep'
        ? t.deep(count(found.confirmations))
        : t[found.state](count(found.confirmations), count(found.wanted))
  return <span role="status">{said}</span>
}
