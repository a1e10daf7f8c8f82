"""What forecast errors cost each member: her bill less what it were with a perfect forecast.

Both are market days without a chain (`mechanisms`) over the same profiles, tariffs and rules; only
what agents expect differs. So the difference is of errors alone: no draw of a contest and no bond
is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from oracle.community.forecast import Method
from oracle.community.mechanisms.observe import Observed, observe
from oracle.community.mechanisms.periods import Floats
from oracle.community.model import Community
from oracle.community.planning.outcome import settled
from oracle.community.profiles import Profiles
from oracle.units import WH_PER_KWH


def forecast_costs(
    community: Community,
    profiles: Profiles,
    start: int,
    periods: int,
    methods: Sequence[Method],
) -> dict[Method, dict[str, float]]:
    """By method and member, in currency; negative where errors happened to pay.

    What a battery holds more at the end of the one run than of the other is worth the mean price
    of a kWh from the grid over these periods, after the losses of discharging it. Raises ValueError
    where the profiles do not cover the periods.
    """
    least = outlays(community, profiles, start, periods, "perfect")
    costs: dict[Method, dict[str, float]] = {}
    for method in methods:
        made = least
        if method != "perfect":
            made = outlays(community, profiles, start, periods, method)
        costs[method] = {
            m.name: float(c) for m, c in zip(community.members, made - least, strict=True)
        }
    return costs


def outlays(
    community: Community, profiles: Profiles, start: int, periods: int, method: Method
) -> Floats:
    """What energy cost each member [N], less what her battery still holds is worth to her.

    In currency, standing charges aside: no forecast changes them.
    """
    seen = observe(community, profiles, start, periods, method)
    held = np.array([
        stored * sqrt(member.storage.efficiency) if member.storage else 0.0
        for member, stored in zip(
            community.members, stored_kwh(community, profiles, seen), strict=True
        )
    ])  # fmt: skip
    cost = settled(seen, community.market.redemption).cost
    return np.asarray(cost - held * seen.periods.retail.mean(axis=0))


def stored_kwh(community: Community, profiles: Profiles, seen: Observed) -> Floats:
    """What each battery holds at the end [N]: what its meter did not show went in or came out."""
    told = seen.periods
    window = profiles.window(int(told.start[0]), len(told))
    hours = told.step / 3600
    charged = window.generation_kw.sum(axis=0) * hours - told.generated.sum(axis=0) / WH_PER_KWH
    used = window.load_kw.sum(axis=0) * hours - told.consumed.sum(axis=0) / WH_PER_KWH
    held = np.zeros(len(community.members))
    for i, member in enumerate(community.members):
        if member.storage is not None:
            one_way = sqrt(member.storage.efficiency)
            held[i] = member.storage.initial_kwh + charged[i] * one_way - used[i] / one_way
    return held
