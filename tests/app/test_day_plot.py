"""The day's figure: it shows the report's own numbers, the same bytes each time, and in words."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from matplotlib.dates import num2date
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, StepPatch

from oracle import UserError
from oracle.app.day.accounting import Books, MemberBooks
from oracle.app.day.plot import day_series
from oracle.app.figures import check_figure, save_figure
from oracle.cli import main
from oracle.community.bill import PeriodEntry
from oracle.community.load import load_community
from oracle.community.problem import floor_ticks
from oracle.plots.day import DaySeries, describe_day, plot_day

BERLIN = ZoneInfo("Europe/Berlin")
# The local midnight before summer time begins: 92 quarter-hours.
SPRING = int(dt.datetime(2026, 3, 29, tzinfo=BERLIN).timestamp())
REPORT: dict[str, Any] = {
    "periods": 92,
    "energy_traded_wh": 1500,
    "electricity_price": [0.3] * 30 + [None] * 2 + [0.08] * 60,
    "matching_probability": [1.0] * 30 + [None] * 2 + [0.5] * 60,
    "elecoin_price": [0.97, 1.0, 1.02, 1.0],
    "members": {"anna": {"saving": 0.25}, "ben": {"saving": -0.05}, "cem": {"saving": 1.5}},
}


def series(count: int) -> DaySeries:
    each = np.arange(count, dtype=float)
    return DaySeries(each, 2 * each, 3 * each, np.full(count, 0.08), np.full(count, 0.31))


def draw(**options: Any) -> Figure:
    return plot_day(REPORT, start=SPRING, step=900, tz=BERLIN, currency="EUR", **options)


def steps(figure: Figure, panel: int) -> dict[str, StepPatch]:
    ax = figure.axes[panel]
    return {str(p.get_label()): p for p in ax.patches if isinstance(p, StepPatch)}


def titles(figure: Figure) -> list[str]:
    return [ax.get_title(loc="left") for ax in figure.axes]


def test_the_price_is_the_reports_and_a_gap_stays_a_gap() -> None:
    figure = draw(series=series(92))
    panel = next(i for i, title in enumerate(titles(figure)) if title.startswith("Electricity"))
    drawn = steps(figure, panel)
    values = drawn["posted price"].get_data().values
    wanted = [np.nan if price is None else price for price in REPORT["electricity_price"]]
    np.testing.assert_array_equal(values, wanted)
    assert set(drawn["floor: feed-in"].get_data().values) == {0.08}
    assert set(drawn["most a buyer pays"].get_data().values) == {0.31}


def test_energy_is_in_kw_and_what_leaves_is_below_zero() -> None:
    figure = draw(series=series(92))
    panel = next(i for i, title in enumerate(titles(figure)) if title.startswith("Power"))
    drawn = steps(figure, panel)
    each = np.arange(92) / 1000 * 4  # Wh of a quarter-hour
    np.testing.assert_allclose(drawn["from neighbours"].get_data().values, each)
    np.testing.assert_allclose(drawn["from the grid"].get_data().values, 3 * each)
    np.testing.assert_allclose(drawn["from the grid"].get_data().baseline, each)
    np.testing.assert_allclose(drawn["to the grid"].get_data().values, -3 * each)


def test_the_clock_is_local_through_the_change_to_summer_time() -> None:
    low, high = draw().axes[0].get_xlim()
    assert num2date(low, tz=BERLIN).strftime("%d %H:%M") == "29 00:00"
    assert num2date(high, tz=BERLIN).strftime("%d %H:%M") == "30 00:00"
    assert high - low == pytest.approx(23 / 24)


def test_each_member_has_a_bar_and_a_loss_another_colour() -> None:
    figure = draw()
    panel = next(i for i, title in enumerate(titles(figure)) if "member" in title)
    ax = figure.axes[panel]
    bars = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert [bar.get_width() for bar in bars] == [-0.05, 0.25, 1.5]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["ben", "anna", "cem"]
    colours = [bar.get_facecolor() for bar in bars]
    assert colours[1] == colours[2] != colours[0]


def test_draws_on_the_panels_given() -> None:
    ax = Figure().subplots()
    made = draw(axes={"saving": ax})
    assert made is ax.get_figure()
    assert len(ax.patches) == 3
    with pytest.raises(KeyError):
        draw(axes={"pie": ax})


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_report_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.{kind}" for name in "ab"]
    for file in files:
        save_figure(draw(series=series(92)), file, describe_day(REPORT, "EUR"))
    first, second = (file.read_bytes() for file in files)
    assert first == second
    if kind != "pdf":  # there the text is compressed or encoded
        assert b"saved, from -0.05 to 1.50 EUR" in first


def test_words_name_what_the_figure_shows() -> None:
    said = describe_day(REPORT, "EUR")
    for piece in ("92 periods", "between 0.080 and 0.300", "1.5 kWh", "3 members", "1.50 EUR"):
        assert piece in said
    unpriced = {**REPORT, "electricity_price": [None] * 92}
    assert "nowhere set" in describe_day(unpriced, "EUR")


def test_energies_are_summed_over_members_and_bounds_are_the_communitys() -> None:
    community = load_community()
    start = community.local_midnight(dt.date(2026, 3, 31))

    def entry(generated: int, consumed: int, bought: int, sold: int) -> PeriodEntry:
        price = 10**18
        return PeriodEntry(start + 900, generated, consumed, bought, sold, 0, 0, 0, price)

    books = Books(
        {
            "0x1": MemberBooks(entries={1: entry(500, 0, 0, 300)}),
            "0x2": MemberBooks(entries={1: entry(0, 400, 300, 0)}),
        }
    )
    report = {"periods": 2, "elecoin_price": [1.0, 2.0]}
    found = day_series(report, community, books, start, 1)
    assert found.traded_wh.tolist() == [0, 300]
    assert found.imported_wh.tolist() == [0, 100]
    assert found.exported_wh.tolist() == [0, 200]
    assert found.floor.tolist() == [floor_ticks(community) / 1e6] * 2
    # At midnight the dearest grid price is home's, and the cheapest fee 0.028.
    assert found.upper[0] == pytest.approx((0.155 + 0.085 + 0.035) * 1.19 - 0.028, abs=1e-6)
    # The same money is half as many elecoins where one costs twice as much.
    assert found.upper[1] == pytest.approx(found.upper[0] / 2, abs=1e-6)


@pytest.mark.parametrize("name", ["day.txt", "no/such/day.png", "day"])
def test_a_file_that_cannot_be_is_said_before_anything_starts(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UserError, match="--plot"):
        check_figure(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--plot", str(tmp_path / name)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--plot" in said.err
    assert not (tmp_path / ".wattmarket").exists()


@pytest.mark.node
@pytest.mark.usefixtures("signals_kept")
def test_a_run_draws_its_day(tmp_path: Path) -> None:
    options = f"--periods 2 --folder {tmp_path} --report {tmp_path / 'day.json'}"
    assert main(["run", *options.split(), "--plot", str(tmp_path / "day.svg")]) == 0
    report = json.loads((tmp_path / "day.json").read_text())
    assert describe_day(report, "EUR") in (tmp_path / "day.svg").read_text(encoding="utf-8")
    # No sun at midnight: the price is the highest that a buyer has, the figure's upper bound.
    community = load_community()
    start = community.local_midnight(community.default_start)
    found = day_series(report, community, Books({}), start, community.epoch_periods)
    assert report["electricity_price"] == found.upper.tolist()
