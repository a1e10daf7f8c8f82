import type { Sentences } from '../shape'
import { libraries } from './libraries'
import { oracle } from './oracle'
import { orders } from './orders'
import { rewards } from './rewards'
import { trading } from './trading'

export const de: Sentences = { ...trading, ...orders, ...oracle, ...rewards, ...libraries }
