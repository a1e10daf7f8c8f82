"""kill -9: before and after every effect, of one server or of all at once."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.simulation import Simulation
from chaos.taps import AFTER, BEFORE, FOLLOWER, LEADER
from chaos.trial import Fault, Strike

SIDES = (BEFORE, AFTER)


def faults() -> Iterator[Fault]:
    for effect in LEADER:
        for side in SIDES:
            place = f"{side} {effect}"
            yield Fault("kill the first, restart", place, _one(0, effect, side, back=3))
            yield Fault("kill the first for good", place, _one(0, effect, side, back=None))
            yield Fault("kill all, restart", place, _all(effect, side))
            if effect != "hear 2":  # only one other is there to be heard
                yield Fault(
                    "the first down, kill the second, restart", place, _second(effect, side)
                )
    for effect in FOLLOWER:
        for side in SIDES:
            place = f"{side} {effect}"
            yield Fault("kill the second, restart", place, _one(1, effect, side, back=3))
            yield Fault("kill the last, restart", place, _one(2, effect, side, back=3))


def _one(rank: int, effect: str, side: str, back: int | None) -> Strike:
    def strike(simulation: Simulation) -> None:
        i = simulation.order[rank]
        simulation.trap(i, effect, side, simulation.crash(i, back=back))

    return strike


def _all(effect: str, side: str) -> Strike:
    """A power cut while the first is there."""

    def strike(simulation: Simulation) -> None:
        first, *others = simulation.order
        simulation.trap(first, effect, side, simulation.crash(first, others))

    return strike


def _second(effect: str, side: str) -> Strike:
    """The first never comes: the second posts, and is killed while it does."""

    def strike(simulation: Simulation) -> None:
        first, second, _ = simulation.order
        simulation.honest.discard(first)
        simulation.trap(second, effect, side, simulation.crash(second))

    return strike
