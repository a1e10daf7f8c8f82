import { BaseError } from 'viem'
import { type Language, language } from '../i18n/language'

const EN = {
  rejected: 'You declined it in your wallet.',
  unauthorized: 'Your wallet has not allowed this page to use the account.',
  waiting: 'Your wallet still waits for an earlier answer: open it.',
  funds: 'There is not enough of the chain’s coin in this account for the amount and the fee.',
  node: 'The chain cannot be reached right now; try again in a moment.',
  lost: 'The chain has forgotten this transaction: it was not done.',
  unknown: 'It failed for a reason that the chain did not name.',
}

const ALL: Record<Language, typeof EN> = {
  en: EN,
  de: {
    rejected: 'Sie haben in der Wallet abgelehnt.',
    unauthorized: 'Die Wallet hat dieser Seite das Konto nicht freigegeben.',
    waiting: 'Die Wallet wartet noch auf eine frühere Antwort: bitte öffnen.',
    funds: 'Auf diesem Konto fehlt Geld für Betrag und Gebühr.',
    node: 'Die Kette ist gerade nicht erreichbar; bitte gleich noch einmal.',
    lost: 'Die Kette kennt diese Transaktion nicht mehr: sie wurde nicht ausgeführt.',
    unknown: 'Fehlgeschlagen, ohne dass die Kette einen Grund nannte.',
  },
}

function codeOf(error: unknown): number | null {
  const walked =
    error instanceof BaseError
      ? error.walk((e) => typeof (e as { code?: unknown }).code === 'number')
      : error
  const code = (walked as { code?: unknown } | null)?.code
  return typeof code === 'number' ? code : null
}

/** One sentence for whatever is not a contract's error: of the wallet, the node or the service.
 *
 * Apart from the contracts' sentences, which weigh too much for the first page.
 */
export function plainSentenceOf(error: unknown): string {
  const plain = ALL[language()]
  const code = codeOf(error)
  if (code === 4001) return plain.rejected
  if (code === 4100) return plain.unauthorized
  if (code === -32002) return plain.waiting
  if (error instanceof BaseError) {
    if (/insufficient funds/i.test(error.message)) return plain.funds
    if (/HTTP request failed|fetch failed|Failed to fetch|took too long/i.test(error.message))
      return plain.node
    return error.shortMessage
  }
  if (error instanceof Error && error.message === 'lost') return plain.lost
  return error instanceof Error ? error.message : plain.unknown
}
