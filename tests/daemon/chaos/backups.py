"""A server lost in a round, its store put back as it was earlier."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.simulation import DEPTH, Simulation
from chaos.taps import AFTER, BEFORE, LEADER, Crash
from chaos.trial import Fault, Strike

COPIED = ("the round", "keep signature", "hear 2", "save built", "save broadcast", "save mined")
LOST_AT = ("keep signature", "tell 2", "save built", "send", "save mined", "save final")
BEFORE_POSTING = ("keep signature", "tell 2", "hear 1", "hear 2", "save built")


def faults() -> Iterator[Fault]:
    for copied in COPIED:
        for lost in LOST_AT:
            begins = -1 if copied == "the round" else LEADER.index(copied)
            if begins < LEADER.index(lost):
                place = f"copied before {copied}, lost after {lost}"
                yield Fault("backup restored at the first", place, _restored(0, copied, lost))
    for rank, name in ((1, "second"), (2, "last")):
        for lost in ("keep signature", "tell 2", "hear 1"):
            place = f"copied before the round, lost after {lost}"
            yield Fault(f"backup restored at the {name}", place, _restored(rank, "the round", lost))
    for lost in BEFORE_POSTING:
        # The input block is another one when it comes back: it must not sign a second report.
        place = f"copied before the round, lost after {lost}"
        for alone in (False, True):
            yield Fault(
                "backup restored after a deep reorganisation" + (", no peer answers" * alone),
                place, _reorganised(lost, alone=alone), must_post=False,
            )  # fmt: skip


def _restored(rank: int, copied: str, lost: str) -> Strike:
    def strike(simulation: Simulation) -> None:
        i, kept = simulation.order[rank], []

        def copy() -> None:
            kept.append(simulation.backup(i))

        def lose() -> None:
            simulation.injected()
            simulation.later(2, back)
            raise Crash

        def back() -> None:
            simulation.restore(i, kept[0])
            simulation.start(i)
            simulation.healed()

        if copied == "the round":
            copy()
        else:
            simulation.trap(i, copied, BEFORE, copy)
        simulation.trap(i, lost, AFTER, lose)

    return strike


def _reorganised(lost: str, *, alone: bool) -> Strike:
    def strike(simulation: Simulation) -> None:
        i = simulation.order[0]
        kept = simulation.backup(i)

        def lose() -> None:
            simulation.injected()
            simulation.later(1, lambda: simulation.reorganise(DEPTH + 3))
            simulation.later(4, back)
            raise Crash

        def back() -> None:
            if alone:
                simulation.kill(*(j for j in range(3) if j != i))
            simulation.restore(i, kept)
            simulation.start(i)
            simulation.healed()

        simulation.trap(i, lost, AFTER, lose)

    return strike
