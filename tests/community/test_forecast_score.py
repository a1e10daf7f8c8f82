"""Scores of forecasts, by hand and by plain loops, and what errors cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from oracle.community import Community, Profiles
from oracle.community.days import span, whole_days
from oracle.community.forecast_cost import forecast_costs, stored_kwh
from oracle.community.forecast_score import score, score_method
from oracle.community.forecaster import Forecaster
from oracle.community.mechanisms.observe import observe
from oracle.community.simulate import simulate


def test_a_score_by_hand() -> None:
    made = score(np.array([3.0, 1.0, 5.0]), np.array([1.0, 2.0, -5.0]), np.array([0, 0, 7]))
    assert (made.mae_wh, made.bias_wh, made.mean_wh) == (13 / 3, 11 / 3, 8 / 3)
    assert (made.mae_by_hour[0], made.bias_by_hour[0]) == (1.5, 0.5)
    assert (made.mae_by_hour[7], made.bias_by_hour[7]) == (10, 10)
    assert made.document()["mae_wh_by_hour"].count(None) == 22


def test_scores_are_those_of_plain_loops(
    default_community: Community, default_profiles: Profiles
) -> None:
    """The clock change included: 92 periods, and no hour from two to three."""
    start, periods = span(default_community, dt.date(2026, 3, 29), dt.date(2026, 3, 29))
    assert periods == 92
    made = score_method(default_community, default_profiles, "persistence", start, periods)
    forecaster = Forecaster(default_community, default_profiles, "persistence")
    for i in (0, 5):
        errors: dict[int, list[float]] = {}
        for row, at in enumerate(range(start, start + periods * 900, 900)):
            expected = forecaster.at(at)
            actual = default_profiles.window(start, periods)
            error = expected.generation_kw[i] - expected.load_kw[i]
            error -= actual.generation_kw[row, i] - actual.load_kw[row, i]
            hour = dt.datetime.fromtimestamp(at, tz=default_community.tz).hour
            errors.setdefault(hour, []).append(error * 250)
        every = [error for values in errors.values() for error in values]
        found = made.members[default_community.members[i].name]["net"]
        assert found.mae_wh == pytest.approx(np.mean(np.abs(every)))
        assert found.bias_wh == pytest.approx(np.mean(every))
        assert np.isnan(found.mae_by_hour[2])
        for hour, values in errors.items():
            assert found.bias_by_hour[hour] == pytest.approx(np.mean(values))
    # Biases add up over members; sizes of errors cancel in part.
    nets = [scores["net"] for scores in made.members.values()]
    assert made.community["net"].bias_wh == pytest.approx(sum(n.bias_wh for n in nets))
    assert made.community["net"].mae_wh < sum(n.mae_wh for n in nets)
    perfect = score_method(default_community, default_profiles, "perfect", start, periods)
    assert {s.mae_wh for scores in perfect.members.values() for s in scores.values()} == {0.0}


def test_the_cost_of_errors(default_community: Community, default_profiles: Profiles) -> None:
    start, periods = span(default_community, dt.date(2026, 3, 31), dt.date(2026, 3, 31))
    start, periods = start + 28 * 900, 20
    costs = forecast_costs(
        default_community, default_profiles, start, periods, ["perfect", "profile"]
    )
    assert set(costs["perfect"].values()) == {0.0}
    # Errors cost the community as a whole: less is traded.
    assert sum(costs["profile"].values()) > 0.01
    # The definition, with the battery's content at the end counted.
    runs = {
        method: simulate(default_community, default_profiles, start, periods, method)
        for method in ("profile", "perfect")
    }
    stored = [run.stored_kwh["chandra"] for run in runs.values()]
    assert stored[0] != stored[1]
    for member in default_community.members:
        paid = [run.statements[member.name].with_market for run in runs.values()]
        expected = float(paid[0] - paid[1])
        if member.storage is not None:
            tariff = default_community.retail[member.retail]
            price = (0.165 + 0.085 + 0.035) * (1 + tariff.vat)  # all periods lie in the day window
            expected -= (stored[0] - stored[1]) * member.storage.efficiency**0.5 * price
        assert costs["profile"][member.name] == pytest.approx(
            expected, abs=1e-3 if member.storage else 1e-6
        )
    # What the battery holds is read from the meter, whose Wh are whole.
    for method, run in runs.items():
        seen = observe(default_community, default_profiles, start, periods, method)  # type: ignore[arg-type]
        held = stored_kwh(default_community, default_profiles, seen)
        assert held == pytest.approx(list(run.stored_kwh.values()), abs=0.003)


def test_whole_days(default_community: Community, default_profiles: Profiles) -> None:
    days = whole_days(default_community, default_profiles)
    assert (days[0], days[-1], len(days)) == (dt.date(2026, 3, 24), dt.date(2026, 4, 6), 14)
    fields = ("start", "load_kw", "generation_kw", "estimated")
    cut = replace(default_profiles, **{f: getattr(default_profiles, f)[3:-1] for f in fields})
    assert whole_days(default_community, cut) == days[1:-1]
