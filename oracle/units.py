"""The one place where floats become integers.

On chain energy is in Wh, money and token amounts are 1e18 fixed point ("wei"), and prices per kWh
lie on a grid of ticks of 1e12 wei (1e-6 ELE/kWh). A float enters here by its shortest decimal
representation, so 0.1 is exactly one tenth, and every function says in its name which way it
rounds: what somebody pays goes up, what is owed to a user goes down.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NewType, TypeAlias

import numpy as np
from numpy.typing import NDArray

Wh = NewType("Wh", int)
"""Energy on chain, in watt-hours."""
Wei = NewType("Wei", int)
"""Times 1e18: an amount of currency or of elecoins, or a price per kWh or per elecoin."""
Ticks = NewType("Ticks", int)
"""A price per kWh in ELE, in steps of 1e-6 ELE."""
MilliwattSeconds = NewType("MilliwattSeconds", int)
"""Energy inside a meter: one milliwatt for one second."""

Number: TypeAlias = int | float | str | Decimal | Fraction

WAD = 10**18
TICK = 10**12
TICKS_PER_ELE = WAD // TICK
WH_PER_KWH = 1000
NEVER_SELLS = Ticks(2**32 - 1)
"""The price of a declared surplus that may not be sold."""
MILLIWATTS_PER_KW = 10**6
MILLIWATT_SECONDS_PER_WH = 3_600_000


def exact(value: Number) -> Fraction:
    """The number that was written down: a float counts as its shortest decimal representation.

    Raises ValueError for NaN and infinities.
    """
    if isinstance(value, Fraction | int):
        return Fraction(value)
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return Fraction(number)


def floor_div(value: Fraction) -> int:
    return value.numerator // value.denominator


def ceil_div(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


# --- energy -----------------------------------------------------------------------------------


def kw_to_milliwatts(kw: NDArray[np.float64]) -> NDArray[np.int64]:
    """Power in whole milliwatts, a profile's resolution; exact for up to six decimals of kW."""
    return np.rint(np.asarray(kw, dtype=np.float64) * MILLIWATTS_PER_KW).astype(np.int64)


def kw_to_wh(
    kw: float, step_seconds: int, remainder: MilliwattSeconds = MilliwattSeconds(0)
) -> tuple[Wh, MilliwattSeconds]:
    """Whole Wh that `kw` over `step_seconds` adds to a register, and what is carried to the next.

    Carrying the remainder makes the sum of the readings the rounded-down sum of the energies.
    """
    total = round(kw * MILLIWATTS_PER_KW) * step_seconds + remainder
    wh, rest = divmod(total, MILLIWATT_SECONDS_PER_WH)
    return Wh(wh), MilliwattSeconds(rest)


def registers_wh(kw: NDArray[np.float64], step_seconds: int) -> NDArray[np.int64]:
    """Cumulative registers in Wh, rounded down, of a power series kW [T, ...]; shape [T + 1, ...].

    Row t is the register at the start of interval t, so differences are the readings.
    """
    energy = np.cumsum(kw_to_milliwatts(kw) * step_seconds, axis=0, dtype=np.int64)
    start = np.zeros((1, *energy.shape[1:]), dtype=np.int64)
    return np.concatenate([start, energy // MILLIWATT_SECONDS_PER_WH])


def kw_to_wh_toward_zero(kw: float, step_seconds: int) -> Wh:
    """A signed energy in Wh, rounded toward zero: a forecast declares no more than it sees."""
    energy = round(kw * MILLIWATTS_PER_KW) * step_seconds
    wh = abs(energy) // MILLIWATT_SECONDS_PER_WH
    return Wh(wh if energy >= 0 else -wh)


def wh_to_kwh(wh: int) -> float:
    return wh / WH_PER_KWH


# --- prices and money -------------------------------------------------------------------------


def price_to_ticks_up(price: Number) -> Ticks:
    """ELE per kWh to ticks, rounded up: a seller's price."""
    return Ticks(ceil_div(exact(price) * TICKS_PER_ELE))


def price_to_ticks_down(price: Number) -> Ticks:
    """ELE per kWh to ticks, rounded down: a buyer's price."""
    return Ticks(floor_div(exact(price) * TICKS_PER_ELE))


def ticks_to_wei(ticks: int) -> Wei:
    return Wei(ticks * TICK)


def ticks_to_float(ticks: int) -> float:
    """Ticks to ELE per kWh."""
    return ticks / TICKS_PER_ELE


def currency_to_ticks_exact(amount: Number) -> Ticks:
    """Currency in steps of 1e-6, as the chain holds fees, feed-in and elecoin prices.

    Raises ValueError for an amount that is off this grid.
    """
    ticks = exact(amount) * TICKS_PER_ELE
    if ticks.denominator != 1:
        raise ValueError("must be a multiple of 0.000001")
    return Ticks(ticks.numerator)


def currency_to_wei_up(amount: Number) -> Wei:
    return Wei(ceil_div(exact(amount) * WAD))


def currency_to_wei_down(amount: Number) -> Wei:
    return Wei(floor_div(exact(amount) * WAD))


def wei_to_float(wei: int) -> float:
    """For display only."""
    return wei / WAD


def wei_to_fraction(wei: int) -> Fraction:
    return Fraction(wei, WAD)


def mul_wad_up(amount: int, price: int) -> Wei:
    """`amount * price`, both 1e18 fixed point, rounded up: what a buyer of elecoins pays."""
    return Wei(-(-amount * price // WAD))


def mul_wad_down(amount: int, price: int) -> Wei:
    """`amount * price`, both 1e18 fixed point, rounded down: what redemption pays out."""
    return Wei(amount * price // WAD)


def div_wad_up(amount: int, price: int) -> Wei:
    """`amount / price`, both 1e18 fixed point, rounded up: a fee in currency as elecoins."""
    return Wei(-(-amount * WAD // price))


def energy_price_wei(ticks: int, wh: int) -> Wei:
    """What `wh` costs at `ticks` per kWh, in ELE wei: exact, because a tick is 1e12 wei."""
    return Wei(ticks * (TICK // WH_PER_KWH) * wh)


def energy_fee_wei_up(fee_wei_per_kwh: int, wh: int) -> Wei:
    """What `wh` costs at a fee in wei per kWh, rounded up to 1e9 wei: one Wh at one tick."""
    return Wei(-(-fee_wei_per_kwh * wh // TICK) * (TICK // WH_PER_KWH))


def decimal(amount: int) -> str:
    """A 1e18 fixed point number as an exact decimal."""
    whole, part = divmod(abs(amount), WAD)
    sign = "-" if amount < 0 else ""
    digits = f"{part:018d}".rstrip("0")
    return f"{sign}{whole}" + (f".{digits}" if digits else "")
