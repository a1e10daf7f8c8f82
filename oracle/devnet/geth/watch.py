"""What to do about a Clique that stands still: pure decisions over what its nodes say.

Sealers that each sealed a block of their own on the same parent may wait for each other for ever
("signed recently, must wait for others"; EIP-3436 tells how). Then one of the branches is given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A node's newest block, and the hashes of its latest blocks by number."""

    index: int
    number: int
    difficulty: int
    recent: Mapping[int, str]

    @property
    def hash(self) -> str:
        return self.recent[self.number]


@dataclass(frozen=True)
class Rewind:
    """Set node `index` back to block `to`, so that it follows the heaviest branch."""

    index: int
    to: int


@dataclass(frozen=True)
class Restart:
    """Stop node `index` and start it again."""

    index: int


@dataclass(frozen=True)
class TooFew:
    """Nothing helps: fewer sealers answer than Clique needs."""

    up: int
    needed: int


Remedy = Rewind | Restart | TooFew


def needed(sealers: int) -> int:
    """How many must live for the chain to go on: ⌊sealers/2⌋ + 1."""
    return sealers // 2 + 1


def remedies(seen: Sequence[Seen], sealers: int, tries: int) -> list[Remedy]:
    """What to do where no block has come for long; `tries` counts how often nothing helped.

    The heaviest branch stays, of equal ones the one whose hash is least. Who is on another goes
    back to where they part; who is behind starts again and catches up. Where all agree they start
    again one by one, beginning with whose turn it is.
    """
    if len(seen) < needed(sealers):
        return [TooFew(len(seen), needed(sealers))]
    best = min(seen, key=lambda one: (-one.difficulty, one.hash))
    found: list[Remedy] = []
    for one in seen:
        if one.hash == best.hash:
            continue
        common = parting(one, best)
        found.append(Restart(one.index) if common == one.number else Rewind(one.index, common))
    if found:
        return found
    turn = (best.number + 1 + tries) % sealers
    order = sorted(seen, key=lambda one: (one.index - turn) % sealers)
    return [Restart(order[0].index)]


def parting(one: Seen, other: Seen) -> int:
    """The newest block that both have; where they share none of those known, before the oldest."""
    shared = [number for number, hash_ in one.recent.items() if other.recent.get(number) == hash_]
    return max(shared, default=max(0, min(one.recent) - 1))
