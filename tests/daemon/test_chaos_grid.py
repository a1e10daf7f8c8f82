"""Every fault at every place of a round: `make chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest
from chaos import kills, liars, machines, nodes, wires
from chaos.simulation import Simulation
from chaos.trial import Fault, judge, run
from market_lab import Lab

pytestmark = [pytest.mark.node, pytest.mark.chaos]
GRID = [
    *kills.faults(), *liars.faults(), *wires.faults(), *machines.faults(), *nodes.faults(),
]  # fmt: skip


@pytest.mark.parametrize("fault", GRID, ids=lambda fault: fault.name)
def test_grid(lab: Lab, tmp_path: Path, empty_store: Path, fault: Fault) -> None:
    with Simulation.of(lab, tmp_path, empty_store, **fault.options) as simulation:
        result = run(fault, simulation)
    judge(result)
