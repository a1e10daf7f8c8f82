"""`wattmarket run --market pool`: the same day in the pool, from the chain alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest

from oracle.app.day.options import MARKETS as NAMES
from oracle.app.day.plan import development_roster
from oracle.app.day.pool_agents import MARKETS
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import MARKET, Event, Market
from oracle.community.bill import PeriodEntry, bill_of, period_entries
from oracle.community.load import load_community
from oracle.community.pairing import Position, ZoneFee, pair
from oracle.community.tariff import grid_price
from oracle.devnet import anvil
from oracle.rounds.pool import CREDIT, PoolLine, pooled, read_line, settle
from oracle.rounds.report import Feed
from oracle.rounds.words import PostedValue, Target
from oracle.units import WAD, WH_PER_KWH, energy_price_wei
from tests.app.conftest import wattmarket

pytestmark = pytest.mark.node

COMMUNITY = load_community()
ROSTER = development_roster(COMMUNITY, 0)
MEMBER = dict(zip(ROSTER.addresses, COMMUNITY.members, strict=True))
NUMBER = {name: number for number, name in enumerate(COMMUNITY.zones)}
PERIODS = 48
"""Until noon: the sun is up in a good part of them."""


@dataclass
class Period:
    """A period as the events tell it."""

    declared: list[tuple[str, Target]] = field(default_factory=list)
    read: dict[str, tuple[int, int]] = field(default_factory=dict)
    price_ticks: int | None = None
    pool: dict[str, Any] | None = None
    fees: dict[tuple[str, str], ZoneFee] = field(default_factory=dict)

    @property
    def lines(self) -> list[PoolLine]:
        accounts = [account for account, _ in self.declared]
        return [] if self.pool is None else [read_line(w, accounts) for w in self.pool["lines"]]

    def net(self, account: str) -> int:
        generated, consumed = self.read[account]
        return generated - consumed


@dataclass(frozen=True)
class PoolDay:
    report: dict[str, Any]
    market: Market
    periods: dict[int, Period]
    start: int
    collected: int
    """Fees that were paid out, in wei."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoolDay]:
    folder = tmp_path_factory.mktemp("pool")
    options = ("--market", "pool", "--periods", PERIODS, "--folder", folder / "run")
    done = wattmarket("run", *options, "--report", folder / "report.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((folder / "report.json").read_text())
    with anvil.running(folder / "run", resume=True) as chain:
        market = Market(Client(chain.url), Deployment.load(folder / "run" / "deployment.toml"))
        start = COMMUNITY.local_midnight(COMMUNITY.default_start) if COMMUNITY.default_start else 0
        events = market.events(0, market.client.block().number)
        collected = sum(
            event.arguments["network"] + event.arguments["levy"]
            for event in events
            if event.name == "FeesCollected"
        )
        yield PoolDay(report, market, read_periods(market, events), start, collected)


def read_periods(market: Market, events: list[Event]) -> dict[int, Period]:
    periods: dict[int, Period] = defaultdict(Period)
    for event in events:
        a = event.arguments
        if event.name == "TargetDeclared":
            periods[a["period"]].declared.append((a["account"], Target.unpack(a["word"])))
        elif event.name == "Closed":
            periods[a["period"]].read[a["account"]] = (a["generated"], a["consumed"])
        elif event.name == "PoolSettled":
            assert periods[a["period"]].pool is None
            periods[a["period"]].pool = a
        elif event.name == "Posted" and a["feed"] == Feed.ELECTRICITY:
            periods[a["epoch"]].price_ticks = PostedValue.unpack(a["value"]).price_ticks
        assert event.name not in ("Traded", "Rated")
    for number, period in periods.items():
        period.fees = {
            (source, target): ZoneFee(*market.read("feeOf", NUMBER[source], NUMBER[target], number))
            for source, target in COMMUNITY.fee_of
        }
    return periods


def test_who_trades_how_by_name() -> None:
    assert tuple(MARKETS) == NAMES


def test_every_settlement_is_what_the_mirror_finds(day: PoolDay) -> None:
    settled = 0
    for period in day.periods.values():
        if period.price_ticks is None:
            assert period.pool is None
            continue
        fees = {
            (NUMBER[a], NUMBER[b]): (fee.network_wei, fee.levy_wei)
            for (a, b), fee in period.fees.items()
        }
        tolerance = COMMUNITY.market.tolerance_bps
        members = [
            pooled(account, target, period.net(account), period.price_ticks, tolerance)
            for account, target in period.declared
        ]
        found = settle([m for m in members if m is not None], period.price_ticks, fees)
        assert period.lines == list(found.lines)
        if period.pool is not None:
            settled += 1
            totals = [period.pool[key] for key in ("energyWh", "surplusWh", "needWh")]
            assert totals == [found.energy_wh, found.surplus_wh, found.need_wh]
    assert settled >= 10
    assert settled == day.report["gas"]["settlePool"]["count"]


def test_every_elecoin_is_somebodys(day: PoolDay) -> None:
    deposits = sum(day.market.read("account", address)[0][0] for address in ROSTER.addresses)
    fees = day.market.read("networkFees")[0] + day.market.read("levyFees")[0]
    held = day.market.read("balanceOf", day.market.deployment.address(MARKET), contract="Elecoin")
    assert held[0] == deposits + fees
    paid = sum(line.network_wei + line.levy_wei for p in day.periods.values() for line in p.lines)
    assert fees + day.collected == paid > 0


def test_the_report_says_what_the_events_say(day: PoolDay) -> None:
    report = day.report
    assert report["market"] == "pool"
    traded = sum(p.pool["energyWh"] for p in day.periods.values() if p.pool is not None)
    assert report["energy_traded_wh"] == traded > 0
    for participant in ROSTER.members:
        own = [
            line for p in day.periods.values() for line in p.lines
            if line.account == participant.address
        ]  # fmt: skip
        said = report["members"][participant.name]
        assert said["bought_wh"] == -sum(min(0, line.energy_wh) for line in own)
        assert said["sold_wh"] == sum(max(0, line.energy_wh) for line in own)
        assert said["bill_ele_wei"]["network"] == sum(line.network_wei for line in own)
        assert said["bill_ele_wei"]["levy"] == sum(line.levy_wei for line in own)


def pool_entries(day: PoolDay, number: int) -> dict[str, PeriodEntry]:
    period = day.periods[number]
    lines = {line.account: line for line in period.lines}
    entries = {}
    for account, (generated, consumed) in period.read.items():
        line = lines.get(account, PoolLine(account, 0))
        entries[account] = PeriodEntry(
            day.start + number * COMMUNITY.step,
            generated,
            consumed,
            bought_wh=max(0, -line.energy_wh),
            sold_wh=max(0, line.energy_wh),
            energy_wei=-energy_price_wei(period.price_ticks or 0, line.energy_wh),
            network_wei=line.network_wei,
            levy_wei=line.levy_wei,
            elecoin_price_wei=elecoin_price(day, number),
        )
    return entries


def elecoin_price(day: PoolDay, number: int) -> int:
    price = day.report["elecoin_price"][number // COMMUNITY.epoch_periods]
    return round(Fraction(str(price)) * WAD)


def paired_entries(day: PoolDay, number: int) -> dict[str, PeriodEntry]:
    """The same period by pairs: same words, readings, price and fees."""
    period = day.periods[number]
    positions = [
        Position(
            account,
            MEMBER[account].zone,
            target.net_wh,
            period.net(account),
            target.price_ticks,
            target.limit_ticks,
        )
        for account, target in period.declared
    ]
    tolerance = COMMUNITY.market.tolerance_bps
    ticks = period.price_ticks
    trades = [] if ticks is None else pair(positions, ticks, period.fees, tolerance)
    accounts = list(period.read)
    return period_entries(
        accounts,
        day.start + number * COMMUNITY.step,
        [period.read[a][0] for a in accounts],
        [period.read[a][1] for a in accounts],
        trades,
        elecoin_price(day, number),
    )


def test_bills_are_those_of_trades_by_pairs_but_for_pairing_and_rounding(day: PoolDay) -> None:
    """A Wh that changes hands moves a bill by at most what a kWh from the grid costs ÷ 1000."""
    numbers = sorted(n for n, period in day.periods.items() if len(period.read) == len(MEMBER))
    assert len(numbers) == PERIODS
    pool = [pool_entries(day, n) for n in numbers]
    paired = [paired_entries(day, n) for n in numbers]
    for account, member in MEMBER.items():
        ours = bill_of(COMMUNITY, member, (entries[account] for entries in pool))
        theirs = bill_of(COMMUNITY, member, (entries[account] for entries in paired))
        moved = sum(
            abs(p[account].bought_wh - q[account].bought_wh)
            + abs(p[account].sold_wh - q[account].sold_wh)
            for p, q in zip(pool, paired, strict=True)
        )
        dearest = max(
            grid_price(COMMUNITY, member, day.start + n * COMMUNITY.step).all_in for n in numbers
        )
        # A Wh may have come from another zone: at most the difference of the fees.
        fees = [fee.total_wei for p in day.periods.values() for fee in p.fees.values()]
        bought = sum(entries[account].bought_wh for entries in pool)
        bound = dearest * moved + Fraction(max(fees) - min(fees), WAD) * bought
        # Each trade rounds two fees; she buys of each other member at most once a period.
        rounding = Fraction(2 * CREDIT * PERIODS * len(MEMBER), WAD)
        assert abs(ours.total - theirs.total) <= bound / WH_PER_KWH + rounding
    both = [sum(e.bought_wh for entries in x for e in entries.values()) for x in (pool, paired)]
    assert abs(both[0] - both[1]) <= both[1] // 100
