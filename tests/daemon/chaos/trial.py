"""One fault at one place of a round, and the figures that came of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from community_of_servers import DEPTH

from chaos.simulation import Simulation

MORE_BLOCKS, LOOKS_AT_A_LOSS = 6, 30
"""Blocks for one that stands; ticks after which one that need not is no longer waited for."""
Strike = Callable[[Simulation], None]


@dataclass(frozen=True)
class Fault:
    """`strike` arms it in a simulation whose round is about to begin.

    `must_post`: f + 1 servers stay, or come back, within the window, and no reorganisation goes
    deeper than the depth: then the posting must stand.
    """

    kind: str
    place: str
    strike: Strike
    must_post: bool = True
    family: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind} | {self.place}"


@dataclass(frozen=True)
class Outcome:
    """Seconds are the chain's. `recovered`: from the injection, or the end of the fault where it
    has one, to the block in which the posting stands; None where none does."""

    family: str
    kind: str
    place: str
    must_post: bool
    injected: int
    posted: bool
    lost: bool
    double: int
    wrong: int
    second_digests: int
    recovered: int | None
    alarms: int


def keep(result: Outcome) -> None:
    """Beside the other results of `make chaos`, which says where."""
    file = os.environ.get("WATTMARKET_CHAOS")
    if file:
        with Path(file).open("a") as lines:
            lines.write(json.dumps(asdict(result)) + "\n")


def run(fault: Fault, simulation: Simulation) -> Outcome:
    """The round under the fault, to its end."""
    fault.strike(simulation)
    simulation.begin()
    most = None if fault.must_post else LOOKS_AT_A_LOSS
    simulation.live(lambda: _settled(simulation) or simulation.ticks == most)
    return outcome(fault, simulation)


def _settled(simulation: Simulation) -> bool:
    """The posting is final, and so is everything for all who run; a server that its fault does not
    leave is not waited for much longer."""
    found = simulation.postings()
    deep = simulation.lab.client.block().number - found[-1].log.block - DEPTH if found else 0
    return deep > 0 and (simulation.quiet() or (deep > MORE_BLOCKS and not simulation.returning))


def outcome(fault: Fault, simulation: Simulation) -> Outcome:
    found = [event for event in simulation.postings() if event.arguments["epoch"] == 0]
    true = simulation.true_report().report.value
    recovered = None
    if found:
        stands = simulation.lab.client.block(found[0].log.block).timestamp
        injected = simulation.injected_at[0] if simulation.injected_at else stands
        ended = simulation.healed_at if simulation.healed_at is not None else injected
        recovered = max(0, stands - ended)
    return Outcome(
        fault.family,
        fault.kind,
        fault.place,
        fault.must_post,
        len(simulation.injected_at),
        bool(found),
        fault.must_post and not found,
        max(0, len(found) - 1),
        sum(event.arguments["value"] != true for event in found),
        sum(len(digests) > 1 for digests in simulation.digests.values()),
        recovered,
        sum(note.alarm for _, note in simulation.notes),
    )


def judge(result: Outcome) -> None:
    """What must hold whatever happens."""
    assert result.injected > 0, "the fault never struck"
    assert not result.lost, "posting lost"
    assert result.double == 0, "posted twice"
    assert result.wrong == 0, "a wrong price was accepted"
    assert result.second_digests == 0, "an honest server signed two reports"
