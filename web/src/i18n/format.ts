import { useMemo } from 'react'
import { type Language, useLanguage } from './language'

const LOCALES: Record<Language, string> = { en: 'en-GB', de: 'de-DE' }
export const WAD = 10n ** 18n

/** Numbers, money, energy and times in the reader's language and the community's time zone. */
export interface Format {
  /** `digits` after the point, at most; `least` of them always. */
  number(value: number, digits?: number, least?: number): string
  /** So many figures that count; very great and very small ones with a power of ten. */
  figures(value: number, count?: number): string
  /** A whole number of 1e-18, shown with `digits` after the point. */
  wad(value: bigint, digits?: number): string
  /** Wh as kWh. */
  kwh(wattHours: number | bigint): string
  /** A share of one as percent. */
  percent(share: number): string
  /** Chain seconds as date and time of the community. */
  time(seconds: number | bigint): string
  /** Chain seconds as time of day of the community. */
  clock(seconds: number | bigint): string
  /** Chain seconds as a day of the community. */
  day(seconds: number | bigint): string
  /** A span of seconds in its largest unit. */
  span(seconds: number): string
}

export function makeFormat(language: Language, timeZone: string): Format {
  const locale = LOCALES[language]
  const dated = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, ...options })
    return (seconds: number | bigint) => format.format(new Date(Number(seconds) * 1000))
  }
  const number = (value: number, digits = 2, least = 0) =>
    new Intl.NumberFormat(locale, {
      maximumFractionDigits: digits,
      minimumFractionDigits: Math.min(least, digits),
    }).format(value)
  const figures = (value: number, count = 6) => {
    const size = Math.abs(value)
    const far = size !== 0 && (size < 1e-4 || size >= 1e9)
    return new Intl.NumberFormat(locale, {
      maximumSignificantDigits: far ? Math.min(count, 3) : count,
      ...(far ? { notation: 'scientific' } : {}),
    }).format(value)
  }
  return {
    number,
    figures,
    wad: (value, digits = 4) => number(Number(value) / 1e18, digits, Math.min(2, digits)),
    kwh: (wattHours) => `${number(Number(wattHours) / 1000, 3)} kWh`,
    percent: (share) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share),
    time: dated({ dateStyle: 'medium', timeStyle: 'short' }),
    clock: dated({ hour: '2-digit', minute: '2-digit' }),
    day: dated({ dateStyle: 'medium' }),
    span: (seconds) => {
      const whole = Math.max(0, Math.round(seconds))
      const units: [number, string][] = [
        [86_400, 'day'],
        [3600, 'hour'],
        [60, 'minute'],
      ]
      const [size, unit] = units.find(([least]) => whole >= 2 * least) ?? [1, 'second']
      const style = { style: 'unit', unit, unitDisplay: 'long' } as const
      return new Intl.NumberFormat(locale, style).format(Math.floor(whole / size))
    },
  }
}

/** The reader's format; `timeZone` is the community's (IANA). */
export function useFormatIn(timeZone: string): Format {
  const language = useLanguage()
  return useMemo(() => makeFormat(language, timeZone), [language, timeZone])
}
