/** What the games need of a member for one period: the mirror of the contracts' `Target`.
 *
 * `netWh` > 0 is a surplus. `priceTicks`: what a buyer's energy is worth to her before fees, or the
 * least that a seller takes. `limitTicks`: the most that a buyer pays, fees included. A tick is
 * 10^-6 ELE per kWh.
 */
export interface Target {
  period: number
  netWh: number
  priceTicks: number
  limitTicks: number
  zone: number
  pooled: boolean
}

export const TICK = 10n ** 12n
/** What a seller without the right to sell asks. */
export const NO_PRICE = 2 ** 32 - 1

export class WordError extends Error {
  constructor(
    readonly field: string,
    value: number,
    low: number,
    high: number,
  ) {
    super(`${field}: ${value}: must be a whole number from ${low} to ${high}`)
  }
}

function within(field: string, value: number, low: number, high: number): bigint {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new WordError(field, value, low, high)
  return BigInt(value)
}

/** The word: bit 136 pooled, 120-135 zone, 96-119 period, 64-95 net, 32-63 price, 0-31 limit. */
export function packTarget(target: Target): bigint {
  const period = within('period', target.period, 0, 2 ** 24 - 1)
  const net = within('netWh', target.netWh, -(2 ** 31), 2 ** 31 - 1)
  const price = within('priceTicks', target.priceTicks, 0, 2 ** 32 - 1)
  const limit = within('limitTicks', target.limitTicks, 0, 2 ** 32 - 1)
  const zone = within('zone', target.zone, 0, 2 ** 16 - 1)
  const head = (target.pooled ? 1n << 136n : 0n) | (zone << 120n) | (period << 96n)
  return head | (BigInt.asUintN(32, net) << 64n) | (price << 32n) | limit
}

/** What a word says. Throws where bits are set that no field has. */
export function unpackTarget(word: bigint): Target {
  if (word < 0n || word >> 137n !== 0n) throw new Error(`target: ${word}: 137 bits at most`)
  const field = (shift: bigint, bits: number) => Number(BigInt.asUintN(bits, word >> shift))
  return {
    period: field(96n, 24),
    netWh: Number(BigInt.asIntN(32, word >> 64n)),
    priceTicks: field(32n, 32),
    limitTicks: field(0n, 32),
    zone: field(120n, 16),
    pooled: word >> 136n === 1n,
  }
}
