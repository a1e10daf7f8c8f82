"""Reorganisations of the chain, full disks and wrong clocks."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from chaos.simulation import DEPTH, Simulation
from chaos.taps import BEFORE, FOLLOWER, STORED
from chaos.trial import Fault, Strike

RANKS = ("first", "second", "last")
DEEPEST, TICKS = 5, 8
SKEWS = (("an hour fast", 3600), ("an hour slow", -3600), ("a day fast", 86_400),
         ("a day slow", -86_400))  # fmt: skip
FULL_FOR = 3


# --- reorganisations ----------------------------------------------------------------------------


def reorganisations() -> Iterator[Fault]:
    for depth in range(1, DEEPEST + 1):
        for tick in range(TICKS):
            deep = " (deeper than the depth)" if depth > DEPTH else ""
            yield Fault(
                f"reorganisation of {depth}{deep}", f"after tick {tick}",
                _reorganised(depth, tick), must_post=depth <= DEPTH,
            )  # fmt: skip


def _reorganised(depth: int, tick: int) -> Strike:
    def strike(simulation: Simulation) -> None:
        def now() -> None:
            simulation.reorganise(depth)
            simulation.injected()

        simulation.later(tick + 1, now)

    return strike


# --- disks --------------------------------------------------------------------------------------


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process can be written: as on a full disk, and without being root."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def full_disks() -> Iterator[Fault]:
    for effect in STORED:
        place = f"before {effect}"
        yield Fault("disk of the first full, then room", place, _full(0, effect, FULL_FOR))
        yield Fault("disk of the first full for good", place, _full(0, effect, None))
        if effect in FOLLOWER:
            yield Fault("disk of the second full, then room", place, _full(1, effect, FULL_FOR))
            yield Fault("disk of the last full, then room", place, _full(2, effect, FULL_FOR))


def _full(rank: int, effect: str, room_after: int | None) -> Strike:
    def strike(simulation: Simulation) -> None:
        i, full = simulation.order[rank], [False]

        @contextmanager
        def disk() -> Iterator[None]:
            with no_room():
                if full[0]:
                    fill()
                yield

        def begin() -> None:
            simulation.injected()
            full[0] = True
            fill()
            if room_after is not None:
                simulation.later(room_after, end)

        def end() -> None:
            full[0] = False
            simulation.healed()

        simulation.around[i] = disk
        simulation.trap(i, effect, BEFORE, begin)

    return strike


# --- clocks -------------------------------------------------------------------------------------


def clocks() -> Iterator[Fault]:
    for name, seconds in SKEWS:
        for rank, server in enumerate(RANKS):
            yield Fault(f"clock {name}", f"the {server}, always", _skewed([rank], seconds, None))
        yield Fault(f"clock {name}", "all, always", _skewed([0, 1, 2], seconds, None))
        for effect in ("claim", "hear 1", "save built", "save broadcast"):
            place = f"the first, leaps before {effect}"
            yield Fault(f"clock {name}", place, _skewed([0], seconds, effect))


def _skewed(ranks: list[int], seconds: int, effect: str | None) -> Strike:
    def strike(simulation: Simulation) -> None:
        now = time.time
        off = [0 if effect else seconds]

        @contextmanager
        def machine() -> Iterator[None]:
            with (
                patch("time.time", lambda: now() + off[0]),
                patch("time.time_ns", lambda: int((now() + off[0]) * 1e9)),
            ):
                yield

        def leap() -> None:
            simulation.injected()
            off[0] = seconds

        for rank in ranks:
            simulation.around[simulation.order[rank]] = machine
        if effect is None:
            simulation.later(1, simulation.injected)
        else:
            simulation.trap(simulation.order[0], effect, BEFORE, leap)

    return strike
