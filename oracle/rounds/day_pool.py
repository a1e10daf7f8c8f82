"""A day of the pool as one root: the mirror of the library `DayTree`.

Amounts by seat in units of 1e9 wei, > 0 owed to a member. Leaf i is keccak(number, i, amount), an
inner node keccak(left, right), what lies beyond the last leaf 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oracle.rounds.hashing import keccak
from oracle.rounds.pool import CREDIT, PoolLine
from oracle.units import energy_price_wei

AMOUNT_BYTES = 8
_EMPTY = bytes(32)


def packed_amounts(amounts: Sequence[int]) -> bytes:
    """What `postDay` wants: 8 bytes each, two's complement. Raises OverflowError beyond them."""
    return b"".join(amount.to_bytes(AMOUNT_BYTES, "big", signed=True) for amount in amounts)


def unpacked_amounts(packed: bytes) -> list[int]:
    """The amounts of a `postDay`, from its calldata."""
    return [
        int.from_bytes(packed[i : i + AMOUNT_BYTES], "big", signed=True)
        for i in range(0, len(packed), AMOUNT_BYTES)
    ]


def levels(number: int, amounts: Sequence[int]) -> list[list[bytes]]:
    """The tree from its leaves up; the last level is the root alone, [] without amounts."""
    nodes = [_leaf(number, place, amount) for place, amount in enumerate(amounts)]
    found = [nodes]
    while len(nodes) > 1:
        if len(nodes) % 2:
            nodes = [*nodes, _EMPTY]
        nodes = [keccak(a + b) for a, b in zip(nodes[::2], nodes[1::2], strict=True)]
        found.append(nodes)
    return found


def _leaf(number: int, place: int, amount: int) -> bytes:
    words = (w.to_bytes(32, "big", signed=True) for w in (number, place, amount))
    return keccak(b"".join(words))


def root(number: int, amounts: Sequence[int]) -> bytes:
    """The root of the day with this number; 0 without amounts."""
    return levels(number, amounts)[-1][0] if amounts else _EMPTY


def proof(number: int, amounts: Sequence[int], place: int) -> list[bytes]:
    """What `applyLeaf` wants for the seat at `place`. Raises IndexError where it has no leaf."""
    return siblings(levels(number, amounts), place)


def siblings(tree: Sequence[Sequence[bytes]], place: int) -> list[bytes]:
    """The proof from a tree's levels, for who needs many. Raises IndexError beyond its leaves."""
    tree[0][place]
    found = []
    for nodes in tree[:-1]:
        found.append(nodes[place ^ 1] if place ^ 1 < len(nodes) else _EMPTY)
        place >>= 1
    return found


def day_amounts(
    periods: Iterable[tuple[int, Iterable[PoolLine]]],
    seats: Sequence[str],
    network: str,
    levy: str,
) -> list[int]:
    """A day's amounts by seat from its periods' settlements: (price in ticks, lines) each.

    They sum to 0: what buyers pay is what sellers and the seats of the two fee accounts get. Raises
    KeyError for an account without a seat.
    """
    owed = dict.fromkeys(seats, 0)
    for ticks, lines in periods:
        for line in lines:
            owed[line.account] += energy_price_wei(ticks, line.energy_wh) // CREDIT
            owed[line.account] -= (line.network_wei + line.levy_wei) // CREDIT
            owed[network] += line.network_wei // CREDIT
            owed[levy] += line.levy_wei // CREDIT
    return list(owed.values())
