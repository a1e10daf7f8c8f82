"""Price series: read from a file, held exactly, never guessed where there is no price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from oracle.community import Community, CommunityError, parse_community
from oracle.community.orders import order_bounds
from oracle.community.prices import PriceSeries, load_prices
from oracle.community.tariff import check_prices, expected_price, grid_price, highest_price

START = int(dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC).timestamp())
HOURS = (0.10, 0.20, -0.05, 0.30) + (0.15,) * 20
MakeCommunity = Callable[..., Community]


def write(folder: Path, lines: list[str] | None = None) -> Path:
    file = folder / "prices.csv"
    rows = [
        f"{dt.datetime.fromtimestamp(START + 3600 * i, tz=dt.UTC).isoformat()},{price}"
        for i, price in enumerate(HOURS)
    ]
    file.write_text("\n".join(["timestamp,price", *(rows if lines is None else lines)]) + "\n")
    return file


@pytest.fixture
def community(small_file: dict[str, Any], tmp_path: Path) -> Community:
    write(tmp_path)
    small_file["retail"]["flat"]["energy"] = {"series": "prices.csv", "add": 0.02}
    return parse_community(small_file, tmp_path / "small.toml")


def test_an_hours_price_holds_for_its_quarters(community: Community) -> None:
    sue = community.member("sue")
    for quarter in range(8):
        price = grid_price(community, sue, START + 900 * quarter)
        assert price.energy == Fraction(2, 100) + Fraction(1 if quarter < 4 else 2, 10)
        assert price.network == Fraction(8, 100)
    # Negative prices are prices.
    assert grid_price(community, sue, START + 7200).energy == Fraction(-3, 100)
    # A tariff without a series keeps one object for one time of the week.
    bob = community.member("bob")
    week = 7 * 86_400
    assert grid_price(community, bob, START) is grid_price(community, bob, START - 4 * week)


def test_a_longer_period_pays_the_mean() -> None:
    series = PriceSeries(START, 900, (0.1, 0.2, 0.3, 0.5, 0.7))
    assert series.at(START, 3600) == Fraction(11, 40)
    assert series.at(START + 900, 1800) == Fraction(1, 4)
    with pytest.raises(ValueError, match="no price"):
        series.at(START + 1800, 3600)


def test_no_price_is_an_error_and_planning_looks_a_day_back(community: Community) -> None:
    sue, end = community.member("sue"), START + 24 * 3600
    check_prices(community, START, 96)
    for start, periods in ((START - 900, 4), (START, 97)):
        with pytest.raises(CommunityError, match=r"prices.csv: price at .* missing: .* is there"):
            check_prices(community, start, periods)
    assert expected_price(community, sue, end).energy == grid_price(community, sue, START).energy
    later = expected_price(community, sue, end + 3 * 86_400 + 7200).energy
    assert later == Fraction(-3, 100)


def test_standing_orders_allow_the_highest_price(community: Community) -> None:
    sue = community.member("sue")
    assert highest_price(community.retail["flat"]) == Fraction(42, 100) * Fraction(12, 10)
    assert order_bounds(community, sue, 97).max_price > 0


WRONG = [
    (["2026-03-28T23:00:00Z,cheap"], "row 2 price: cheap: must be currency per kWh"),
    (["2026-03-28T23:00:00Z,1001"], "row 2 price: 1001"),
    (["2026-03-28T23:00:00Z,"], "row 2 price: nan"),
    (["2026-03-28T23:00:00,0.1"], "row 2 timestamp: .*with an offset"),
    (["2026-03-28T23:00:00Z,1", "2026-03-29T01:00:00Z,1"], "row 3 timestamp: .*3600 s apart"),
    (
        [f"2026-03-{day}Z,1" for day in ("28T23:00", "29T00:00", "29T02:00")],
        "row 4 timestamp: .*no gaps",
    ),
    ([], "no rows"),
]


@pytest.mark.parametrize(("lines", "message"), WRONG)
def test_a_wrong_series_is_one_line(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(CommunityError, match=message) as caught:
        load_prices(write(tmp_path, lines))
    assert "\n" not in str(caught.value)


def test_a_wrong_entry_in_the_community_file(small_file: dict[str, Any], tmp_path: Path) -> None:
    for entry, message in (
        ({"series": "none.csv"}, "prices: .*No such file"),
        ({"series": "prices.csv", "factor": 2}, "retail.flat.energy.factor: 2: unknown key"),
        ({"add": 0.1}, "retail.flat.energy.series: missing: required"),
    ):
        small_file["retail"]["flat"]["energy"] = entry
        with pytest.raises(CommunityError, match=message):
            parse_community(small_file, tmp_path / "small.toml")
