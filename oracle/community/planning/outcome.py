"""What a community's days come to: bills, savings, shares and peaks, summed over spans of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.community.forecast import Method
from oracle.community.mechanisms.equilibrium import equilibrium
from oracle.community.mechanisms.observe import Observed, observe
from oracle.community.mechanisms.totals import Totals, elecoin_spread, total
from oracle.community.planning.assets import Planned
from oracle.community.planning.common_battery import with_battery
from oracle.community.profiles import Profiles
from oracle.community.tariff import check_prices
from oracle.units import TICKS_PER_ELE, WH_PER_KWH

Floats = NDArray[np.float64]
DAY = 86_400
PAST_DAYS = 29
"""No forecast looks farther back."""


@dataclass(frozen=True)
class Outcome:
    """Sums over the spans, in kWh and currency; peaks in W over the worst period; by member [N].

    cost: what members pay for energy in all, standing charges aside: to the grid, to neighbours,
    for network and levy, and what elecoins cost above their worth. saving: against the grid alone,
    with the same roofs and batteries of their own; of the community's battery, what it earned.
    known: whether meters show the members' own use; has_battery: the last is the community's.
    """

    names: tuple[str, ...]
    days: float
    cost: Floats
    saving: Floats
    consumed_kwh: float
    generated_kwh: float
    imported_kwh: float
    exported_kwh: float
    traded_kwh: float
    peak_import_w: float
    peak_export_w: float
    known: bool
    has_battery: bool = False

    @property
    def self_sufficiency(self) -> float | None:
        """The part of what members used that did not come from the grid."""
        return _rest(self.imported_kwh, self.consumed_kwh) if self.known else None

    @property
    def self_consumption(self) -> float | None:
        """The part of what members generated that did not go to the grid."""
        return _rest(self.exported_kwh, self.generated_kwh) if self.known else None


def evaluate(
    planned: Planned, spans: Sequence[tuple[int, int]], method: Method = "persistence"
) -> Outcome:
    """The market over the spans, each (first UTC second, periods), beginning with an epoch.

    Raises ValueError where the profiles do not cover them, CommunityError where prices do not.
    """
    return joined([_span(planned, start, periods, method) for start, periods in spans])


def joined(parts: Sequence[Outcome]) -> Outcome:
    """The sum of spans of one community."""
    first = parts[0]
    sums = (
        "days", "cost", "saving", "consumed_kwh", "generated_kwh", "imported_kwh", "exported_kwh",
        "traded_kwh",
    )  # fmt: skip
    return Outcome(
        names=first.names,
        **{name: sum(getattr(part, name) for part in parts) for name in sums},
        peak_import_w=max(part.peak_import_w for part in parts),
        peak_export_w=max(part.peak_export_w for part in parts),
        known=first.known,
        has_battery=first.has_battery,
    )


def _span(planned: Planned, start: int, periods: int, method: Method) -> Outcome:
    community = planned.community
    check_prices(community, start, periods)
    profiles = _recent(planned.profiles, start, periods)
    seen = observe(community, profiles, start, periods, method)
    if planned.battery is not None:
        seen = with_battery(community, profiles, seen, planned.battery, method)
    told, made = seen.periods, settled(seen, community.market.redemption)
    sums, alone, cost = made.totals, made.alone, made.cost
    consumed, generated = told.consumed.sum(axis=0), told.generated.sum(axis=0)
    if planned.battery is not None:
        # Alone it would do nothing, and what it moves is nobody's use.
        alone[-1], consumed[-1], generated[-1] = 0.0, 0, 0
    per_hour = 3600 / told.step
    return Outcome(
        names=told.members.names,
        days=periods * told.step / DAY,
        cost=cost,
        saving=alone - cost,
        consumed_kwh=float(consumed.sum()) / WH_PER_KWH,
        generated_kwh=float(generated.sum()) / WH_PER_KWH,
        imported_kwh=sums.imported / WH_PER_KWH,
        exported_kwh=sums.exported / WH_PER_KWH,
        traded_kwh=float(sums.sold.sum()) / WH_PER_KWH,
        peak_import_w=sums.most_imported * per_hour,
        peak_export_w=sums.most_exported * per_hour,
        known=community.own_use_known,
        has_battery=planned.battery is not None,
    )


@dataclass(frozen=True)
class Settled:
    """A run under our equilibrium. By member [N], in currency, standing charges aside: `alone`
    with the grid only; `cost` with the market, what elecoins cost above their worth included."""

    totals: Totals
    alone: Floats
    cost: Floats


def settled(seen: Observed, redemption: float) -> Settled:
    """The market of all periods seen; `redemption` is what an elecoin redeems for."""
    told = seen.periods
    hours = np.zeros(len(told), dtype=np.int64)
    sums = total(told, equilibrium(told), hours, seen.epoch_periods)
    prices = told.words.elecoin[:: seen.epoch_periods] / TICKS_PER_ELE
    spread = elecoin_spread(sums, seen.wanted, prices, redemption)
    net = told.net
    alone = (np.maximum(-net, 0) * told.retail).sum(axis=0) / WH_PER_KWH
    alone -= np.maximum(net, 0).sum(axis=0) * told.members.feed_in / WH_PER_KWH
    return Settled(sums, alone, alone - sums.worth + sums.paid + sums.fees + spread)


def _recent(profiles: Profiles, start: int, periods: int) -> Profiles:
    """The periods and what a forecast may look back at before them: a year would cost time."""
    back = min((start - int(profiles.start[0])) // profiles.step, PAST_DAYS * DAY // profiles.step)
    return profiles.window(start - back * profiles.step, back + periods)


def _rest(part: float, whole: float) -> float:
    return 1 - part / whole if whole else 0.0
