"""What a mechanism means for the members and for the grid, from its totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.community.mechanisms.periods import Floats
from oracle.community.mechanisms.totals import Totals
from oracle.units import WH_PER_KWH

NOTHING = 1e-6
"""Savings and surpluses below this are rounding, in currency."""


@dataclass(frozen=True)
class Metrics:
    """price: the mean of a traded kWh before fees (None: nothing was traded); saving [N]: what each
    member pays less than with the grid alone. Shares 0 to 1, None where they are not known; peaks
    in W, mean power over the worst period. kept: what members paid in all and no member, network
    or levy got: `spread` of it for elecoins, 0 in every other mechanism. gini None: nothing saved.
    """

    price: float | None
    volume_kwh: float
    fees: float
    saving: Floats
    self_sufficiency: float | None
    self_consumption: float | None
    peak_import_w: float
    peak_export_w: float
    gini: float | None
    kept: float
    spread: float

    @property
    def worse_off(self) -> list[int]:
        """Whose saving is negative."""
        return [int(i) for i in np.flatnonzero(self.saving < -NOTHING)]


def metrics(
    totals: Totals,
    *,
    consumed_wh: float | None,
    generated_wh: float | None,
    step: int,
    spread: Floats | None = None,
) -> Metrics:
    """The figures of one mechanism. `consumed_wh` and `generated_wh`: of all members together,
    None where meters do not show them; `spread` [N]: what elecoins cost above their worth."""
    apart = np.zeros_like(totals.paid) if spread is None else spread
    saving = totals.worth - totals.paid - totals.fees - apart
    volume, money = float(totals.sold.sum()), float(totals.by_hour[0].sum())
    return Metrics(
        price=money / volume * WH_PER_KWH if volume else None,
        volume_kwh=volume / WH_PER_KWH,
        fees=float(totals.fees.sum()),
        saving=saving,
        self_sufficiency=_rest(totals.imported, consumed_wh),
        self_consumption=_rest(totals.exported, generated_wh),
        peak_import_w=totals.most_imported * 3600 / step,
        peak_export_w=totals.most_exported * 3600 / step,
        gini=gini(saving),
        kept=float(totals.paid.sum() + apart.sum()),
        spread=float(apart.sum()),
    )


def _rest(part: float, whole: float | None) -> float | None:
    if whole is None:
        return None
    return 1 - part / whole if whole else 0.0


def gini(amounts: Floats) -> float | None:
    """Half the mean absolute difference of all pairs, over the mean.

    0: all equal; (n − 1)/n: one has all. With negative amounts it can exceed 1; None where the mean
    is not positive, for then it says nothing. Source: Gini 1912, in Sen, "On Economic Inequality",
    1973, section 2.4.
    """
    count, whole = len(amounts), float(amounts.sum())
    if whole <= NOTHING:
        return None
    ranked = np.sort(amounts)
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float(weights @ ranked) / (count * whole)
