"""`wattmarket simulate`: the answer as table, JSON and figure; bands, payback, refusals."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oracle import UserError
from oracle.app.simulate.report import document
from oracle.app.simulate.scenarios import band, simulate, spans_of
from oracle.cli import main
from oracle.community import load_community, load_profiles
from oracle.community.planning.change import Change

DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(365)]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One command: three roofs and a battery, on one day under two weathers."""
    import contextlib
    import io

    out, plot = io.StringIO(), tmp_path_factory.mktemp("plot") / "what-if.png"
    options = [
        "--add-pv",
        "3x8kW",
        "--add-battery",
        "50kWh",
        "--start",
        "2026-03-31",
        "--days",
        "1",
    ]
    costs = ["--pv-cost", "1200", "--battery-cost", "600"]
    with contextlib.redirect_stdout(out):
        assert (
            main(
                [
                    "simulate",
                    *options,
                    *costs,
                    "--weather-years",
                    "2",
                    "--json",
                    "--plot",
                    str(plot),
                ]
            )
            == 0
        )
    assert plot.read_bytes().startswith(b"\x89PNG")
    made: dict[str, Any] = json.loads(out.getvalue())
    return made


def test_the_answer(said: dict[str, Any]) -> None:
    labels = [scenario["label"] for scenario in said["scenarios"]]
    assert labels == [
        "as it is", "+3 x 8 kW PV", "+50 kWh battery", "+3 x 8 kW PV, +50 kWh battery",
    ]  # fmt: skip
    assert (said["weather_years"], said["days"], said["spans"]) == (
        2, 1, [["2026-03-31", "2026-03-31"]],
    )  # fmt: skip
    base, roofs, battery, both = said["scenarios"]
    assert base["value"] == {"mean": 0, "low": 0, "high": 0}
    assert base["invested"] is base["payback_years"] is None
    assert (roofs["invested"], battery["invested"], both["invested"]) == (28_800, 30_000, 58_800)
    for scenario in (roofs, battery, both):
        worth = base["cost"]["mean"] - scenario["cost"]["mean"]
        assert scenario["value"]["mean"] == pytest.approx(worth, abs=0.01)
        years = scenario["payback_years"]
        assert years["low"] <= scenario["invested"] / worth * 1.2
        assert years["high"] >= scenario["invested"] / worth * 0.8
        assert scenario["self_sufficiency"]["mean"] > base["self_sufficiency"]["mean"]
        savings = [member["saving"]["mean"] for member in scenario["members"].values()]
        assert sum(savings) == pytest.approx(scenario["saving"]["mean"], abs=0.01)
        assert (
            min(savings) == scenario["members"][scenario["least_saving_member"]]["saving"]["mean"]
        )
    assert list(both["members"])[-1] == "community battery"


def test_of_one_year_the_band_is_the_year() -> None:
    community = load_community()
    day = dt.date(2026, 3, 31)
    found = simulate(community, load_profiles(community), [Change()], [(day, day)], years=1)
    said = document(found)["scenarios"][0]
    for name in ("cost", "saving", "self_sufficiency", "peak_import_w", "least_saving"):
        assert said[name]["low"] == said[name]["mean"] == said[name]["high"]
    assert said["cost"]["mean"] == pytest.approx(float(found.outcomes[0][0].cost.sum()) * 365)


def test_bands() -> None:
    values = list(range(11))
    made = band([float(v) for v in values])
    assert (made.mean, made.low, made.high) == (5, 1, 9)
    rng = np.random.default_rng(0)
    for _ in range(20):
        drawn = list(rng.normal(size=int(rng.integers(1, 30))))
        made = band(drawn)
        assert min(drawn) <= made.low <= made.high <= max(drawn)


def test_added_homes_do_not_count_as_a_loss_of_those_who_are_there() -> None:
    community = load_community()
    day = dt.date(2026, 3, 31)
    found = simulate(
        community, load_profiles(community), [Change(), Change(members=3)], [(day, day)]
    )
    base, more = document(found)["scenarios"]
    assert more["cost"]["mean"] > base["cost"]["mean"] + 100
    assert abs(more["value"]["mean"]) < 1000


def test_a_sweep_as_a_table_and_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plot = tmp_path / "sweep.svg"
    sweep = ["--sweep", "roofs=0:8:2", "--sweep", "feed_in=0.04,0.08"]
    options = ["--days", "1", "--weather-years", "1", "--samples", "8", "--plot", str(plot)]
    assert main(["simulate", *sweep, *options]) == 0
    said = capsys.readouterr().out
    assert said.count("feed-in 0.04") >= 2
    assert "saved against grid" in said
    assert "<svg" in plot.read_text()


def test_which_days_stand_for_the_year() -> None:
    assert spans_of(DAYS[:14], None, None, None) == ((DAYS[1], DAYS[13]),)
    assert spans_of(DAYS, None, 30, None) == ((DAYS[0], DAYS[29]),)
    assert spans_of(DAYS, None, 365, None) == ((DAYS[0], DAYS[364]),)
    assert spans_of(DAYS, DAYS[50], 2, None) == ((DAYS[50], DAYS[51]),)
    four = spans_of(DAYS, None, None, None)
    assert len(four) == 4
    assert all((last - first).days == 6 for first, last in four)
    gaps = [(b[0] - a[0]).days for a, b in itertools.pairwise(four)]
    assert set(gaps) == {91}
    assert spans_of(DAYS[:8], None, None, 1)[0][0] in DAYS[:2]
    with pytest.raises(UserError, match="only one of the two"):
        spans_of(DAYS, None, 3, 1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--add-pv lots", "--add-pv: 'lots': must be"),
        ("--add-battery big", "--add-battery: 'big': must be"),
        ("--add-pv 1x5kW --pv-at nobody", "pv_at: nobody: one of anna"),
        ("--sweep roof=1", "--sweep: 'roof=1'"),
        ("--sweep roofs=1 --sweep roofs=2", "--sweep: roofs: swept twice"),
        ("--samples 3", "--samples: only with --sweep"),
        ("--days 99", "--days: 99: from 2026-03-24 there are 14"),
        ("--weeks 3", "--weeks: 3: 14 days are 2"),
        ("--start 2027-01-01", "--start: 2027-01-01: whole days from"),
        ("--weather-years 0", "--weather-years: 0: from 1 to 1000"),
        ("--add-members -1", "members: -1"),
        ("--pv-cost 0", "--pv-cost: 0.0: above 0"),
        ("--plot no/such/folder.png", "its folder does not exist"),
        ("--forecast tarot", "--forecast: 'tarot': one of"),
        ("--engine abacus", "--engine: 'abacus'"),
    ],
)
def test_refusals_are_one_line(options: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *options.split()]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err
    assert len(said.err.strip().splitlines()) == 1
