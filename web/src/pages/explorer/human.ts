import { useFormat, useMarket } from '../../api/market'
import type { Unit } from '../../chain/units'
import { useTexts } from './texts'

const TICKS = 1e6
/** As enum Status of the oracle. */
const STATUSES = [
  'none',
  'inline',
  'interior',
  'optimistic',
  'consent',
  'demanded',
  'voided',
] as const
/** As enum Stage of the contests. */
const STAGES = ['open', 'revealing', 'drawn', 'empty', 'rolledOver'] as const
/** As enum Technology of the certificates. */
const TECHNOLOGIES = ['none', 'solar', 'wind', 'hydro', 'biomass', 'geothermal', 'marine'] as const
const UNSET_24 = 2n ** 24n - 1n

/** Words for a number with a unit; null where the number itself says it best. */
export function useHuman(): (unit: Unit | null, value: bigint) => string | null {
  const t = useTexts()
  const format = useFormat()
  const { currency, zones, schedule } = useMarket()
  const one = (names: readonly (keyof typeof t)[], value: bigint) => {
    const key = names[Number(value)]
    const said = key === undefined ? undefined : t[key]
    return typeof said === 'string' ? said : null
  }
  const starts = (period: bigint) => {
    const { start, period: length } = schedule
    return start === undefined || length === undefined || period > 10_000_000n
      ? null
      : format.time(start + length * Number(period))
  }
  const at = (number: bigint, first: bigint, said: (n: string) => string) => {
    const time = starts(first)
    return time === null ? said(number.toString()) : `${said(number.toString())} (${time})`
  }
  return (unit, value) => {
    const number = Number(value)
    switch (unit) {
      case null:
      case 'failure':
      case 'target':
      case 'reading':
      case 'posting':
        return null
      case 'ele':
        return `${format.wad(value, 6)} ELE`
      case 'coin':
        return `${format.wad(value, 6)} ${currency}`
      case 'wattcoin':
        return `${format.wad(value, 3)} WATT`
      case 'certificates':
      case 'wh':
        return format.kwh(value)
      case 'elePerKwh':
        return `${format.wad(value, 6)} ELE/kWh`
      case 'coinPerEle':
        return `${format.wad(value, 6)} ${currency}/ELE`
      case 'ticksEle':
        return `${format.number(number / TICKS, 6)} ELE/kWh`
      case 'ticksCoin':
        return `${format.number(number / TICKS, 6)} ${currency}/kWh`
      case 'watt':
        return `${format.number(number / 1000, 3)} kW`
      case 'share':
        return `${format.number(number / 1e16, 2)} %`
      case 'bps':
        return `${format.number(number / 100, 2)} %`
      case 'wad':
        return format.wad(value, 6)
      case 'span':
        return format.span(number)
      case 'time':
        return number > 0 && number < 1e11 ? format.time(number) : null
      case 'period':
        return value >= UNSET_24 ? null : at(value, value, t.period)
      case 'epoch':
        return at(value, value * BigInt(schedule['epoch_periods'] ?? 1), t.epoch)
      case 'zone': {
        const name = zones[number]
        return name === undefined ? null : `${value} ${name}`
      }
      case 'feed':
        return value === 0n ? t.electricity : value === 1n ? t.elecoin : null
      case 'status':
        return one(STATUSES, value)
      case 'stage':
        return one(STAGES, value)
      case 'technology':
        return one(TECHNOLOGIES, value)
    }
  }
}
