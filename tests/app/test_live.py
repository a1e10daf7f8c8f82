"""`wattmarket run --live`: after its day the market goes on, and a visitor takes part in it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oracle.app.day.door import GUEST_FUNDS
from oracle.chain.market import MARKET
from oracle.rounds.words import Target
from oracle.units import TICKS_PER_ELE, WAD, mul_wad_up
from tests.app.conftest import ATOLL, command
from tests.app.kept import ROOT, no_anvil_in
from tests.app.visitor import Visitor, until

pytestmark = pytest.mark.node

SECONDS = 10
"""Wall time of an hour: trading is open for five of them, so that a busy machine meets it."""
WINDOWS = """
declaration_lead = 600
elecoin_lead = 300
reading_grace = 600
trade_window = 1800
rating_window = 1200
"""
WANTED = 300
MORNING = 10
"""The period in which the market takes its time."""


def hourly(folder: Path) -> Path:
    """The atoll in hours, with windows that a test can meet: its roof, its inn, and room."""
    rows = ["timestamp,roof:load,roof:generation,inn:load,inn:generation"]
    rows += [
        f"2026-03-{1 + hour // 24:02}T{hour % 24:02}:00:00+00:00,0.4,{2.0 + hour % 2},4.0,0.0"
        for hour in range(48)
    ]
    (folder / "profiles.csv").write_text("\n".join(rows) + "\n")
    text = re.sub(r"declaration_lead(.|\n)*?rating_window = \d+\n", WINDOWS, ATOLL)
    path = folder / "community.toml"
    path.write_text(text.replace("step = 900", "step = 3600"))
    return path


@dataclass(frozen=True)
class Live:
    """The run's process, its folder and what it has said."""

    process: subprocess.Popen[bytes]
    folder: Path
    said: Path
    url: str

    def visitor(self, key: int) -> Visitor:
        return Visitor(key.to_bytes(32, "big"), self.url, self.folder / "deployment.toml")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    place = tmp_path_factory.mktemp("live")
    folder, said = place / "run", place / "said"
    options = ("--periods", 1, "--live", "--live-seconds", SECONDS, "--folder", folder)
    with said.open("wb") as out:
        process = subprocess.Popen(
            command("run", hourly(place), *options, "--report", place / "report.json"),
            cwd=place,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:

        def served() -> re.Match[str] | None:
            assert process.poll() is None, said.read_text()
            return re.search(r"service (http://\S+)\n(.|\n)*Ctrl-C stops", said.read_text())

        yield Live(process, folder, said, until(served, "the address").group(1))
    finally:
        process.kill()
        process.wait()


def test_it_goes_on_after_its_summary(live: Live) -> None:
    said = live.said.read_text()
    assert "1 periods:" in said
    assert f"quickly to 10:00, then a period in {SECONDS} s" in said
    report = json.loads((live.folder.parent / "report.json").read_text())
    assert (report["periods"], set(report["members"])) == (1, {"roof", "inn"})
    visitor = live.visitor(1)
    facts = until(lambda: (f := visitor.facts())["live"] and f, "live")
    assert facts["seconds_per_period_wall"] == SECONDS
    assert facts["join"] == "open"
    first = visitor.chain.block()
    later = until(lambda: (b := visitor.chain.block()).number > first.number + 3 and b, "blocks")
    assert later.timestamp > first.timestamp


@pytest.fixture(scope="module")
def idle(live: Live) -> Visitor:
    """A visitor who joins, buys elecoins, gives the community's agent an order, and waits."""
    visitor = live.visitor(8)
    until(lambda: visitor.facts()["live"], "live")
    visitor.join("Order")
    # What the chain refuses is her own affair.
    clock = visitor.market.schedule
    far = clock.period_at(visitor.chain.block().timestamp) + 1000
    assert not visitor.send("declareTarget", Target(far, -1, 1, 1).pack()).succeeded
    until(lambda: visitor.chain.block().timestamp >= clock.start_of(MORNING), "10:00")
    buy_elecoin(visitor)
    terms = (visitor.facts()["agent"], WAD, WAD, clock.start_of(30 * 24))
    assert visitor.send("setOrder", *terms, contract="StandingOrders").succeeded
    return visitor


def buy_elecoin(visitor: Visitor) -> None:
    market = visitor.market
    period = market.schedule.period_at(visitor.chain.block().timestamp)
    price, _ = market.elecoin_price(market.schedule.epoch_of(period))
    assert visitor.send("buyToken", WAD, value=mul_wad_up(WAD, price)).succeeded


def test_a_visitor_joins_buys_declares_trades_and_is_billed(live: Live, idle: Visitor) -> None:
    visitor = live.visitor(7)
    market, schedule = visitor.market, visitor.market.schedule
    joined = visitor.join("Nora of the visitors")
    assert (joined["state"], joined["account"]) == ("joined", visitor.address)
    assert visitor.chain.balance(visitor.address) == GUEST_FUNDS
    assert market.read("meterOf", visitor.address)[0].lower() == joined["meter"].lower()
    assert visitor.join("again")["transactions"] == []

    buy_elecoin(visitor)
    # More is wanted than the roof has: everybody is served in part.
    now = visitor.chain.block().timestamp
    period = schedule.period_at(now + schedule.declaration_lead + 2 * 3600 // SECONDS) + 1
    most = TICKS_PER_ELE * 30 // 100
    word = Target(period, -WANTED, most * 9 // 10, most).pack()
    assert visitor.send("declareTarget", word).succeeded

    def traded() -> bool:
        """Whether the agent has done what it does once the readings are there."""
        return bool(market.purchases(period))

    until(traded, "the inn's purchase")
    # The inn took what the pairing gave it, and left hers.
    roof = market.purchases(period)[0].retailer
    share = market.read_many(
        [(MARKET, "tradeable", (who, period)) for who in (roof, visitor.address)]
    )
    left = min(share[0][0], share[1][0])
    assert 0 < left <= WANTED * 11 // 10
    end = schedule.trading_end(period)
    assert visitor.send("trade", roof, period, left, left, 30 * WAD // 100, end).succeeded
    until(lambda: visitor.chain.block().timestamp >= end, "the end of trading")
    assert visitor.send("rate", period, [(roof, left, 90, 0)]).succeeded

    def billed() -> object:
        found = [p for p in visitor.own()["periods"] if p["period"] == period]
        return found[0] if found else None

    bill = until(billed, "her bill")
    assert isinstance(bill, dict)
    assert (bill["declared_wh"], bill["bought_wh"]) == (-WANTED, left)
    assert bill["generated_wh"] + left + bill["imported_wh"] == bill["consumed_wh"]
    lines = {line["name"]: float(line["amount"]) for line in bill["bill"]}
    assert lines["energy"] > 0
    assert lines["grid_import"] > 0
    assert visitor.own()["name"] == "Nora of the visitors"


def test_her_agent_acts_under_her_order_and_a_failure_of_hers_stops_nothing(
    live: Live, idle: Visitor
) -> None:
    def bought() -> object:
        mine = [p for p in idle.own()["periods"] if p["bought_wh"]]
        return mine[0] if mine else None

    bill = until(bought, "a purchase by the agent")
    assert isinstance(bill, dict)
    assert bill["declared_wh"] < 0
    assert "left out" not in live.said.read_text()


def test_ctrl_c_leaves_nothing(live: Live) -> None:
    live.process.send_signal(signal.SIGINT)
    assert live.process.wait(30) == 0
    assert live.said.read_text().rstrip().endswith("stopping")
    assert no_anvil_in(live.folder)
    # Who joined is on chain by a hash alone.
    assert "Nora" not in (live.folder / "chain.json").read_text()
