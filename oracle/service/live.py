"""What the service asks of the running chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """The latest block: its number and its timestamp (chain seconds)."""

    block: int
    timestamp: int


class LivePort(Protocol):
    """The running chain. Called from worker threads, at most about twice a second."""

    def head(self) -> Head | None:
        """The latest block, or None when the chain cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class LastHead:
    """A `LivePort` for a chain that has ended: its last block, or nothing."""

    last: Head | None = None

    def head(self) -> Head | None:
        return self.last
