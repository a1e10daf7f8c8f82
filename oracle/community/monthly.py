"""A month's statement: what each kWh was, what it cost, and how it is rounded. No files, no words.

Every line is exact. On paper each line is rounded commercially (half away from zero, to the cent),
and one more line, the rounding, makes up what that leaves: the rounded lines sum to the exact sum
of the period bills, rounded once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from oracle.community.bill import ZERO, PeriodEntry
from oracle.community.correction import CorrectionAmounts, GridChange, correction_amounts
from oracle.units import WAD, WH_PER_KWH

CENTS = 100

Section = Literal["community", "grid", "corrections", "vat", "rounding"]
Kind = Literal[
    "energy_bought",
    "energy_sold",
    "community_network",
    "community_levy",
    "grid_energy",
    "grid_network",
    "grid_levy",
    "standing_charge",
    "feed_in",
    "corrected_energy",
    "corrected_network",
    "corrected_levy",
    "corrected_feed_in",
    "vat",
    "rounding",
]
Unit = Literal["kWh", "day", "base", ""]
"""What a line's quantity counts; `base` is the amount in currency that VAT is on."""


@dataclass(frozen=True)
class SupplyPrice:
    """A supplier's price in currency per kWh by line, and per local day, net of `vat` (a share)."""

    energy: Fraction
    network: Fraction
    levy: Fraction
    vat: Fraction
    standing: Fraction

    @property
    def net_of_vat(self) -> Fraction:
        return self.energy + self.network + self.levy


@dataclass(frozen=True)
class BilledPeriod:
    """A closed period of one member. `day_share`: the part of its local day that it is."""

    number: int
    entry: PeriodEntry
    price: SupplyPrice
    day_share: Fraction
    estimated: bool = False
    corrected: bool = False


@dataclass(frozen=True)
class BilledCorrection:
    """A correction booked in the month, at the tariff of the period that was wrong."""

    change: GridChange
    price: SupplyPrice


@dataclass(frozen=True)
class Line:
    """`amount` in currency, exact: positive is paid, negative received.

    `quantity` × `price` is `amount`, or what is received; a `mean` price is the quotient.
    `wei`: the same in elecoins, where they paid it.
    """

    section: Section
    kind: Kind
    amount: Fraction
    unit: Unit = ""
    quantity: Fraction | None = None
    price: Fraction | None = None
    mean: bool = False
    wei: int | None = None
    change: GridChange | None = None

    @property
    def cents(self) -> int:
        return round_half_away(self.amount * CENTS)


@dataclass(frozen=True)
class Elecoins:
    """Elecoins of a month in wei; `paid` and `redemption` are the currency that moved for them."""

    bought_wei: int = 0
    paid_wei: int = 0
    spent_wei: int = 0
    received_wei: int = 0
    redeemed_wei: int = 0
    redemption_wei: int = 0


@dataclass(frozen=True)
class Energy:
    """Wh of a month. What nobody can know behind an import/export meter is None."""

    generated_wh: int | None
    consumed_wh: int | None
    own_use_wh: int | None
    bought_wh: int
    sold_wh: int
    imported_wh: int
    exported_wh: int


@dataclass(frozen=True)
class Monthly:
    """One member's month. The last of the lines is the rounding."""

    lines: tuple[Line, ...]
    total: Fraction
    energy: Energy
    elecoins: Elecoins
    periods: tuple[BilledPeriod, ...] = field(repr=False)

    @property
    def total_cents(self) -> int:
        """What the lines' cents sum to: `total`, rounded once."""
        return round_half_away(self.total * CENTS)

    def section(self, section: Section) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.section == section)

    def section_cents(self, section: Section) -> int:
        return sum(line.cents for line in self.section(section))

    @property
    def paid_cents(self) -> int:
        """What elecoins have paid already (negative: earned)."""
        return self.section_cents("community")

    @property
    def due_cents(self) -> int:
        """What is left for the supplier to collect (negative: to pay out)."""
        return self.total_cents - self.paid_cents


def round_half_away(value: Fraction) -> int:
    """Commercial rounding (DIN 1333): the nearest integer, a half away from zero."""
    nearest = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return nearest if value >= 0 else -nearest


def monthly(
    periods: Iterable[BilledPeriod],
    feed_in: Fraction,
    corrections: Sequence[BilledCorrection] = (),
    *,
    bought: Iterable[tuple[int, int]] = (),
    redeemed: Iterable[tuple[int, int]] = (),
    own_use_known: bool = True,
) -> Monthly:
    """The statement of these periods, and of the corrections booked in the month.

    `bought`, `redeemed`: elecoins and the currency that moved for them, in wei.
    """
    listed = sorted(periods, key=lambda period: period.number)
    lines = [*_community(listed), *_grid(listed, feed_in)]
    for correction in corrections:
        lines += _corrected(correction, feed_in)
    lines += _vat(listed, corrections)
    total = sum((line.amount for line in lines), ZERO)
    left = round_half_away(total * CENTS) - sum(line.cents for line in lines)
    lines.append(Line("rounding", "rounding", Fraction(left, CENTS)))
    return Monthly(
        lines=tuple(lines),
        total=total,
        energy=_energy(listed, own_use_known),
        elecoins=_elecoins(listed, list(bought), list(redeemed)),
        periods=tuple(listed),
    )


def _energy(periods: Sequence[BilledPeriod], own_use_known: bool) -> Energy:
    def total(of: Callable[[PeriodEntry], int]) -> int:
        return sum(of(period.entry) for period in periods)

    return Energy(
        generated_wh=total(lambda e: e.generated_wh) if own_use_known else None,
        consumed_wh=total(lambda e: e.consumed_wh) if own_use_known else None,
        own_use_wh=total(lambda e: min(e.generated_wh, e.consumed_wh)) if own_use_known else None,
        bought_wh=total(lambda e: e.bought_wh),
        sold_wh=total(lambda e: e.sold_wh),
        imported_wh=total(lambda e: e.imported_wh),
        exported_wh=total(lambda e: e.exported_wh),
    )


def _elecoins(
    periods: Sequence[BilledPeriod],
    bought: Sequence[tuple[int, int]],
    redeemed: Sequence[tuple[int, int]],
) -> Elecoins:
    moved = [period.entry.paid_wei for period in periods]
    return Elecoins(
        bought_wei=sum(amount for amount, _ in bought),
        paid_wei=sum(paid for _, paid in bought),
        spent_wei=sum(wei for wei in moved if wei > 0),
        received_wei=-sum(wei for wei in moved if wei < 0),
        redeemed_wei=sum(amount for amount, _ in redeemed),
        redemption_wei=sum(paid for _, paid in redeemed),
    )


# --- lines ------------------------------------------------------------------------------------


def _community(periods: Sequence[BilledPeriod]) -> list[Line]:
    """What elecoins paid, at the elecoin price of each period; the prices are means."""
    entries = [period.entry for period in periods]
    buying = [entry for entry in entries if not entry.sold_wh]
    selling = [entry for entry in entries if entry.sold_wh]
    bought = sum(entry.bought_wh for entry in buying)
    sold = sum(entry.sold_wh for entry in selling)
    lines = [
        _mean("energy_bought", bought, buying, lambda e: e.energy_wei),
        _mean("energy_sold", sold, selling, lambda e: e.energy_wei),
        _mean("community_network", bought, entries, lambda e: e.network_wei),
        _mean("community_levy", bought, entries, lambda e: e.levy_wei),
    ]
    return [line for line in lines if line.amount or line.quantity]


def _mean(
    kind: Kind, wh: int, entries: Iterable[PeriodEntry], wei_of: Callable[[PeriodEntry], int]
) -> Line:
    by_price: dict[int, int] = defaultdict(int)
    for entry in entries:
        by_price[entry.elecoin_price_wei] += wei_of(entry)
    amount = sum((Fraction(wei * price, WAD * WAD) for price, wei in by_price.items()), ZERO)
    kwh = Fraction(wh, WH_PER_KWH)
    return Line(
        "community",
        kind,
        amount,
        unit="kWh",
        quantity=kwh,
        price=abs(amount / kwh) if kwh else None,
        mean=True,
        wei=sum(by_price.values()),
    )


def _grid(periods: Sequence[BilledPeriod], feed_in: Fraction) -> list[Line]:
    """The supplier's lines, one for each price that held."""
    sums: dict[Kind, dict[Fraction, Fraction]] = {
        "grid_energy": defaultdict(Fraction),
        "grid_network": defaultdict(Fraction),
        "grid_levy": defaultdict(Fraction),
        "standing_charge": defaultdict(Fraction),
    }
    exported = ZERO
    for period in periods:
        price, kwh = period.price, Fraction(period.entry.imported_wh, WH_PER_KWH)
        sums["grid_energy"][price.energy] += kwh
        sums["grid_network"][price.network] += kwh
        sums["grid_levy"][price.levy] += kwh
        sums["standing_charge"][price.standing] += period.day_share
        exported += Fraction(period.entry.exported_wh, WH_PER_KWH)
    lines = [
        Line(
            "grid",
            kind,
            price * quantity,
            unit="day" if kind == "standing_charge" else "kWh",
            quantity=quantity,
            price=price,
        )
        for kind, quantities in sums.items()
        for price, quantity in sorted(quantities.items())
        if quantity and (price or kind == "grid_energy")
    ]
    if exported:
        lines.append(Line("grid", "feed_in", -feed_in * exported, "kWh", exported, feed_in))
    return lines


def _corrected(correction: BilledCorrection, feed_in: Fraction) -> list[Line]:
    change, price = correction.change, correction.price
    amounts: CorrectionAmounts = correction_amounts(change, price, feed_in)
    imported = Fraction(change.imported_wh, WH_PER_KWH)
    exported = Fraction(change.exported_wh, WH_PER_KWH)
    parts: tuple[tuple[Kind, Fraction, Fraction, Fraction], ...] = (
        ("corrected_energy", amounts.energy, imported, price.energy),
        ("corrected_network", amounts.network, imported, price.network),
        ("corrected_levy", amounts.levy, imported, price.levy),
        ("corrected_feed_in", amounts.feed_in, exported, feed_in),
    )
    found = [
        Line("corrections", kind, amount, "kWh", kwh, unit, change=change)
        for kind, amount, kwh, unit in parts
        if kwh and (unit or kind in ("corrected_energy", "corrected_feed_in"))
    ]
    # One that moves nothing on the grid's side is told all the same.
    nothing = Line("corrections", "corrected_energy", ZERO, "kWh", ZERO, change=change)
    return found or [nothing]


def _vat(periods: Sequence[BilledPeriod], corrections: Sequence[BilledCorrection]) -> list[Line]:
    """The supplier's VAT, one line a rate, on all that is not feed-in."""
    base: dict[Fraction, Fraction] = defaultdict(Fraction)
    for period in periods:
        price, kwh = period.price, Fraction(period.entry.imported_wh, WH_PER_KWH)
        base[price.vat] += price.net_of_vat * kwh + price.standing * period.day_share
    for correction in corrections:
        kwh = Fraction(correction.change.imported_wh, WH_PER_KWH)
        base[correction.price.vat] += correction.price.net_of_vat * kwh
    return [
        Line("vat", "vat", rate * amount, unit="base", quantity=amount, price=rate)
        for rate, amount in sorted(base.items())
        if rate and amount
    ]
