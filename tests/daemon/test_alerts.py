"""Every alert rule of the edge servers fires when its condition is made, never when all is well."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from types import SimpleNamespace

import httpx
import prometheus_client.context_managers
import pytest
from market_lab import SCHEDULE, SERVERS, STRANGER, Lab, undone
from watched import Watched, watched

from oracle.app.daemon.standing import Standing
from oracle.app.daemon.start import _port
from oracle.chain.outbox.entry import Call, State
from oracle.rounds.peer_messages import share, to_json
from oracle.rounds.report import Feed
from oracle.service.errors import StoreError
from oracle.service.peer.api import peer_app
from oracle.service.peer.server import PeerServer
from oracle.service.store.database import Database
from oracle.units import WAD
from tests.prometheus import History, rules

pytestmark = pytest.mark.node

Condition = Callable[[Watched, pytest.MonkeyPatch], None]
ALERTS_OF: dict[Condition, tuple[str, ...]] = {}
"""What each condition sets off. It is made, seen by scrapes, and ended again."""


def makes(*alerts: str) -> Callable[[Condition], Condition]:
    def note(condition: Condition) -> Condition:
        ALERTS_OF[condition] = alerts
        return condition

    return note


@pytest.fixture(scope="module")
def lab(_chain: Lab) -> Iterator[Lab]:
    with undone(_chain) as lab:
        yield lab


@pytest.fixture(scope="module")
def market(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(lab, tmp_path_factory.mktemp("watched")) as made:
        yield made


@pytest.fixture(scope="module")
def healthy(market: Watched) -> History:
    """A period that is priced, and the time after it."""
    _posted(market)
    market.live(900, each=60)
    found = market.history
    market.fresh()
    return found


@makes("EdgeServerDown")
def nobody_answers(market: Watched, _: pytest.MonkeyPatch) -> None:
    listener = PeerServer("127.0.0.1", 0)
    listener.start(peer_app(_port(market.servers[0])))
    market.scrape(market.servers[0], listener.url)
    listener.stop()
    for _ in range(5):
        market.now += 20
        market.scrape(market.servers[0], listener.url)


@makes("EdgeServerStuck")
def the_loop_stands(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(100, looks=False)
    market.live(20)


@makes("ChainStandsStill")
def no_blocks_come(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(300, blocks=False, each=60)


@makes("NoNodeIsWell", "NodeUnwell")
def nodes_are_down(market: Watched, _: pytest.MonkeyPatch) -> None:
    for node in market.nodes:
        node.fault = "502"
    market.live(660, who=(market.odd,), each=60)
    for node in market.nodes:
        node.fault = ""


@makes("NodesDisagree")
def a_node_lies(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(20, who=(market.odd,))
    market.nodes[1].fault = "lies"
    market.live(40, who=(market.odd,))
    market.nodes[1].fault = ""


@makes("PostingMissed", "ServerRaisesAlarm")
def two_servers_are_silent(market: Watched, _: pytest.MonkeyPatch) -> None:
    period = market.declare()
    market.live(SCHEDULE.start_of(period) - market.now + 60, each=60)


@makes("PostingContradicted")
def another_price_is_posted(market: Watched, _: pytest.MonkeyPatch) -> None:
    period, others = market.declare(), tuple(market.servers[1:])
    market.live(20)
    while others[0].server._standing.get(f"electricity:{period}") != Standing.POSTED:
        assert market.now < SCHEDULE.start_of(period)
        market.live(20, who=others, seen=market.servers[0])
        signed = others[0].store.signed(Feed.ELECTRICITY, period)
        if signed is not None:
            ours = replace(signed.report, value=signed.report.value + 1)
            store = market.servers[0].store
            store.claim(ours, ours.digest(market.lab.market.domain))
    market.live(20)


@makes("PeerEquivocates")
def a_peer_signs_twice(market: Watched, _: pytest.MonkeyPatch) -> None:
    period = _posted(market)
    domain, liar = market.lab.market.domain, SERVERS[2]
    known = market.servers[1].store.signed(Feed.ELECTRICITY, period)
    assert known is not None
    for value in (known.report.value + 1, known.report.value + 2):
        report = replace(known.report, value=value)
        signature = liar.sign_digest(report.digest(domain))
        message = share(report, signature, domain, liar, SERVERS[0].address, market.now + 500)
        url = f"{market.servers[0].listener.url}/peer/signatures"
        assert httpx.post(url, content=to_json(message, domain)).status_code == 204
    market.live(20)


def _posted(market: Watched) -> int:
    """A period that everybody has just priced and that stands on chain."""
    period = market.declare()
    while market.servers[0].server._standing.get(f"electricity:{period}") != Standing.POSTED:
        assert market.now < SCHEDULE.start_of(period)
        market.live(20, who=tuple(market.servers))
    return period


@makes("KeyNotInSet")
def an_odd_key(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(120, who=(market.odd,), each=40)


@makes("PeerMessagesDropped")
def strangers_write(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(20)
    for _ in range(21):
        answer = httpx.post(f"{market.servers[0].listener.url}/peer/signatures", content=b"{}")
        assert answer.status_code == 422
    market.live(20)


def send(market: Watched, name: str, to: str = STRANGER.address, gas: int = 50_000) -> Call:
    call = Call(name, to, b"", gas=gas)
    market.servers[0].server.outbox.enqueue(call)
    return call


@makes("TransactionRefused", "CoinsRunLow")
def the_key_is_empty(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(20)
    send(market, "poor")
    market.lab.client.request("anvil_setBalance", SERVERS[0].address, "0x0")
    market.live(120)
    market.lab.client.request("anvil_setBalance", SERVERS[0].address, hex(1000 * WAD))
    market.live(100)


@makes("TransactionReverted")
def what_was_simulated_fails(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.live(20)
    trap = "0x" + "71" * 20
    send(market, "trap", trap)
    market.lab.client.request("anvil_setCode", trap, "0x60006000fd")
    market.live(120)


@makes("TransactionsReorganised")
def blocks_are_taken_back(market: Watched, _: pytest.MonkeyPatch) -> None:
    for n in range(3):
        send(market, f"taken back {n}")
    market.live(40)
    states = [one.state for one in market.servers[0].store.open_entries(SERVERS[0].address)]
    assert states == [State.MINED] * 3
    market.lab.client.request("anvil_reorg", 2, [])
    market.now = market.lab.client.block().timestamp
    market.servers[0].look()
    market.now = max(market.now, int(market.history.at[-1]) + 1)
    market.scrape(market.servers[0])
    market.live(120)


@makes("ClockIsOff")
def the_clock_is_wrong(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.skew = 300
    market.live(200)
    market.skew = 0


@makes("PricingIsSlow")
def pricing_takes_long(market: Watched, patch: pytest.MonkeyPatch) -> None:
    market.declare()
    clock = iter(range(0, 10**6, 9))
    patch.setattr(prometheus_client.context_managers, "default_timer", lambda: float(next(clock)))
    market.live(160)


@makes("EdgeServerPaused")
def it_is_paused(market: Watched, _: pytest.MonkeyPatch) -> None:
    market.servers[0].store.pause(True)
    market.live(2420, each=220)
    market.servers[0].store.pause(False)


@makes("StoreFails")
def the_store_is_away(market: Watched, patch: pytest.MonkeyPatch) -> None:
    market.live(20)

    def away(_: Database) -> None:
        raise StoreError("store: away")

    patch.setattr(Database, "read", away)
    market.live(20)


@makes("DiskNearlyFull")
def the_disk_is_full(market: Watched, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8))
    market.live(120)


@makes("QuorumOutOfReach", "PeerUnreachable")
def peers_are_down(market: Watched, _: pytest.MonkeyPatch) -> None:
    """One of the last: their listeners do not come back."""
    for other in market.servers[1:]:
        other.listener.stop()
    first = market.servers[0]
    period = market.declare()
    market.live(20)
    while first.server._standing.get(f"electricity:{period}") != Standing.SIGNED:
        assert market.now < SCHEDULE.start_of(period)
        market.live(20)
    reached = [first.metrics.peers.labels(url) for url in first.wire.urls.values()]
    market.until(lambda: all(one._value.get() == 0 for one in reached))
    market.live(360, each=120)


@makes("TransactionWaits")
def gas_costs_more_than_the_cap(market: Watched, _: pytest.MonkeyPatch) -> None:
    send(market, "dear")

    def dear() -> None:
        market.lab.client.request("anvil_setNextBlockBaseFeePerGas", hex(10**15))

    market.live(20, before=dear)
    for _ in range(21):
        dear()
        market.mine(market.now + 5)
    market.live(20, before=dear)
    market.lab.client.request("anvil_setNextBlockBaseFeePerGas", "0x1")
    market.live(100)
    assert market.servers[0].store.open_entries(SERVERS[0].address) == []


def test_no_rule_fires_in_a_healthy_round(healthy: History) -> None:
    assert healthy.at[-1] - healthy.at[0] > 900
    assert [name for name, rule in rules().items() if healthy.firing(rule)] == []


def test_rules_name_only_metrics_that_the_daemon_exports(healthy: History) -> None:
    for name in chain.from_iterable(ALERTS_OF.values()):
        assert rules()[name].metrics <= healthy.names(), name


@pytest.mark.parametrize("condition", ALERTS_OF, ids=lambda condition: condition.__name__)
def test_its_alerts_fire(
    market: Watched, healthy: History, condition: Condition, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.fresh()
    condition(market, monkeypatch)
    for name in ALERTS_OF[condition]:
        assert market.history.firing(rules()[name]), name
