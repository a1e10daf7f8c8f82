"""A battery of the community's own: one more member, who buys when there is too much and sells
when there is too little.

It works as the battery of a house does (`community.storage`), and the house is the community: it
charges from what all members together have over, discharges into what they together lack, never
more than that, and plans on a forecast of their sum. What it charges it buys, what it discharges it
sells, at the period's posted price and with zone fees, like any prosumer. The least it takes for a
kWh is what one costs it: the floor of the price and the dearest fee, over its losses. So it covers
what its energy costs and leaves the gain to the members.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oracle.community.agent import DAY
from oracle.community.forecast import Method
from oracle.community.mechanisms.forecasts import ON_ARRAYS, ForecastRows
from oracle.community.mechanisms.households import Behaviour, behave
from oracle.community.mechanisms.observe import Observed
from oracle.community.mechanisms.tariffs import Tariffs
from oracle.community.model import Community, Storage
from oracle.community.planning.assets import changed
from oracle.community.profiles import Profiles
from oracle.units import WH_PER_KWH


def with_battery(
    community: Community,
    profiles: Profiles,
    seen: Observed,
    storage: Storage,
    method: Method = "persistence",
) -> Observed:
    """What is seen when the last member works this battery.

    `seen` is the run with that member idle. Its forecast is of the members' sum, by `method` (by
    persistence where that learns: the sum has nobody's own habits).
    """
    periods, step = seen.periods, community.step
    start, count = int(periods.start[0]), len(periods)
    metered = profiles.position(start)
    assert metered is not None
    # What the members' own batteries do shows in their meters, from the run's start on.
    load, generation = profiles.load_kw.copy(), profiles.generation_kw.copy()
    to_kw = 3600 / step / WH_PER_KWH
    rows = slice(metered, metered + count)
    load[rows], generation[rows] = periods.consumed * to_kw, periods.generated * to_kw
    whole = replace(profiles, load_kw=load, generation_kw=generation)
    beyond = seen.epoch_periods + DAY // step
    made: Method = method if method in ON_ARRAYS else "persistence"
    forecasts = ForecastRows(community, whole, made, beyond)
    forecasts.load_kw = forecasts.load_kw.sum(axis=1, keepdims=True)
    forecasts.generation_kw = forecasts.generation_kw.sum(axis=1, keepdims=True)
    together = replace(
        profiles,
        load_kw=load.sum(axis=1, keepdims=True),
        generation_kw=generation.sum(axis=1, keepdims=True),
        estimated=profiles.estimated[:, :1],
    )
    owner = community.members[-1]
    starts = start + step * np.arange(count + beyond)
    house = changed(community, members=(owner,))
    retail = Tariffs(house, starts).retail(slice(None))

    def live(battery: Storage | None) -> Behaviour:
        member = owner.model_copy(update={"storage": battery})
        one = changed(community, members=(member,))
        return behave(one, together, forecasts, start, count, retail)

    idle, at_work = live(None), live(storage)
    bought = idle.generated - at_work.generated
    sold = idle.consumed - at_work.consumed
    declared = periods.declared.copy()
    declared[:, -1] = (at_work.declared - idle.declared)[:, 0]
    generated, consumed = periods.generated.copy(), periods.consumed.copy()
    generated[:, -1], consumed[:, -1] = np.maximum(sold[:, 0], 0), np.maximum(bought[:, 0], 0)
    # What it asks is no feed-in: what nobody buys earns the floor.
    feed_in = periods.members.feed_in.copy()
    feed_in[-1] = min(float(community.floor_feed_in), feed_in[-1])
    told = replace(
        periods,
        members=replace(periods.members, feed_in=feed_in),
        declared=declared,
        generated=generated,
        consumed=consumed,
    )
    return replace(seen, periods=told)
