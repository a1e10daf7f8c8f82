"""Every fault at every place of a round: `make chaos`, which writes docs/chaos.md from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from chaos import grid
from chaos.liars import SEVEN
from chaos.simulation import Simulation
from chaos.trial import Fault, judge, keep, run
from market_lab import Lab

pytestmark = [pytest.mark.node, pytest.mark.chaos]


@pytest.mark.parametrize("fault", [*grid.of_three()], ids=lambda fault: fault.name)
def test_three_servers(lab: Lab, tmp_path: Path, empty_store: Path, fault: Fault) -> None:
    with Simulation.of(lab, tmp_path, empty_store) as simulation:
        result = run(fault, simulation)
    keep(result)
    judge(result)


@pytest.mark.parametrize("fault", [*grid.of_seven()], ids=lambda fault: fault.name)
def test_seven_servers(seven: Lab, tmp_path: Path, empty_store: Path, fault: Fault) -> None:
    with Simulation.of(seven, tmp_path, empty_store, keys=SEVEN) as simulation:
        result = run(fault, simulation)
    keep(result)
    judge(result)
