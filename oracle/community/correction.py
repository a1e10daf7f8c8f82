"""Corrections: what a closed period was read wrongly by, and what that adds to the grid lines.

Settled trades stand, so whatever a correction moves is the grid's: more imported or less exported,
at the tariff of the period that was wrong. It is billed when it is booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from oracle.units import WH_PER_KWH

REASONS = {1: "replaced_value", 2: "clock", 3: "meter_fault"}
"""What the reason codes on chain say; any other is named by its number."""


@dataclass(frozen=True)
class Correction:
    """Wh by which generation and consumption of the period from `start` on were wrong.

    `start` and `booked_at` are metered UTC seconds.
    """

    start: int
    booked_at: int
    generated_wh: int
    consumed_wh: int
    reason: int


@dataclass(frozen=True)
class GridChange:
    """A correction, and by how many Wh what was imported and exported changes."""

    correction: Correction
    imported_wh: int
    exported_wh: int


class UnitPrice(Protocol):
    """Currency per kWh by line, net of `vat`, a share."""

    @property
    def energy(self) -> Fraction: ...
    @property
    def network(self) -> Fraction: ...
    @property
    def levy(self) -> Fraction: ...
    @property
    def vat(self) -> Fraction: ...


@dataclass(frozen=True)
class CorrectionAmounts:
    """The lines of a correction in currency, exact."""

    energy: Fraction
    network: Fraction
    levy: Fraction
    feed_in: Fraction
    vat: Fraction

    @property
    def total(self) -> Fraction:
        return self.energy + self.network + self.levy + self.feed_in + self.vat


def grid_changes(
    grid_net_wh: Mapping[int, int], corrections: Iterable[Correction]
) -> list[GridChange]:
    """What each correction moves; they come in the order in which they were booked.

    `grid_net_wh`: Wh imported less exported by period start, before any; 0 where nothing was read.
    """
    net = dict(grid_net_wh)
    changes = []
    for correction in corrections:
        before = net.get(correction.start, 0)
        after = before + correction.consumed_wh - correction.generated_wh
        net[correction.start] = after
        changes.append(
            GridChange(
                correction,
                imported_wh=max(0, after) - max(0, before),
                exported_wh=max(0, -after) - max(0, -before),
            )
        )
    return changes


def correction_amounts(
    change: GridChange, price: UnitPrice, feed_in: Fraction
) -> CorrectionAmounts:
    """The lines at the tariff of the corrected period; negative is paid back."""
    imported = Fraction(change.imported_wh, WH_PER_KWH)
    net = price.energy + price.network + price.levy
    return CorrectionAmounts(
        energy=price.energy * imported,
        network=price.network * imported,
        levy=price.levy * imported,
        feed_in=-feed_in * Fraction(change.exported_wh, WH_PER_KWH),
        vat=net * price.vat * imported,
    )
