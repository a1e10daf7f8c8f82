"""A day under orders that bind: agents keep within what their members allow, and it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oracle.app.day.market_day import MarketDay
from oracle.chain.market import MARKET, ORDERS, Event
from oracle.community.model import Orders
from oracle.rounds.words import Target
from oracle.units import TICK, WAD
from tests.app.noon import COMMUNITY, noon

pytestmark = pytest.mark.node

PERIODS = 2


@contextmanager
def noon_under(orders: Orders, folder: Path) -> Iterator[tuple[MarketDay, list[Event]]]:
    """Two periods at noon under these orders, and what the chain says of them."""
    community = COMMUNITY.model_copy(update={"orders": orders})
    with noon(folder, PERIODS, community=community) as day:
        day.run()
        yield day, day.market.events(0, day.market.client.block().number)


def test_a_small_budget_leaves_out_what_it_does_not_pay(tmp_path: Path) -> None:
    # The workshop's first two purchases cost 0.113 ELE, its third 0.132; the bakery's two 0.060.
    budget = 12 * WAD // 100
    with noon_under(Orders(daily_budget=0.12), tmp_path) as (day, events):
        paid: Counter[str] = Counter()
        bought: Counter[tuple[int, str]] = Counter()
        name_of = {member.address: member.name for member in day.roster.members}
        for event in events:
            if event.name == "Traded":
                a = event.arguments
                paid[a["buyer"]] += a["cost"] + a["network"] + a["levy"]
                bought[a["period"], name_of[a["buyer"]]] += 1
        left = {
            address: day.market.read("budgetLeft", address, contract=ORDERS)[0]
            for address in day.roster.addresses
        }
    assert bought == {(0, "workshop"): 2, (0, "bakery"): 1, (1, "bakery"): 1}
    assert left == {address: budget - paid[address] for address in left}
    assert min(left.values()) < budget // 10


def test_no_limit_is_declared_above_her_price(tmp_path: Path) -> None:
    # Below what energy and fee come to at noon: nobody can buy.
    with noon_under(Orders(max_price=0.1), tmp_path) as (day, events):
        words = [e.arguments["word"] for e in events if e.name == "TargetDeclared"]
        targets = [Target.unpack(word) for word in words]
        assert len(targets) == PERIODS * len(COMMUNITY.members)
        assert max(target.limit_ticks for target in targets) == 100_000
        # 0.028 of fee at an elecoin price above 0.97.
        buyers = [target for target in targets if target.net_wh < 0]
        assert {target.limit_ticks for target in buyers} == {100_000}
        assert all(71_000 < target.price_ticks < 74_000 for target in buyers)
        assert not [event for event in events if event.name == "Traded"]
        floor = day.market.read("floorPrice", 0, contract=MARKET)[0]
        assert floor < 100_000 * TICK
        assert day.agents.trades(0) == []
