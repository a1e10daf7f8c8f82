"""The community file: what it means and what is said about a wrong one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from oracle.community import Community, CommunityError, load_community, parse_community
from oracle.community.model import DEFAULT_COMMUNITY

MakeCommunity = Callable[..., Community]


def test_defaults(make_community: MakeCommunity) -> None:
    community = make_community()
    market = community.market
    assert (market.redemption, market.target_price, market.price_max) == (0.97, 1.02, 1.05)
    assert market.lowest_price == 0.97
    assert market.tolerance_bps == 1000
    assert community.epoch_periods == community.round_periods == 24
    assert make_community(step=3600).epoch_periods == 6
    assert community.zones == ("a", "b")
    assert [m.may_sell for m in community.members] == [True, False, False, True]


def test_the_floor_is_the_lowest_feed_in_of_those_who_may_sell(
    make_community: MakeCommunity, small_file: dict[str, Any]
) -> None:
    # cem's 0.06 is lower, but supported.
    assert make_community().floor_feed_in == Fraction(7, 100)
    small_file["member"][3]["feed_in"] = -0.02
    assert parse_community(small_file).floor_feed_in == 0
    small_file["market"] = {"floor_feed_in": 0.05}
    assert parse_community(small_file).floor_feed_in == Fraction(5, 100)


def test_days_at_the_clock_changes(make_community: MakeCommunity) -> None:
    community = make_community()
    counts = [
        community.periods_of_day(dt.date(2026, month, day))
        for month, day in ((3, 28), (3, 29), (10, 25))
    ]
    assert counts == [96, 92, 100]
    assert make_community(timezone="UTC").periods_of_day(dt.date(2026, 3, 29)) == 96


WRONG: list[tuple[tuple[Any, ...], Any, str]] = [
    (("step",), 901, "small.toml: step: 901: must be 900, 1800 or 3600 seconds"),
    (("timezone",), "Europe/Nowhere", "timezone: Europe/Nowhere: must be an IANA"),
    (("currency",), "euro", "currency: euro: must match pattern"),
    (("colour",), "red", "colour: red: unknown key"),
    (("location", "latitude"), 95, "location.latitude: 95: must be less than or equal to 90"),
    (("retail", "flat", "vat"), -0.1, "retail.flat.vat: -0.1: must be greater"),
    (("retail", "flat", "energy"), "cheap", "retail.flat.energy: cheap: must be a valid number"),
    (("retail", "windows", "energy", 0, "to"), "21:00", "retail.windows.energy: no window on mon"),
    (("retail", "windows", "energy", 0, "to"), "23:00", "windows must not overlap"),
    (("retail", "windows", "energy", 0, "price"), "x", "retail.windows.energy.0.price: x: must"),
    (("fee", 0, "to"), "z", "fee.0: 'z': a zone of a member"),
    (("fee", 2, "from"), "a", "fee.2: a-a: every pair only once"),
    (("fee", 0, "levy"), 0.0100005, "fee.0.levy: 0.0100005: must be a multiple of 0.000001"),
    (("member", 0, "role"), "owner", "member.0.role: owner: must be 'prosumer'"),
    (("member", 0, "name"), "bob", "member.1.name: 'bob': every name only once"),
    (("member", 0, "name"), "a:b", "member.0.name: a:b: must match pattern"),
    (("member", 0, "retail"), "dear", "member.0.retail: 'dear': one of flat, windows"),
    (("member", 0, "rated_kw"), 0, "member.0.rated_kw: 0: must be greater than 0"),
    (("member", 0, "storage"), {"capacity_kwh": 5, "power_kw": 2, "initial_kwh": 6},
     "member.0.storage.initial_kwh: 6.0: at most capacity_kwh"),
    (("member",), [], "member: []: must"),
    (("edge_server", 0, "run_by"), "eve", "edge_server.0.run_by: 'eve': a member's name"),
    (("market",), {"redemption": 1.02}, "market.target_price: 1.02: must be above redemption"),
    (("market",), {"price_min": 0.96}, "market.price_min: 0.96: must not be below redemption"),
    (("market",), {"price_max": 1.01}, "market.target_price: 1.02: must be from price_min"),
    (("market",), {"tolerance": 0.00005}, "market.tolerance: 5e-05: must be a multiple of 0.0001"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_a_wrong_value_is_one_line(
    small_file: dict[str, Any], path: tuple[Any, ...], value: Any, message: str
) -> None:
    table: Any = small_file
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    with pytest.raises(CommunityError) as caught:
        parse_community(small_file, "small.toml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_keys_and_locations(small_file: dict[str, Any]) -> None:
    del small_file["location"]
    with pytest.raises(CommunityError, match=r"member\.0\.pv: set: needs a \[location\]"):
        parse_community(small_file)
    del small_file["member"][1]["rated_kw"]
    with pytest.raises(CommunityError, match=r"member\.1\.rated_kw: missing: required"):
        parse_community(small_file)


def test_unreadable_files_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommunityError, match="No such file"):
        load_community(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("step = \n")
    with pytest.raises(CommunityError, match=r"bad\.toml: TOML: "):
        load_community(bad)
    bad.write_bytes(b"\xff\xfe")
    with pytest.raises(CommunityError, match="UTF-8"):
        load_community(bad)


def test_the_default_community_is_as_promised(default_community: Community) -> None:
    assert len(default_community.members) == 8
    assert {m.role for m in default_community.members} == {"prosumer", "retailer"}
    assert sum(m.storage is not None for m in default_community.members) == 1
    assert len(default_community.zones) == 2
    assert len(default_community.edge_servers) == 3
    assert len({s.run_by for s in default_community.edge_servers}) == 3
    files = list(DEFAULT_COMMUNITY.parent.iterdir())
    assert sum(f.stat().st_size for f in files) < 500_000
