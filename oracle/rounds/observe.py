"""What an edge server reads at the input block, and nothing else: a price is a function of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.rounds.oracle_terms import NO_CHANGE, SupplyTerms
from oracle.rounds.report import Feed
from oracle.rounds.words import Target, commitments


class ObservationError(ValueError):
    """What was read does not fit the commitment that the chain holds."""


@dataclass(frozen=True)
class Observation:
    """One feed and epoch at its input block.

    `declared` holds (account, word) in the order of the chain: packed targets or needs in wei.
    `floor_ticks` serves electricity, `terms` and `supply` the elecoin price; `power_price` (Q)
    cancels there.
    """

    feed: Feed
    epoch: int
    input_block: int
    input_block_hash: bytes
    commitment: bytes
    signer_set: int
    declared: tuple[tuple[str, int], ...]
    floor_ticks: int
    terms: ElecoinTerms
    power_price: float
    supply: SupplyTerms = NO_CHANGE

    def check(self) -> None:
        """Raises ObservationError unless the declarations are exactly those committed."""
        folded = self.commitments[-1]
        if folded != self.commitment:
            raise ObservationError(
                f"{self.feed.label}:{self.epoch}: declarations give {folded.hex()}, "
                f"the chain holds {self.commitment.hex()}"
            )

    # Derived once: the price, its certificate and its tree all ask.

    @cached_property
    def commitments(self) -> tuple[bytes, ...]:
        """The running commitment before the first declaration and after each."""
        return tuple(commitments(self.declared))

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(Target.unpack(word) for _, word in self.declared)

    @cached_property
    def needs_wei(self) -> tuple[int, ...]:
        return tuple(need for _, need in self.declared)
