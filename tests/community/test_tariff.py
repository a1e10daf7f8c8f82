"""Retail prices by local time, and standing charges that add up to a day's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from oracle.community import Community, parse_community
from oracle.community.tariff import cheapest_fee, community_fee, grid_price, standing_charge

BERLIN = ZoneInfo("Europe/Berlin")
MakeCommunity = Callable[..., Community]


def at(*when: int, fold: int = 0) -> int:
    return int(dt.datetime(*when, tzinfo=BERLIN, fold=fold).timestamp())  # type: ignore[misc,arg-type]


def test_a_flat_price_all_in(make_community: MakeCommunity) -> None:
    community = make_community()
    price = grid_price(community, community.member("sue"), at(2026, 6, 1, 12))
    # (0.15 + 0.08 + 0.02) 1.2
    assert price.all_in == Fraction(3, 10)


def test_windows_follow_the_local_clock(make_community: MakeCommunity) -> None:
    community = make_community()
    bob = community.member("bob")

    def energy(start: int) -> Fraction:
        return grid_price(community, bob, start).energy

    dear, cheap = Fraction(1, 5), Fraction(1, 10)
    for month in (1, 7):  # 06:00 local is another UTC hour in summer
        assert energy(at(2026, month, 5, 5, 45)) == cheap
        assert energy(at(2026, month, 5, 6, 0)) == dear
        assert energy(at(2026, month, 5, 21, 45)) == dear
        assert energy(at(2026, month, 5, 22, 0)) == cheap
    # Both passes of the repeated hour, and the hour after the skipped one.
    assert energy(at(2026, 10, 25, 2, 30)) == energy(at(2026, 10, 25, 2, 30, fold=1)) == cheap
    assert energy(at(2026, 3, 29, 1, 45) + 900) == cheap


def test_windows_by_weekday(small_file: dict[str, Any]) -> None:
    small_file["retail"]["windows"]["energy"] = [
        {"from": "00:00", "to": "24:00", "price": 0.2, "days": ["mon", "tue", "wed", "thu"]},
        # Over midnight: it belongs to the day on which it starts.
        {"from": "00:00", "to": "20:00", "price": 0.3, "days": ["fri"]},
        {"from": "20:00", "to": "08:00", "price": 0.1, "days": ["fri"]},
        {"from": "08:00", "to": "24:00", "price": 0.4, "days": ["sat"]},
        {"from": "00:00", "to": "00:00", "price": 0.5, "days": ["sun"]},
    ]
    community = parse_community(small_file)
    bob = community.member("bob")
    prices = {
        (1, 0): 0.2, (4, 23): 0.2, (5, 0): 0.3, (5, 20): 0.1, (6, 7): 0.1, (6, 8): 0.4,
        (7, 12): 0.5,
    }  # fmt: skip
    for (day, hour), price in prices.items():  # 1 June 2026 is a Monday
        assert float(grid_price(community, bob, at(2026, 6, day, hour)).energy) == price


def test_a_days_standing_charges_add_up(make_community: MakeCommunity) -> None:
    community = make_community()
    sue = community.member("sue")
    for month, day in ((3, 29), (10, 25), (6, 1)):
        date = dt.date(2026, month, day)
        start = community.local_midnight(date)
        shares = [
            standing_charge(community, sue, start + 900 * k)
            for k in range(community.periods_of_day(date))
        ]
        assert sum(shares) == Fraction(3, 10)


def test_fees_are_by_direction(make_community: MakeCommunity) -> None:
    community = make_community()
    assert community_fee(community, "b", "a") == Fraction(6, 100)
    assert community_fee(community, "a", "b") is None
    # bob may buy from sue in a (0.03) or from dot in b (0.06); sue only from dot.
    assert cheapest_fee(community, community.member("bob")) == Fraction(3, 100)
    assert cheapest_fee(community, community.member("sue")) == Fraction(6, 100)
    assert cheapest_fee(community, community.member("cem")) == Fraction(2, 100)
    # dot is the only one in b who may sell, and nobody in a may sell to b.
    assert cheapest_fee(community, community.member("dot")) is None
