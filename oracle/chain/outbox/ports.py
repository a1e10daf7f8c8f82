"""What the outbox needs of the world outside."""

from __future__ import annotations

from typing import Protocol

from oracle.chain.outbox.entry import Entry


class OutboxStore(Protocol):
    """Where entries outlive the process. Every write is whole and durable when it returns."""

    def open_entries(self, sender: str) -> list[Entry]:
        """Those of a key that have not ended, by nonce."""
        ...

    def find(self, key: str) -> Entry | None:
        """The entry of an effect that is not lost."""
        ...

    def at_nonce(self, sender: str, nonce: int) -> Entry | None: ...

    def next_nonce(self, sender: str) -> int:
        """One more than the highest nonce that is stored and not lost; 0 if there is none."""
        ...

    def add(self, entry: Entry) -> bool:
        """Writes a new entry; False, and nothing is written, where its nonce has one that is not
        lost: another process of the same key was faster."""
        ...

    def save(self, entry: Entry) -> None:
        """Writes the entry of (sender, nonce), new or changed."""
        ...
