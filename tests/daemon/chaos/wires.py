"""Letters between servers that are lost, late, doubled or not what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from chaos.simulation import Letter, Simulation
from chaos.trial import Fault, Strike

RANKS = ("first", "second", "last")
HEALS_AFTER = 4
Bend = Callable[[Letter], Sequence[Letter]]


def _lost(_: Letter) -> Sequence[Letter]:
    return []


def _push_lost(letter: Letter) -> Sequence[Letter]:
    return [letter] if letter.asked else []


def _late(ticks: int) -> Bend:
    return lambda letter: [replace(letter, due=letter.due + ticks)]


def _doubled(letter: Letter) -> Sequence[Letter]:
    return [letter, letter, replace(letter, due=letter.due + 2)]


def _flipped(letter: Letter) -> Sequence[Letter]:
    """One bit in every part of the body, each in a letter of its own."""
    body = letter.body
    places = range(0, len(body), max(1, len(body) // 12))
    return [
        replace(letter, body=body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
        for place in places
    ]


def _garbage(letter: Letter) -> Sequence[Letter]:
    bodies = (b"", b"{", b"null", b"[]", b"\xff\xfe", letter.body[: len(letter.body) // 2],
              b"0" * 70_000, b'{"chain_id": 1}', b"[" * 5000)  # fmt: skip
    return [replace(letter, body=body) for body in bodies]


def _garbage_before(letter: Letter) -> Sequence[Letter]:
    return [*_garbage(letter), letter]


BENDS: tuple[tuple[str, Bend], ...] = (
    ("messages lost", _lost),
    ("pushes lost", _push_lost),
    ("messages 2 blocks late", _late(2)),
    ("messages 6 blocks late", _late(6)),
    ("messages doubled", _doubled),
    ("messages altered", _flipped),
    ("garbage for messages", _garbage),
    ("garbage before messages", _garbage_before),
)


def faults() -> Iterator[Fault]:
    for kind, bend in BENDS:
        for sender, receiver in permutations(range(3), 2):
            place = f"{RANKS[sender]} to {RANKS[receiver]}"
            yield Fault(kind, place, _between(bend, {(sender, receiver)}))
        for sender in range(3):
            pairs = {(sender, receiver) for receiver in range(3)}
            yield Fault(kind, f"{RANKS[sender]} to all", _between(bend, pairs))
        everywhere = set(permutations(range(3), 2))
        place = f"everywhere, for {HEALS_AFTER} blocks"
        yield Fault(kind, place, _between(bend, everywhere, HEALS_AFTER))


def _between(bend: Bend, ranks: set[tuple[int, int]], heals: int | None = None) -> Strike:
    def strike(simulation: Simulation) -> None:
        order = simulation.order
        pairs = {(order[sender], order[receiver]) for sender, receiver in ranks}

        def wire(letter: Letter) -> Sequence[Letter]:
            over = heals is not None and simulation.ticks > heals
            if over or (letter.sender, letter.receiver) not in pairs:
                return [letter]
            simulation.injected()
            return bend(letter)

        simulation.wire = wire
        if heals is not None:
            simulation.later(heals + 1, simulation.healed)

    return strike
