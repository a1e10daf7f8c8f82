import type { Spoken } from '../../sentences'
import { libraries } from './libraries'
import { oracle } from './oracle'
import { orders } from './orders'
import { rewards } from './rewards'
import { trading } from './trading'

export const en: Spoken = {
  errors: { ...trading, ...orders, ...oracle, ...rewards, ...libraries },
  plain: {
    rejected: 'You declined it in your wallet.',
    unauthorized: 'Your wallet has not allowed this page to use the account.',
    waiting: 'Your wallet still waits for an earlier answer: open it.',
    funds: 'There is not enough of the chain’s coin in this account for the amount and the fee.',
    node: 'The chain cannot be reached right now; try again in a moment.',
    lost: 'The chain has forgotten this transaction: it was not done.',
    unknown: 'It failed for a reason that the chain did not name.',
  },
}
