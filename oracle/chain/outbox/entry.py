"""An entry of the outbox: one nonce of one key, and every transaction that was signed for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from oracle.chain.outbox.fees import Fees


class State(StrEnum):
    """How far an entry is. BUILT: signed and stored, perhaps never sent."""

    BUILT = "built"
    BROADCAST = "broadcast"
    MINED = "mined"
    FINAL = "final"
    LOST = "lost"


NEXT: dict[State, frozenset[State]] = {
    State.BUILT: frozenset({State.BROADCAST, State.MINED, State.LOST}),
    State.BROADCAST: frozenset({State.MINED, State.LOST}),
    # A reorganisation takes a block back.
    State.MINED: frozenset({State.BROADCAST, State.MINED, State.FINAL, State.LOST}),
    State.FINAL: frozenset(),
    State.LOST: frozenset(),
}
"""MINED without BROADCAST: the process ended between sending and noting that it had sent.
MINED to MINED: the same transaction, or a sibling, in another block."""

ENDED = frozenset({State.FINAL, State.LOST})


class WrongTransition(RuntimeError):
    """A change of state that cannot happen: a fault of the program."""


@dataclass(frozen=True)
class Attempt:
    """A signed transaction. `sent_at`: the head when it was last sent; None: never noted."""

    hash: bytes
    raw: bytes
    fees: Fees
    sent_at: int | None = None


@dataclass(frozen=True)
class Inclusion:
    """Where an attempt was mined, and whether it did what it was for."""

    hash: bytes
    block: int
    block_hash: bytes
    succeeded: bool


@dataclass(frozen=True)
class Call:
    """What an entry is for. `key` names the effect and is unique: `electricity:96`."""

    key: str
    to: str
    data: bytes
    value: int = 0
    gas: int = 1_500_000


@dataclass(frozen=True)
class Entry:
    """One nonce. `attempts` in the order in which they were signed; the last has the highest fees.

    LOST: another transaction took the nonce, so none of the attempts can be mined any more.
    """

    call: Call
    sender: str
    nonce: int
    state: State
    attempts: tuple[Attempt, ...]
    inclusion: Inclusion | None = None

    def to(self, state: State, inclusion: Inclusion | None = None) -> Entry:
        """The entry in another state. Raises WrongTransition for one that cannot follow."""
        if state not in NEXT[self.state]:
            raise WrongTransition(f"{self.call.key}: {self.state} to {state}")
        attempts = self.attempts
        if self.state is State.MINED and state is State.BROADCAST:
            # Taken back by a reorganisation: nodes may have forgotten it, so it is sent at once.
            attempts = (*attempts[:-1], replace(attempts[-1], sent_at=None))
        return replace(self, state=state, inclusion=inclusion, attempts=attempts)

    def sent(self, head: int) -> Entry:
        """The last attempt was sent while `head` was the newest block."""
        *others, last = self.attempts
        attempts = (*others, replace(last, sent_at=head))
        state = State.BROADCAST if self.state is State.BUILT else self.state
        return replace(self, state=state, attempts=attempts)

    def tried_again(self, attempt: Attempt) -> Entry:
        return replace(self, attempts=(*self.attempts, attempt))

    @property
    def ended(self) -> bool:
        return self.state in ENDED
