"""The Merkle-sum tree of an optimistic certificate: the mirror of the contracts' `MerkleSum`.

Leaf i's hash is the running commitment after declaration i, so that the leaves prove their own
order and the last one is the commitment. An inner node hashes both children's hashes and sums; its
sums are theirs added up. Beyond the last leaf there are zero nodes, and above two of them another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from oracle.rounds.hashing import keccak
from oracle.rounds.words import commitments

_WORD = 2**256


class Node(NamedTuple):
    """A hash and two words of sums over what is below it."""

    hash: bytes
    first: int
    second: int

    def as_tuple(self) -> tuple[bytes, int, int]:
        """The fields in the order of the contract's struct."""
        return (self.hash, self.first, self.second)

    def encoded(self) -> bytes:
        return self.hash + self.first.to_bytes(32, "big") + self.second.to_bytes(32, "big")


ZERO = Node(bytes(32), 0, 0)


def parent(left: Node, right: Node) -> Node:
    """The node above two others; zero above two zeros. Sums wrap, as the chain's do."""
    if left == right == ZERO:
        return ZERO
    return Node(
        keccak(left.encoded() + right.encoded()),
        (left.first + right.first) % _WORD,
        (left.second + right.second) % _WORD,
    )


def depth(count: int) -> int:
    """Levels above `count` leaves: the least d with 2^d ≥ count."""
    return max(count - 1, 0).bit_length()


@dataclass(frozen=True)
class MerkleSumTree:
    """`levels[0]` are the leaves in the order of the chain, the last level is the root alone."""

    levels: tuple[tuple[Node, ...], ...]

    @classmethod
    def of(
        cls, declared: Sequence[tuple[str, int]], sums: Sequence[tuple[int, int]]
    ) -> MerkleSumTree:
        """From (account, word) in the order of the chain and what each adds to the two sums.

        Raises ValueError without a declaration, or where there is not one pair of sums for each.
        """
        if not declared or len(declared) != len(sums):
            raise ValueError(f"{len(declared)} declarations, {len(sums)} sums: need one for each")
        return cls.above(commitments(declared)[1:], sums)

    @classmethod
    def above(cls, running: Sequence[bytes], sums: Sequence[tuple[int, int]]) -> MerkleSumTree:
        """The same from the running commitments after each declaration, where they are known."""
        level = [Node(hash_, *pair) for hash_, pair in zip(running, sums, strict=True)]
        levels = [tuple(level)]
        while len(level) > 1:
            if len(level) % 2:
                level.append(ZERO)
            level = list(map(parent, level[::2], level[1::2]))
            levels.append(tuple(level))
        return cls(tuple(levels))

    @property
    def root(self) -> Node:
        return self.levels[-1][0]

    @property
    def count(self) -> int:
        return len(self.levels[0])

    def node(self, level: int, position: int) -> Node:
        """The node at a place; zero beyond the last leaf."""
        row = self.levels[level]
        return row[position] if position < len(row) else ZERO

    def siblings(self, position: int, level: int = 0) -> tuple[Node, ...]:
        """The way up from a node: its sibling, its parent's, … to just below the root."""
        return tuple(
            self.node(height, (position >> height - level) ^ 1)
            for height in range(level, len(self.levels) - 1)
        )


def climb(node: Node, position: int, siblings: Sequence[Node]) -> Node:
    """The root above a node at `position` of its level."""
    for sibling in siblings:
        node = parent(sibling, node) if position & 1 else parent(node, sibling)
        position >>= 1
    return node
