"""What an edge server remembers of its own signatures, and of its peers'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from oracle.rounds.peer_messages import SignatureShare
from oracle.rounds.ports import Signature
from oracle.rounds.report import Feed, Report


@dataclass(frozen=True)
class Signed:
    """A report that this server signs: stored before the signature exists."""

    report: Report
    digest: bytes
    signature: Signature | None


class SigningStore(Protocol):
    """Where signatures outlive the process. Every write is durable when it returns."""

    def signed(self, feed: Feed, epoch: int) -> Signed | None:
        """What was claimed for this pair."""
        ...

    def claim(self, report: Report, digest: bytes) -> Signed:
        """Claims the pair (feed, epoch) for this digest, once and for ever.

        Returns what stands: another digest if that one was claimed before.
        """
        ...

    def keep_signature(self, report: Report, signature: Signature) -> None: ...

    def hear(self, share: SignatureShare, digest: bytes) -> bool:
        """Keeps a peer's share; False if it is known, or one more of a signer of many digests."""
        ...

    def heard(self, feed: Feed, epoch: int) -> Sequence[SignatureShare]:
        """The peers' shares, in the order in which they came."""
        ...

    def equivocations(self) -> int:
        """How many (signer, feed, epoch) have more than one digest."""
        ...

    def paused(self) -> bool: ...
