"""A run as the market sees it: what members declare, what meters show, what an elecoin costs.

The same under every mechanism: own use and storage come first, and nobody changes her use for a
price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oracle.community.agent import DAY, Households
from oracle.community.forecast import Method
from oracle.community.mechanisms.epochs import price_epochs
from oracle.community.mechanisms.forecasts import ON_ARRAYS, ForecastRows
from oracle.community.mechanisms.households import Behaviour, behave, late_periods
from oracle.community.mechanisms.periods import Floats, Periods
from oracle.community.mechanisms.tariffs import Tariffs, members_of
from oracle.community.model import Community
from oracle.community.needs import epoch_cutoff
from oracle.community.profiles import Profiles


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
    told: Callable[[int], None] = lambda done: None,
) -> Observed:
    """The run of `periods` periods from `start` (UTC seconds).

    `told` hears of each period twice, of its readings and of its elecoins: 2 × `periods` in all.
    Raises ValueError where the profiles do not cover it.
    """
    window = profiles.window(start, periods)
    size, ahead = community.epoch_periods, DAY // community.step
    beyond = size + ahead
    tariffs = Tariffs(community, start + community.step * np.arange(periods + beyond))
    rows = slice(0, periods)
    first = profiles.position(start)
    assert first is not None
    if method in ON_ARRAYS and late_periods(community) < ahead:
        forecasts = ForecastRows(community, profiles, method, beyond)
        seen = behave(
            community, profiles, forecasts, start, periods,
            tariffs.retail(slice(None)), lambda t: told(t + 1),
        )  # fmt: skip
        standard = forecasts.standard
    else:
        households = Households(community, profiles, method)
        seen = step_by_step(households, start, periods, told)
        standard = households.forecaster.standard
    epochs = price_epochs(
        community, tariffs, standard.window(start, periods), seen.expected,
        lambda done: told(periods + done),
    )  # fmt: skip
    retail, value = tariffs.retail(rows), tariffs.value(rows)
    sellers = [max(0.0, m.feed_in) for m in community.members if m.may_sell]
    low = float(np.mean(sellers)) if sellers else 0.0
    return Observed(
        Periods(
            members=members_of(community, (low + float(value.mean())) / 2),
            start=window.start,
            step=community.step,
            generated=seen.generated,
            consumed=seen.consumed,
            declared=seen.declared,
            retail=retail,
            value=value,
            words=tariffs.words(epochs.elecoin, rows),
        ),
        epochs.wanted,
        size,
    )


def step_by_step(
    households: Households, start: int, periods: int, told: Callable[[int], None]
) -> Behaviour:
    """The same as `behave`, by the members' own agents: for forecasts that arrays cannot make, and
    readings that come more than a day late. A hundred times slower."""
    community = households.community
    declared, generated, consumed = [], [], []
    expected: list[list[int]] = []
    for t in range(periods):
        now = start + t * community.step
        if t % community.epoch_periods == 0:
            count = min(community.epoch_periods, periods - t)
            expected += households.expected_net_wh(now, count, epoch_cutoff(community, now))
        declared.append(households.declare(now).net_wh)
        read = households.meter(now)
        generated.append(read.generated_wh)
        consumed.append(read.consumed_wh)
        told(t + 1)
    return Behaviour(
        declared=np.array(declared, dtype=np.int64),
        generated=np.array(generated, dtype=np.int64),
        consumed=np.array(consumed, dtype=np.int64),
        expected=np.array(expected, dtype=np.int64),
    )
