/** The money arithmetic of the contracts (`Rounding`): the payer's side up, what is owed down. */
const WAD = 10n ** 18n
const TICK = 10n ** 12n
/** Elecoin wei of one Wh at a price of one tick. */
export const CREDIT_UNIT = 10n ** 9n

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

/** What elecoins cost in currency: amount × price, up. */
export function costOf(amount: bigint, price: bigint): bigint {
  return divideUp(amount * price, WAD)
}

/** The most elecoins that a sum of currency buys. */
export function affordable(currency: bigint, price: bigint): bigint {
  return price === 0n ? 0n : (currency * WAD) / price
}

/** What redeemed elecoins bring: amount × c, down. */
export function worthOf(amount: bigint, redemption: bigint): bigint {
  return (amount * redemption) / WAD
}

/** What a trade takes from the buyer's deposit, in elecoin wei.
 *
 * `price`, `network`, `levy` in ELE per kWh (1e-18); the price lies on the tick grid, and each fee
 * is rounded up to a credit unit.
 */
export function tradeCost(energyWh: bigint, price: bigint, network: bigint, levy: bigint) {
  const energy = energyWh * (price / TICK) * CREDIT_UNIT
  const fee = (perKwh: bigint) => divideUp(energyWh * perKwh, TICK) * CREDIT_UNIT
  const fees = { network: fee(network), levy: fee(levy) }
  return { energy, ...fees, total: energy + fees.network + fees.levy }
}

/** What a pooled declaration locks: (1 + tolerance) × the deficit × the limit. */
export function lockOf(deficitWh: bigint, toleranceBps: number, limitTicks: number): bigint {
  return (
    (((10_000n + BigInt(toleranceBps)) * deficitWh) / 10_000n) * BigInt(limitTicks) * CREDIT_UNIT
  )
}
