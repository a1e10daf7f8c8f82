"""A network's troubles: a partition that splits it in three, nodes that die, a start of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.cli import main
from oracle.devnet.geth import GethNetwork
from oracle.devnet.geth.watch import Rewind
from tests.app.conftest import atoll, signals_kept

__all__ = ["signals_kept"]

pytestmark = [pytest.mark.node, pytest.mark.chaos, pytest.mark.timeout(600)]


def await_that(reached: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_three_that_lost_each_other_stand_still_and_go_on_as_one(tmp_path: Path) -> None:
    said: list[str] = []
    with GethNetwork(tmp_path / "net", say=said.append) as network:
        network.partition([0], [1], [2])
        # Each may seal a block of its own, then each waits for the others.
        time.sleep(4)
        stand = network.heads()
        time.sleep(3)
        assert network.heads() == stand
        network.partition([0, 1, 2])
        await_that(lambda: all(one.peers == 2 for one in network.status()), 60)
        network.await_blocks(5, 90)
        number = min(head.number for head in network.heads().values()) - network.depth
        blocks = [node.block(number) for node in network.nodes]
        assert len({block.hash for block in blocks if block is not None}) == 1


def test_two_branches_of_equal_weight_are_mended(tmp_path: Path) -> None:
    """The standstill of EIP-3436 made by hand: two sealers of three, out of turn, a block each."""
    with GethNetwork(tmp_path / "net", watch=False) as network:
        for _ in range(20):
            # Node 0 still seals the block that it waits with; then node 2 does, the last before
            # its own turn.
            await_that(lambda: network.nodes[0].head().number % 3 == 2, 20)
            for i in (0, 1):
                network.nodes[i].call("miner_stop")
            time.sleep(3)
            head = network.nodes[0].head()
            if head.number % 3 == 1 and network.status()[0].last_sealer == sealer(network, 2):
                break
            for i in (0, 1):
                network.nodes[i].seal()
            network.await_blocks(1)
        else:
            pytest.fail("node 2 was never the last to seal before its own turn")
        network.stop_node(2)
        network.partition([0], [1])
        for i in (0, 1):
            network.nodes[i].seal()
        time.sleep(4)
        heads = network.heads()
        assert heads[0].difficulty == heads[1].difficulty == head.difficulty + 1
        assert heads[0].hash != heads[1].hash
        network.partition([0, 1])
        await_that(lambda: [one.peers for one in network.status()[:2]] == [1, 1], 60)
        time.sleep(12)
        # Connected, and nothing moves: that is what the watch is for.
        assert network.heads() == heads
        assert [type(remedy) for remedy in network.mend()] == [Rewind]
        network.await_blocks(4, 60)
        assert network.nodes[0].block(head.number + 1) == network.nodes[1].block(head.number + 1)


def sealer(network: GethNetwork, index: int) -> str:
    return network.facts.nodes[index].sealer.lower()


def test_a_node_that_dies_by_itself_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    with GethNetwork(tmp_path / "net", say=said.append) as network:
        os.kill(network.nodes[1].pid, signal.SIGKILL)
        await_that(lambda: said == ["node-1 ended by itself: started again"], 20)
        network.await_blocks(3)
        assert len(network.heads()) == 3


def test_a_run_of_its_own_network_leaves_a_chain_that_verify_starts_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], signals_kept: None
) -> None:
    folder = tmp_path / "run"
    line = [
        "run",
        str(atoll(tmp_path)),
        "--node",
        "geth",
        "--periods",
        "1",
        "--forecast",
        "perfect",
    ]
    assert main([*line, "--folder", str(folder)]) == 0
    capsys.readouterr()
    assert main(["verify", "--all", "--folder", str(folder)]) == 0
    assert "2 of 2 equal" in capsys.readouterr().out
