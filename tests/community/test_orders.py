"""What members allow their agents."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from oracle.community import load_community, parse_community
from oracle.community.errors import CommunityError
from oracle.community.orders import order_bounds
from oracle.community.problem import declaration
from oracle.community.tariff import grid_price, highest_price
from oracle.units import TICK, WAD

WEEK = 7 * 86_400
MONDAY = 1_774_821_600
"""2026-03-30 00:00 in Berlin."""


def test_left_out_it_is_what_the_grid_would_cost(small_file: dict[str, Any]) -> None:
    community = parse_community(small_file)
    bob = community.member("bob")
    bounds = order_bounds(community, bob, 97)
    # Windows of 0.20 and 0.10 without VAT, at c = 0.97: 0.2 / 0.97 rounded up to a tick.
    assert bounds.max_price == 206_186 * TICK
    assert bounds.max_ticks == 206_186
    # 5 kW in 97 quarters of an hour, 1251 Wh each with the meter's own, a tenth more for tolerance.
    assert bounds.daily_budget == 1377 * 97 * 206_186 * TICK // 1000


@pytest.mark.parametrize("name", ["sue", "bob", "cem", "dot"])
def test_no_hour_costs_more_than_the_highest_price(small_file: dict[str, Any], name: str) -> None:
    community = parse_community(small_file)
    member = community.member(name)
    hours = [grid_price(community, member, MONDAY + t).all_in for t in range(0, WEEK, 900)]
    assert max(hours) == highest_price(community.retail[member.retail])


def test_no_agent_has_to_declare_less_than_the_grids_price() -> None:
    community = load_community()
    lowest = round(community.market.lowest_price * WAD)
    for member in community.members:
        most = order_bounds(community, member, 97).max_ticks
        for start in range(MONDAY, MONDAY + 2 * 86_400, 900):
            assert declaration(community, member, start, -1000, lowest).limit_ticks <= most


def test_the_file_may_say_less(small_file: dict[str, Any]) -> None:
    small_file["orders"] = {"max_price": 0.1234567, "daily_budget": 2.5}
    community = parse_community(small_file)
    bounds = order_bounds(community, community.member("bob"), 97)
    assert bounds.max_price == 123_456 * TICK
    assert bounds.daily_budget == 25 * WAD // 10


@pytest.mark.parametrize(
    ("orders", "says"),
    [
        ({"max_price": 0}, "orders.max_price"),
        ({"daily_budget": -1}, "orders.daily_budget"),
        ({"agent": "0x1"}, "orders.agent"),
    ],
)
def test_wrong_orders_are_one_line(
    small_file: dict[str, Any], orders: dict[str, object], says: str
) -> None:
    small_file["orders"] = orders
    with pytest.raises(CommunityError) as refused:
        parse_community(small_file)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_bound_fits_the_contract(small_file: dict[str, Any]) -> None:
    for member in small_file["member"]:
        member["rated_kw"] = 1e9
    small_file["retail"]["flat"]["energy"] = 1000
    community = parse_community(small_file)
    for member in community.members:
        bounds = order_bounds(community, member, 10**6)
        assert 0 < bounds.max_price < 2**96
        assert 0 < bounds.daily_budget < 2**96
        assert Fraction(bounds.max_price, TICK).denominator == 1
