"""A run as the market sees it: what members declare, what meters show, what an elecoin costs.

The same under every mechanism: own use and storage come first, and nobody changes her use for a
price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oracle.community.agent import Households
from oracle.community.forecast import Method
from oracle.community.mechanisms.periods import Floats, Periods
from oracle.community.mechanisms.tariffs import Tariffs, lowest_elecoin_ticks, members_of
from oracle.community.model import Community
from oracle.community.needs import epoch_cutoff, expected_needs
from oracle.community.problem import elecoin_problem, elecoins_wanted
from oracle.community.profiles import Profiles
from oracle.games.stackelberg import solve as solve_stackelberg
from oracle.units import WAD, Wei, price_to_ticks_up, ticks_to_wei


@dataclass(frozen=True)
class Observed:
    """The periods; by epoch the elecoins that each member wants at its price [E, N], in ELE."""

    periods: Periods
    wanted: Floats
    epoch_periods: int


def observe(
    community: Community,
    profiles: Profiles,
    start: int,
    periods: int,
    method: Method = "persistence",
    *,
    told: Callable[[int, int], None] | None = None,
) -> Observed:
    """The run of `periods` periods from `start` (UTC seconds); `told` hears of each period.

    Raises ValueError where the profiles do not cover it.
    """
    window = profiles.window(start, periods)
    households = Households(community, profiles, method)
    tariffs = Tariffs(community, window.start)
    declared, generated, consumed, wanted = [], [], [], []
    elecoin = np.empty(periods, dtype=np.int64)
    ticks = lowest_elecoin_ticks(community)
    for t, now in enumerate(int(at) for at in window.start):
        if t % community.epoch_periods == 0:
            count = min(community.epoch_periods, periods - t)
            cutoff = epoch_cutoff(community, now)
            expected = households.expected_net_wh(now, count, cutoff)
            standard, last = households.forecaster.standard, ticks_to_wei(ticks)
            needs = expected_needs(community, standard, now, expected, last)
            ticks = _elecoin_ticks(community, needs, ticks)
            price = ticks_to_wei(ticks)
            wanted.append([elecoins_wanted(community.market, n, price) / WAD for n in needs])
        elecoin[t] = ticks
        declared.append(households.declare(now).net_wh)
        read = households.meter(now)
        generated.append(read.generated_wh)
        consumed.append(read.consumed_wh)
        if told is not None:
            told(t + 1, periods)
    retail, value = tariffs.retail(), tariffs.value()
    sellers = [max(0.0, m.feed_in) for m in community.members if m.may_sell]
    low = float(np.mean(sellers)) if sellers else 0.0
    return Observed(
        Periods(
            members=members_of(community, (low + float(value.mean())) / 2),
            start=window.start,
            step=community.step,
            generated=np.array(generated, dtype=np.int64),
            consumed=np.array(consumed, dtype=np.int64),
            declared=np.array(declared, dtype=np.int64),
            retail=retail,
            value=value,
            words=tariffs.words(elecoin),
        ),
        np.array(wanted),
        community.epoch_periods,
    )


def _elecoin_ticks(community: Community, needs: tuple[Wei, ...], last: int) -> int:
    problem = elecoin_problem(community.market, needs, community.market.unit_power_price)
    if problem is None:
        return last
    return int(price_to_ticks_up(float(solve_stackelberg(problem).price)))
