"""Our market on arrays is the simulated one: the same trades, prices and savings, to the unit."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from oracle.app.compare.comparison import compare
from oracle.community import Community, Profiles
from oracle.community.mechanisms.equilibrium import UNPRICED, equilibrium, price_ticks
from oracle.community.mechanisms.observe import observe
from oracle.community.simulate import simulate
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.words import Target

DAY = dt.date(2026, 3, 31)


def test_a_day_on_arrays_is_the_simulated_day(
    default_community: Community, default_profiles: Profiles
) -> None:
    start, count = default_community.local_midnight(DAY), 96
    run = simulate(default_community, default_profiles, start, count)
    seen = observe(default_community, default_profiles, start, count)
    words = seen.periods.words
    prices = price_ticks(seen.periods.declared, words.ask, words.value, words.floor)
    flows = equilibrium(seen.periods)
    for t, period in enumerate(run.periods):
        assert seen.periods.declared[t].tolist() == [d.net_wh for d in period.declarations]
        assert seen.periods.net[t].tolist() == list(period.readings.net_wh)
        posted = UNPRICED if period.price is None else period.price.price_ticks
        # The float solution, rounded up, may be one tick beside the oracle's integer rule.
        assert abs(int(prices[t]) - posted) <= 1
        targets = [Target(t, d.net_wh, d.price_ticks, d.limit_ticks) for d in period.declarations]
        integers = market(targets, words.floor)
        assert integers is not None
        assert prices[t] == finish_clearing(integers, words.floor).price_ticks
        assert flows.bought[t].tolist() == [e.bought_wh for e in period.entries.values()]
        assert flows.sold[t].tolist() == [e.sold_wh for e in period.entries.values()]
    found = compare(default_community, default_profiles, [DAY], jobs=1).results[0].metrics
    for saving, statement in zip(found.saving, run.statements.values(), strict=True):
        assert saving == pytest.approx(float(statement.saving), abs=1e-4)
    assert found.spread == pytest.approx(
        float(sum(s.elecoin_spread for s in run.statements.values())), abs=1e-4
    )
    assert found.self_sufficiency == pytest.approx(run.indicators.self_sufficiency)
    assert found.self_consumption == pytest.approx(run.indicators.self_consumption)
    assert found.peak_import_w == run.indicators.peak_import_w
    assert found.peak_export_w == run.indicators.peak_export_w
    assert np.abs(flows.paid.sum(axis=1)).max() < 1e-12
