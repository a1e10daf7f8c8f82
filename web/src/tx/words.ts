import type { Market } from '../api/market'
import { type Format, makeFormat } from '../i18n/format'
import { type Language, language } from '../i18n/language'
import { short } from '../parts/short'

/** Who is spoken to: the reader's language, the community's clock, and what its coin is called. */
export interface Speaking {
  language: Language
  format: Format
  currency: string
  /** Chain seconds at which period 0 starts, and that a period lasts. */
  start: number
  period: number
}

/** How sentences about a market are written for the reader, as of now. */
export function speakingOf(market: Market): Speaking {
  return {
    language: language(),
    format: makeFormat(language(), market.timezone),
    currency: market.currency,
    start: market.schedule['start'] ?? 0,
    period: market.schedule['period'] ?? 0,
  }
}

type Whole = number | bigint

/** Values of the contracts as a person reads them. Wei and ticks are 1e-18 and 1e-6 of a coin. */
export interface Words {
  number(value: Whole): string
  /** A sum of 1e-18 without the coin's name, where either may be meant. */
  sum(wei: bigint): string
  ele(wei: bigint): string
  coin(wei: bigint): string
  /** ELE per kWh, from wei or from ticks of 1e12 wei. */
  price(wei: bigint): string
  priceTicks(ticks: bigint): string
  /** Currency per elecoin, from ticks. */
  coinTicks(ticks: bigint): string
  kwh(wattHours: Whole): string
  /** A share of one, given in 1e-18. */
  share(wad: bigint): string
  percent(basisPoints: number): string
  at(seconds: Whole): string
  span(seconds: number): string
  /** A day counted from 1970. */
  day(days: Whole): string
  period(number: Whole): string
  /** What a feed prices in an epoch: 0 electricity in a period, 1 the elecoin. */
  posting(feed: number, epoch: Whole): string
  /** An address or a hash, short. */
  hex(text: string): string
}

const NAMED: Record<
  Language,
  { period: string; per: string; electricity: string; elecoin: string }
> = {
  en: {
    period: 'period',
    per: 'per',
    electricity: 'Electricity price,',
    elecoin: 'Elecoin price, epoch',
  },
  de: {
    period: 'Periode',
    per: 'je',
    electricity: 'Strompreis,',
    elecoin: 'Elecoin-Preis, Epoche',
  },
}
const TICK = 10n ** 12n
const GWEI = 10n ** 9n
/** Greatest time that a date can hold, in seconds; contracts use greater ones for "never". */
const LAST = 8.64e12

export function wordsFor(speaking: Speaking): Words {
  const { format, currency, start, period } = speaking
  const named = NAMED[speaking.language]
  // What is not nothing does not read 0.
  const sum = (wei: bigint) => format.number(Number(wei) / 1e18, wei > -GWEI && wei < GWEI ? 18 : 9)
  const price = (wei: bigint) => `${sum(wei)} ELE ${named.per} kWh`
  const at = (seconds: Whole) =>
    Number(seconds) > LAST ? format.number(Number(seconds)) : format.time(seconds)
  const ofPeriod = (number: Whole) =>
    period === 0
      ? `${named.period} ${number}`
      : `${named.period} ${number} (${at(start + Number(number) * period)})`
  return {
    number: (value) => format.number(Number(value), 0),
    sum,
    ele: (wei) => `${sum(wei)} ELE`,
    coin: (wei) => `${sum(wei)} ${currency}`,
    price,
    priceTicks: (ticks) => price(ticks * TICK),
    coinTicks: (ticks) => `${sum(ticks * TICK)} ${currency}`,
    kwh: format.kwh,
    share: (wad) => `${format.number(Number(wad) / 1e16, 4)} %`,
    percent: (basisPoints) => `${format.number(basisPoints / 100)} %`,
    at,
    span: format.span,
    // Noon, so that no time zone makes it another day.
    day: (days) =>
      Number(days) * 86_400 > LAST ? `${days}` : format.day(Number(days) * 86_400 + 43_200),
    period: ofPeriod,
    posting: (feed, epoch) =>
      feed === 0 ? `${named.electricity} ${ofPeriod(epoch)}` : `${named.elecoin} ${epoch}`,
    hex: short,
  }
}
