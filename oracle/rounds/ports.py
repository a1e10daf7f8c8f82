"""What the rounds need of the world outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from oracle.rounds.observe import Observation
from oracle.rounds.report import Feed, Report

Signature = tuple[bytes, bytes]
"""EIP-2098: r, and s with the recovery bit on top."""


class ObservationSource(Protocol):
    """A node to read from."""

    def observe(self, feed: Feed, epoch: int, input_block: int) -> Observation:
        """Everything that the price of this feed and epoch depends on, at that block."""
        ...


class ReportSigner(Protocol):
    """An edge server's key."""

    @property
    def address(self) -> str: ...

    def sign_digest(self, digest: bytes) -> Signature: ...


class Poster(Protocol):
    """Carries an agreed report to the chain."""

    def post(self, report: Report, signatures: Sequence[Signature], certificate: bytes) -> None: ...
