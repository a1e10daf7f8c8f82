"""The scenarios behind the papers' figures are those that the report solves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oracle.app.papers import cournot, elecoin, fork, network, poster, procurement
from oracle.community.scenario import read_scenario
from oracle.games import Problem

FOLDER = Path(__file__).parents[2] / "examples" / "papers"
MAKERS: dict[str, Callable[[], object]] = {
    "auction": procurement.auction_of_the_mismatch,
    "equilibrium": elecoin.equilibrium,
    "fork": fork.miners_on_a_fork,
    "frequency": network.frequency_control,
    "merit-order": network.merit_order,
    "private-market": poster.private_market,
    "reputation": poster.reputation_rounds,
    "scenario-2": lambda: cournot.scenario(2, "corrected"),
    "scenario-3": lambda: cournot.scenario(3, "as_printed"),
    "two-peaks": elecoin.two_peaks,
}


def test_each_is_of_a_figure() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(MAKERS)
    figures = {path.stem for path in (FOLDER.parents[1] / "docs" / "report").glob("*.svg")}
    assert set(MAKERS) <= figures


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_report_makes_this_problem(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Problem] = []
    make = Problem.from_document.__func__  # type: ignore[attr-defined]  # of the class method

    def noted(cls: type[Problem], document: Any) -> Problem:
        made.append(make(cls, document))
        return made[-1]

    monkeypatch.setattr(Problem, "from_document", classmethod(noted))
    MAKERS[name]()
    kept = read_scenario(FOLDER / f"{name}.toml").problem.model_dump()
    assert any(problem.model_dump() == kept for problem in made)
