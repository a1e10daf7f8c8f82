"""What refutes a wrong posting on stakes, in one transaction: the oracle contract decides.

The tree of an electricity posting is refuted by all declarations, where they come to other totals
at its price; an elecoin price by a better one. A right price cannot be refuted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.rounds.certificate import Tier, pack_needs, pack_targets
from oracle.rounds.certify import clearing_totals
from oracle.rounds.finish_stackelberg import finish_elecoin
from oracle.rounds.merkle_sum import Node
from oracle.rounds.observe import Observation
from oracle.rounds.report import Feed, Report
from oracle.units import TICK

_WORD = 32
_TREE_BYTES = 1 + 4 * _WORD


@dataclass(frozen=True)
class SignedTree:
    """What the root of an electricity posting on stakes commits to."""

    top: Node
    count: int

    @classmethod
    def unpack(cls, certificate: bytes) -> SignedTree:
        """From the third argument of `post`; the contract, too, reads no further.

        Raises ValueError for another kind.
        """
        if len(certificate) < _TREE_BYTES or certificate[0] != Tier.OPTIMISTIC:
            raise ValueError(f"certificate: {len(certificate)} bytes: not the top of a tree")
        hash_, first, second, count = (
            certificate[at : at + _WORD] for at in range(1, _TREE_BYTES, _WORD)
        )
        sums = int.from_bytes(first, "big"), int.from_bytes(second, "big")
        return cls(Node(hash_, *sums), int.from_bytes(count, "big"))

    def as_tuple(self) -> tuple[tuple[bytes, int, int], int]:
        """The fields in the order of the contract's struct."""
        return self.top.as_tuple(), self.count


@dataclass(frozen=True)
class Refutation:
    """A call of the oracle contract that voids a posting. `why`: in words."""

    function: str
    arguments: tuple[Any, ...]
    why: str


def refute(report: Report, certificate: bytes, observation: Observation) -> Refutation | None:
    """None where nothing is wrong with the price.

    `observation` holds the declarations that the report's commitment names. Raises ObservationError
    where it does not, ValueError where the certificate is of another kind.
    """
    observation.check()
    if report.feed is Feed.ELECTRICITY:
        tree, ticks = SignedTree.unpack(certificate), report.posted.price_ticks
        totals = clearing_totals(observation.targets, observation.floor_ticks, ticks)
        first, second = totals.as_words()
        if (tree.top.first, tree.top.second) == (first, second):
            # The chain has found that the price clears these totals.
            return None
        declared = pack_targets(observation.declared)
        shown = report.as_tuple(), tree.as_tuple(), declared
        return Refutation("refuteClearing", shown, f"at {ticks} ticks other sums were declared")
    terms, ticks = observation.terms, report.posted.price_ticks
    best = finish_elecoin(terms, [need for need in observation.needs_wei if need > 0])
    # Where nobody needs any, all prices give nothing, and of equals the lowest is right.
    better = -(-terms.least // TICK) if best is None else best.price_ticks
    if better == ticks:
        return None
    arguments = report.as_tuple(), pack_needs(observation.declared), better
    return Refutation("refuteElecoin", arguments, f"{better} ticks are better than {ticks}")
