"""Edge servers on three sealing Geth nodes: a node that stops, a halt, a sealer of two chains."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from chaos.simulation import Simulation
from chaos.trial import Outcome, judge, keep
from community_of_servers import target_calls
from market_lab import ADMIN, MEMBERS, SERVERS, Lab, plan, zone_of

from oracle.app.day.pace import ChainPace
from oracle.chain.client import ChainError, Client
from oracle.chain.deploy import deploy
from oracle.chain.market import Event, Market
from oracle.chain.rpc_pool import AgreedClient, Endpoint, Endpoints, Identity
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Transaction
from oracle.devnet.geth import GethNetwork, faucet_key
from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.price import price
from oracle.rounds.report import Feed
from oracle.service.store.database import Database
from oracle.units import WAD

pytestmark = [pytest.mark.node, pytest.mark.chaos, pytest.mark.timeout(900)]
PERIOD, LEAD, SETTING_UP = 150, 140, 45
PATIENCE = 130.0


@dataclass
class OnGeth:
    """Each server reads through all three nodes, of which two must agree."""

    network: GethNetwork
    lab: Lab
    pace: ChainPace
    simulation: Simulation
    eye: Market
    period: int = -1
    injected_at: int = 0
    healed_at: int | None = None

    def next_round(self) -> None:
        """Targets are declared, the deadline passes, and the input block is deep enough."""
        schedule = self.lab.deployment.schedule
        now = self.lab.client.block().timestamp
        while schedule.declaration_deadline(self.period + 1) < now + 12:
            self.period += 1
        self.period += 1
        self.pace.mine(self.lab.sender.send(target_calls(self.lab, self.period)))
        deadline = schedule.declaration_deadline(self.period)
        self.until(lambda: self.now() >= deadline, PERIOD + PATIENCE, ticking=False)
        number = self.head()
        self.until(lambda: self.head() > number + self.network.depth, ticking=False)
        self.healed_at = None

    def head(self) -> int:
        return max(head.number for head in self.network.heads().values())

    def now(self) -> int:
        return self.lab.client.block().timestamp

    def until(
        self, reached: Callable[[], bool], seconds: float = PATIENCE, *, ticking: bool = True
    ) -> None:
        """The servers look at the chain meanwhile."""
        end = time.monotonic() + seconds
        while not self._is(reached):
            assert time.monotonic() < end, "not reached in time"
            if ticking:
                self.simulation.tick()
            time.sleep(0.3)

    @staticmethod
    def _is(reached: Callable[[], bool]) -> bool:
        try:
            return reached()
        except ChainError:
            return False

    def injected(self) -> None:
        self.injected_at = round(time.time())

    def healed(self) -> None:
        self.healed_at = round(time.time())

    def postings(self) -> list[Event]:
        """Those of this period, as two of three nodes tell."""
        head = self.eye.client.block().number
        found = self.eye.events(self.lab.deployment.block, head)
        return [e for e in found if e.name == "Posted" and e.arguments["epoch"] == self.period]

    def stands(self) -> bool:
        found = self.postings()
        head = self.eye.client.block().number
        return bool(found) and head > found[-1].log.block + self.network.depth

    def conclude(self, kind: str, place: str) -> None:
        found, client = self.postings(), self.eye.client
        deadline = self.lab.deployment.schedule.declaration_deadline(self.period)
        number = client.block().number
        while client.block(number).timestamp >= deadline:
            number -= 1
        true = price(self.eye.observe(Feed.ELECTRICITY, self.period, number))
        assert true is not None
        recovered = None
        if found:
            began = self.injected_at if self.healed_at is None else self.healed_at
            recovered = max(0, client.block(found[0].log.block).timestamp - began)
        second = sum(len(seen) > 1 for seen in self.simulation.digests.values())
        wrong = sum(event.arguments["value"] != true.report.value for event in found)
        result = Outcome(
            "On Geth", kind, place, True, 1, bool(found), not found, max(0, len(found) - 1), wrong,
            second, recovered, 0,
        )  # fmt: skip
        keep(result)
        judge(result)


@pytest.fixture(scope="module")
def geth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnGeth]:
    folder = tmp_path_factory.mktemp("geth")
    empty = folder / "empty.sqlite"
    database = Database(empty)
    database.upgrade()
    database.forget()
    database.dispose()
    with GethNetwork(folder / "net", watch=False) as network:
        client = Client(network.urls[0], 5)
        sender = Sender(client, client.chain_id(), max_fee=10**9, tip=1)
        pace = ChainPace(client, sender)
        faucet = Signer(faucet_key())
        pace.mine(
            sender.send(
                [
                    Transaction(faucet, key.address, b"", "coins", value=1000 * WAD, gas=21_000)
                    for key in (ADMIN, *SERVERS, *MEMBERS)
                ]
            )
        )
        start = client.block().timestamp + SETTING_UP + LEAD
        schedule = Schedule(
            start=start, period=PERIOD, step=900, declaration_lead=LEAD, reading_grace=5,
            trade_window=8, rating_window=5, elecoin_lead=100, epoch_periods=4, round_periods=2,
            ring_length=ring_length(PERIOD, LEAD, 5, 8, 5),
        )  # fmt: skip
        terms = plan(schedule=schedule, depth=network.depth)
        lab = Lab(client, sender, deploy(client, sender, terms, ADMIN, pace.mine))
        members = [
            lab.call(ADMIN, "empower", m.address, bytes([n]) * 32, zone_of(m), n == 0, True, 10_000)
            for n, m in enumerate(MEMBERS)
        ]
        pace.mine(sender.send(members))
        identity = Identity(client.chain_id(), client.block(0).hash)

        def nodes(_: int) -> AgreedClient:
            endpoints = [Endpoint(Client(url, 3)) for url in network.urls]
            return AgreedClient(Endpoints(endpoints, identity, time.monotonic, every=0.5), 2)

        with Simulation.of(lab, folder, empty, client_of=nodes) as simulation:
            for i in range(3):
                simulation.start(i)
            yield OnGeth(network, lab, pace, simulation, Market(nodes(0), lab.deployment))


def test_a_node_that_stops_and_comes_back(geth: OnGeth) -> None:
    geth.next_round()
    geth.network.stop_node(1, kill=True)
    geth.injected()
    geth.until(geth.stands)
    geth.network.start_node(1)
    geth.until(lambda: len({head.hash for head in geth.network.heads().values()}) == 1)
    geth.conclude("a node stops and comes back", "from the deadline on")


def test_a_halted_chain_goes_on(geth: OnGeth) -> None:
    """Two of three sealers are gone: nothing is sealed, nothing is posted, until one is back."""
    geth.next_round()
    geth.network.stop_node(1, kill=True)
    geth.network.stop_node(2, kill=True)
    geth.injected()
    began = time.monotonic()
    geth.until(lambda: time.monotonic() > began + 8)
    geth.network.start_node(1)
    geth.network.start_node(2)
    geth.healed()
    geth.until(geth.stands)
    geth.conclude("Clique halts: two of three sealers stopped", "for ten seconds")


def test_a_sealer_that_signs_two_chains(geth: OnGeth) -> None:
    """Sealer 2 seals with 0, where the posting becomes final, then goes back to where 1 was left
    and seals another chain with 1, which becomes the heavier one."""
    geth.next_round()
    network = geth.network
    network.partition([0, 2], [1])
    fork = network.nodes[1].head().number
    geth.injected()
    geth.until(geth.stands)
    first = geth.postings()[0]
    left = network.nodes[0].head()

    network.stop_node(2)
    network.partition([0], [1, 2])
    sealer = network.nodes[2]
    sealer.start([])
    sealer.ready()
    sealer.follow()
    fork = min(fork, network.nodes[1].head().number) - 1
    sealer.call("debug_setHead", hex(fork))
    network.connect(1, 2)
    sealer.seal()
    network.nodes[1].seal()
    geth.until(lambda: network.nodes[1].head().difficulty > left.difficulty + 4)
    reverted = network.nodes[1].block(first.log.block)
    assert reverted is not None
    assert reverted.hash != network.nodes[0].block(first.log.block).hash  # type: ignore[union-attr]

    network.partition([0, 1, 2])
    geth.until(lambda: _same(network, fork + 1))
    geth.healed()
    geth.until(geth.stands)
    geth.conclude(
        "a sealer signs two chains across a partition", "the posting final on the lost one"
    )


def _same(network: GethNetwork, number: int) -> bool:
    blocks = [node.block(number) for node in network.nodes]
    return None not in blocks and len({block.hash for block in blocks if block}) == 1
