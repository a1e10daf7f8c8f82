"""Every effect of a server on the world outside, told of before it happens and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from oracle.chain.outbox.entry import Entry
from oracle.rounds.peer_messages import SignatureShare

BEFORE, AFTER = "before", "after"
Tell = Callable[[SignatureShare], None]

LEADER = (
    "claim", "sign", "keep signature", "tell 1", "tell 2", "hear 1", "hear 2", "sign transaction",
    "save built", "send", "save broadcast", "save mined", "save final",
)  # fmt: skip
"""What the first in the order does in a round without a fault; a test holds it to the truth."""
FOLLOWER = LEADER[:7]
STORED = ("claim", "keep signature", "hear 1", "hear 2", "save built", "save broadcast",
          "save mined", "save final")  # fmt: skip


class Crash(BaseException):
    """What a killed process does not catch."""


@dataclass
class Tap:
    """One server's effects. `heard` is called with (effect, before or after); it may raise."""

    listener: Callable[[str, str], None]
    _counts: Counter[str] = field(default_factory=Counter)

    def run(self, effect: str, do: Callable[[], Any]) -> Any:
        self.listener(effect, BEFORE)
        done = do()
        self.listener(effect, AFTER)
        return done

    def numbered(self, effect: str) -> str:
        self._counts[effect] += 1
        return f"{effect} {self._counts[effect]}"


@dataclass
class _Around:
    """The object inside, but for the methods that a subclass has."""

    inner: Any
    tap: Tap

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class TappedStore(_Around):
    def claim(self, *words: Any) -> Any:
        return self.tap.run("claim", lambda: self.inner.claim(*words))

    def keep_signature(self, *words: Any) -> Any:
        return self.tap.run("keep signature", lambda: self.inner.keep_signature(*words))

    def hear(self, *words: Any) -> Any:
        return self.tap.run(self.tap.numbered("hear"), lambda: self.inner.hear(*words))

    def add(self, entry: Entry) -> Any:
        return self.tap.run(f"save {entry.state}", lambda: self.inner.add(entry))

    def save(self, entry: Entry) -> None:
        self.tap.run(f"save {entry.state}", lambda: self.inner.save(entry))


class TappedSigner(_Around):
    def sign_digest(self, digest: bytes) -> Any:
        return self.tap.run("sign", lambda: self.inner.sign_digest(digest))

    def sign_transaction(self, transaction: dict[str, Any]) -> Any:
        return self.tap.run("sign transaction", lambda: self.inner.sign_transaction(transaction))


class TappedClient(_Around):
    def send_raw(self, transactions: Any) -> Any:
        return self.tap.run("send", lambda: self.inner.send_raw(transactions))


def tapped_tell(tap: Tap, tell: Tell) -> Tell:
    return lambda share: tap.run(tap.numbered("tell"), lambda: tell(share))
