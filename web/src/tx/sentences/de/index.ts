import type { Spoken } from '../../sentences'
import { libraries } from './libraries'
import { oracle } from './oracle'
import { orders } from './orders'
import { rewards } from './rewards'
import { trading } from './trading'

export const de: Spoken = {
  errors: { ...trading, ...orders, ...oracle, ...rewards, ...libraries },
  plain: {
    rejected: 'Sie haben in der Wallet abgelehnt.',
    unauthorized: 'Die Wallet hat dieser Seite das Konto nicht freigegeben.',
    waiting: 'Die Wallet wartet noch auf eine frühere Antwort: bitte öffnen.',
    funds: 'Auf diesem Konto fehlt Geld für Betrag und Gebühr.',
    node: 'Die Kette ist gerade nicht erreichbar; bitte gleich noch einmal.',
    lost: 'Die Kette kennt diese Transaktion nicht mehr: sie wurde nicht ausgeführt.',
    unknown: 'Fehlgeschlagen, ohne dass die Kette einen Grund nannte.',
  },
}
