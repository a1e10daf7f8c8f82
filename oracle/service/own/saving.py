"""What the market saved a member against the grid alone, by local day.

The same comparison as `oracle.community.bill.statement` makes for a run, from what the store keeps:
the money that left her, elecoins that she still holds counted at what they redeem for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from oracle.community.correction import Correction, correction_amounts, grid_changes
from oracle.service.store.records import (
    CorrectionRecord,
    ElecoinMoveRecord,
    MemberPeriodRecord,
    SupplyPriceRecord,
    SupplyRecord,
)
from oracle.units import WAD, WH_PER_KWH

ELECOIN = "ELE"
ZERO = Fraction(0)


@dataclass(frozen=True)
class Terms:
    """A supply, its prices by period, what an elecoin redeems for, and whose clock says the day."""

    supply: SupplyRecord
    prices: Mapping[int, SupplyPriceRecord]
    redemption: Fraction
    zone: ZoneInfo

    def day_of(self, seconds: int) -> dt.date:
        """The local day of metered UTC seconds."""
        return dt.datetime.fromtimestamp(seconds, tz=self.zone).date()


@dataclass(frozen=True)
class Received:
    """Elecoins that came from elsewhere, in wei, at metered UTC seconds: prizes of contests."""

    at: int
    amount_wei: int


@dataclass
class DaySaving:
    """In currency: the money that left her, and what the same energy costs from the grid alone."""

    paid: Fraction = ZERO
    grid_alone: Fraction = ZERO

    @property
    def saving(self) -> Fraction:
        return self.grid_alone - self.paid


def savings(
    terms: Terms,
    periods: Iterable[MemberPeriodRecord],
    moves: Iterable[ElecoinMoveRecord] = (),
    corrections: Iterable[CorrectionRecord] = (),
    corrected: Iterable[MemberPeriodRecord] = (),
    prizes: Iterable[Received] = (),
) -> dict[dt.date, DaySaving]:
    """By local day, in order. `periods` are closed ones with a price; `corrected` those of them, or
    earlier ones, that `corrections` are about."""
    days: dict[dt.date, DaySaving] = defaultdict(DaySaving)
    for record in periods:
        price = terms.prices[record.period]
        day = days[terms.day_of(price.starts_at)]
        grid = sum((Fraction(x.amount, WAD) for x in record.lines if x.unit != ELECOIN), ZERO)
        spent = sum(x.amount for x in record.lines if x.unit == ELECOIN)
        day.paid += grid + terms.redemption * Fraction(spent, WAD)
        day.grid_alone += grid + _not_traded(terms, price, record)
    for move in moves:
        # What she bought she still holds, until a period's lines say that she spent it.
        sign = 1 if move.kind == "bought" else -1
        value = Fraction(move.value_wei, WAD) - terms.redemption * Fraction(move.amount_wei, WAD)
        days[terms.day_of(move.at)].paid += sign * value
    for prize in prizes:
        days[terms.day_of(prize.at)].paid -= terms.redemption * Fraction(prize.amount_wei, WAD)
    _add_corrections(terms, corrected, corrections, days)
    return dict(sorted(days.items()))


def _not_traded(terms: Terms, price: SupplyPriceRecord, record: MemberPeriodRecord) -> Fraction:
    """What the energy of her trades would have cost at, or brought from, the grid."""
    kwh = (price.energy + price.network + price.levy) * (1 + price.vat)
    traded = kwh * record.bought_wh - terms.supply.feed_in * record.sold_wh
    return traded / WH_PER_KWH


def _add_corrections(
    terms: Terms,
    corrected: Iterable[MemberPeriodRecord],
    corrections: Iterable[CorrectionRecord],
    days: dict[dt.date, DaySaving],
) -> None:
    records = list(corrections)
    made = [
        Correction(
            start=terms.prices[record.period].starts_at,
            booked_at=record.booked_at,
            generated_wh=record.generated_wh,
            consumed_wh=record.consumed_wh,
            reason=record.reason,
        )
        for record in records
    ]
    traded, alone = {}, {}
    for period in corrected:
        start = terms.prices[period.period].starts_at
        traded[start] = period.imported_wh - period.exported_wh
        alone[start] = period.consumed_wh - period.generated_wh
    for net, name in ((traded, "paid"), (alone, "grid_alone")):
        for record, change in zip(records, grid_changes(net, made), strict=True):
            price = terms.prices[record.period]
            amounts = correction_amounts(change, price, terms.supply.feed_in)
            day = days[terms.day_of(record.booked_at)]
            setattr(day, name, getattr(day, name) + amounts.total)
