"""Three nodes as one, with every fault that a node shows, in front of a real chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from faulty_node import FAULTS, LIES, FaultyNode, faulty_node
from market_lab import BUYER, T0, Lab

from oracle.chain.client import ChainError, Client
from oracle.chain.market import Market
from oracle.chain.rpc_pool import (
    LONGEST_REST,
    AgreedClient,
    Endpoint,
    Endpoints,
    Health,
    Identity,
    NodesDisagree,
    RpcPool,
)
from oracle.rounds.report import Feed
from oracle.rounds.words import Target

pytestmark = pytest.mark.node


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def nodes(lab: Lab) -> Iterator[list[FaultyNode]]:
    with ExitStack() as stack:
        yield [stack.enter_context(faulty_node(lab.client.url)) for _ in range(3)]


def endpoints_of(
    lab: Lab, nodes: list[FaultyNode], clock: Clock, timeout: float = 30, **options: object
) -> Endpoints:
    identity = Identity(lab.client.chain_id(), lab.client.block(0).hash)
    return Endpoints(
        [Endpoint(Client(node.url, timeout)) for node in nodes], identity, clock, **options,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("sick", [1, 2])
def test_while_one_node_is_well_everything_works(
    lab: Lab, nodes: list[FaultyNode], fault: str, sick: int
) -> None:
    lies = fault in LIES
    clock = Clock()
    endpoints = endpoints_of(lab, nodes, clock, timeout=1 if fault == "silent" else 30)
    pool = RpcPool(endpoints)
    head = pool.block()
    for node in nodes[:sick]:
        node.fault = fault
    clock.now += 3
    if not lies:  # A lie about state is not seen by asking one node; see the agreed client.
        assert pool.block() == head
        assert pool.chain_id() == lab.deployment.chain_id
    agreed = AgreedClient(endpoints, 2)
    market = Market(agreed, lab.deployment)
    if sick == 1:
        terms = market.read("reportTerms", int(Feed.ELECTRICITY), 0, block=head.hash)
        assert terms == lab.market.read("reportTerms", int(Feed.ELECTRICITY), 0)
    elif fault not in (*LIES, "lags"):
        with pytest.raises(NodesDisagree, match="2 equal answers are needed"):
            market.read("reportTerms", int(Feed.ELECTRICITY), 0, block=head.hash)
    for node in nodes:
        node.fault = ""
    clock.now += LONGEST_REST
    assert [e.client.url for e in endpoints.well()] != []
    assert {e.health for e in endpoints.all} == {Health.WELL}


def test_all_down_is_one_line(lab: Lab, nodes: list[FaultyNode]) -> None:
    clock = Clock()
    pool = RpcPool(endpoints_of(lab, nodes, clock))
    for node in nodes:
        node.fault = "down"
    with pytest.raises(ChainError, match=r"^none of these nodes is well: http"):
        pool.block()


def test_the_node_in_use_is_kept_while_it_keeps_up(lab: Lab, nodes: list[FaultyNode]) -> None:
    clock = Clock()
    endpoints = endpoints_of(lab, nodes, clock)
    pool = RpcPool(endpoints)
    pool.block()
    used = endpoints.well()[0].client.url
    slow = next(node for node in nodes if node.url == used)
    slow.fault, slow.lag = "lags", 2
    clock.now += 3
    assert endpoints.well()[0].client.url == used
    slow.lag = 4
    clock.now += 3
    assert used not in [e.client.url for e in endpoints.well()]


def test_a_change_of_health_is_told_once(lab: Lab, nodes: list[FaultyNode]) -> None:
    seen: list[tuple[str, Health, Health]] = []
    clock = Clock()
    endpoints = endpoints_of(
        lab, nodes, clock, changed=lambda e, before: seen.append((e.client.url, before, e.health))
    )
    pool = RpcPool(endpoints)
    pool.block()
    assert seen == [(node.url, Health.DOWN, Health.WELL) for node in nodes]
    nodes[0].fault = "429"
    for _ in range(3):
        clock.now += 3
        pool.block()
    assert seen[3:] == [(nodes[0].url, Health.WELL, Health.DOWN)]


def test_a_transaction_goes_to_every_node(lab: Lab, nodes: list[FaultyNode]) -> None:
    clock = Clock()
    pool = RpcPool(endpoints_of(lab, nodes, clock))
    sent = lab.sender.sign(lab.call(BUYER, "declareTarget", Target(0, 0, 0, 0).pack()))
    # The first takes it, the others say that they know it: that is one success.
    assert pool.send_raw([sent.raw]) == [sent.hash]
    assert [node.asked.count("eth_sendRawTransaction") for node in nodes] == [1, 1, 1]
    nodes[0].fault = "502"
    lab.mine([sent], T0 - 1000)


def test_an_observation_through_two_of_three_is_the_same(lab: Lab, nodes: list[FaultyNode]) -> None:
    lab.at(T0 - 1000, lab.call(BUYER, "declareTarget", Target(0, -500, 200_000, 300_000).pack()))
    block = lab.client.block().number
    clock = Clock()
    endpoints = endpoints_of(lab, nodes, clock)
    nodes[1].fault = "lies"
    observed = Market(AgreedClient(endpoints, 2), lab.deployment).observe(
        Feed.ELECTRICITY, 0, block
    )
    assert observed == lab.market.observe(Feed.ELECTRICITY, 0, block)
    nodes[2].fault = "down"
    with pytest.raises(NodesDisagree):
        Market(AgreedClient(endpoints, 2), lab.deployment).observe(Feed.ELECTRICITY, 0, block)


@pytest.mark.parametrize("fault", ["ahead", "stale", "lags", "down", "other types"])
def test_one_node_of_three_does_not_move_the_head(
    lab: Lab, nodes: list[FaultyNode], fault: str
) -> None:
    head = lab.client.block()
    agreed = AgreedClient(endpoints_of(lab, nodes, Clock()), 2)
    nodes[0].fault = fault
    assert agreed.block() == head
    assert agreed.balance(BUYER.address) == lab.client.balance(BUYER.address)
    assert agreed.gas_price() == lab.client.gas_price()


def test_a_node_that_stays_away_is_looked_at_less_often(lab: Lab, nodes: list[FaultyNode]) -> None:
    clock, nodes[2].fault = Clock(), "down"
    endpoints = endpoints_of(lab, nodes, clock)
    for _ in range(100):
        endpoints.well()
        clock.now += 2
    looks = endpoints.all[2].failures
    assert looks <= 9
    nodes[2].fault = ""
    clock.now += LONGEST_REST
    assert len(endpoints.well()) == 3
    # With too few that are well, it is looked at as often as ever.
    nodes[0].fault = nodes[1].fault = nodes[2].fault = "down"
    for _ in range(3):
        clock.now += LONGEST_REST
        assert endpoints.well() == []
    nodes[0].fault = ""
    clock.now += 2
    assert len(endpoints.well()) == 1
