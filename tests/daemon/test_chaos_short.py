"""The short form of `make chaos`: each step's kill, and one place of each other family."""

from __future__ import annotations

from pathlib import Path

import pytest
from chaos import grid
from chaos.simulation import Simulation
from chaos.taps import AFTER, BEFORE, FOLLOWER, LEADER
from chaos.trial import Fault, judge, run
from market_lab import Lab

pytestmark = pytest.mark.node
GRID = {fault.name: fault for fault in grid.of_three()}
CHOSEN = (
    *(f"kill the first, restart | after {effect}" for effect in LEADER),
    "kill the first for good | before send",
    "kill all, restart | before save broadcast",
    "reorganisation of 3 | after tick 3",
    "messages lost | everywhere, for 4 blocks",
    "messages altered | first to all",
    "a wrong report signed | the first: a tick too high",
    "an equivocating server | the second: truth to some, a lie to others",
    "all three sign a wrong price | a tick too low",
    "disk of the first full, then room | before save built",
    "clock a day slow | the first, leaps before claim",
    "backup restored at the first | copied before the round, lost after send",
    "backup restored after a deep reorganisation | copied before the round, lost after tell 2",
    "a node of three at every server: ahead | from the start",
    "a node of three at every server: receipts too early | from send on",
    "the only node of the first: other types | from claim on",
)


@pytest.mark.parametrize("fault", [GRID[name] for name in CHOSEN], ids=CHOSEN)
def test_a_fault(lab: Lab, tmp_path: Path, empty_store: Path, fault: Fault) -> None:
    with Simulation.of(lab, tmp_path, empty_store) as simulation:
        judge(run(fault, simulation))


def test_the_effects_at_which_servers_are_killed_are_all_that_they_have(
    lab: Lab, tmp_path: Path, empty_store: Path
) -> None:
    nothing = Fault("none", "nowhere", lambda _: None)
    with Simulation.of(lab, tmp_path, empty_store) as simulation:
        result = run(nothing, simulation)
        first, *others = simulation.order
    assert (result.posted, result.double, result.wrong) == (True, 0, 0)
    for i, effects in ((first, LEADER), *((other, FOLLOWER) for other in others)):
        seen = dict.fromkeys((effect, when) for j, effect, when in simulation.trace if j == i)
        assert set(seen) == {(effect, when) for effect in effects for when in (BEFORE, AFTER)}


def test_the_grid_has_every_place_once() -> None:
    names = [fault.name for fault in (*grid.of_three(), *grid.of_seven())]
    assert len(set(names)) == len(names) >= 200
