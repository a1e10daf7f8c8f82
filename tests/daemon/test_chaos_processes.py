"""Faults on servers as processes: kill -9 at every effect, sick nodes, bad wires, full disks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chaos import nodes
from chaos.faulty_peer import FAULTS as WIRE_FAULTS
from chaos.network import Network, network
from chaos.taps import AFTER, LEADER
from chaos.trial import judge, keep

pytestmark = [pytest.mark.node, pytest.mark.chaos, pytest.mark.xdist_group("processes")]
RANKS = ("first", "second", "last")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("network")) as made:
        yield made


def conclude(three: Network, kind: str, place: str) -> None:
    result = three.outcome(kind, place)
    keep(result)
    judge(result)


def back(three: Network, *which: int) -> None:
    for i in which:
        three.start(i)
    three.ready(*which)
    three.healed()


@pytest.mark.parametrize("effect", LEADER)
def test_kill_9_at_every_effect_of_the_first(three: Network, effect: str) -> None:
    three.next_period()
    first = three.order[0]
    three.arm(first, effect, AFTER, "kill")
    three.begin()
    for _ in range(10):
        if three.struck(first):
            break
        three.block()
    assert three.struck(first)
    three.running.pop(first).wait(20)
    three.injected()
    three.block()
    back(three, first)
    three.live()
    conclude(three, "kill -9 of the first by itself, restart", f"after {effect}")


def test_kill_9_of_all_between_two_effects(three: Network) -> None:
    three.next_period()
    first, *others = three.order
    three.arm(first, "save built", AFTER, "kill")
    three.begin()
    three.block()
    assert three.struck(first)
    three.running.pop(first).wait(20)
    three.kill(*others)
    three.injected()
    back(three, *three.order)
    three.live()
    conclude(three, "kill -9 of all, restart", "after save built")


@pytest.mark.parametrize("rank", range(3))
def test_a_frozen_process(three: Network, rank: int) -> None:
    """It does not answer, and does not know that it was away."""
    three.next_period()
    i = three.order[rank]
    three.freeze(i, True)
    three.injected()
    try:
        three.begin()
        for _ in range(3):
            three.block(i)
    finally:
        three.freeze(i, False)
    three.healed()
    three.live()
    conclude(three, "a process stopped, then continued", f"the {RANKS[rank]}")


@pytest.mark.parametrize("fault", [*nodes.FAILING, *nodes.LYING])
def test_one_sick_node_of_three_at_every_server(three: Network, fault: str) -> None:
    three.next_period()
    for node in three.nodes:
        node.fault = fault
    three.injected()
    try:
        three.begin()
        three.live()
    finally:
        for node in three.nodes:
            node.fault = ""
    conclude(three, "a node of three sick at every server", fault)


@pytest.mark.parametrize("rank", range(3))
@pytest.mark.parametrize("fault", WIRE_FAULTS)
def test_a_bad_wire_to_a_server(three: Network, fault: str, rank: int) -> None:
    three.next_period()
    peer = three.peers[three.order[rank]]
    peer.fault, peer.struck = fault, 0
    try:
        three.begin()
        three.live()
    finally:
        peer.fault = ""
    if peer.struck:
        three.injected()
    conclude(three, f"letters by HTTP {fault}", f"to the {RANKS[rank]}")


@pytest.mark.parametrize("effect", ["claim", "hear 1", "save built", "save broadcast"])
def test_a_full_disk_of_the_first(three: Network, effect: str) -> None:
    three.next_period()
    first = three.order[0]
    before = "sign transaction" if effect == "save built" else effect
    three.arm(first, before, "before", "fill")
    three.begin()
    three.block(first)
    assert three.struck(first)
    three.injected()
    three.block(first)
    (three.home(first) / "room").touch()
    three.healed()
    three.live()
    assert three.running[first].poll() is None, three.said(first)
    conclude(three, "a full disk at the first, then room", f"before {effect}")


@pytest.mark.parametrize("skew", [3600, -3600, 86_400, -86_400])
def test_a_clock_that_is_wrong(three: Network, skew: int) -> None:
    three.next_period()
    first = three.order[0]
    three.kill(first)
    three.start(first, skew)
    three.ready(first)
    three.injected()
    three.begin()
    three.live()
    conclude(three, "the clock of the first is wrong", f"by {skew} s")
    three.kill(first)
    three.start(first)
    three.ready(first)
