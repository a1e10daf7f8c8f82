"""Events by a cursor that outlives the process, handed over exactly once.

The cursor moves in the transaction in which the events take effect, so neither is ever without the
other. Blocks are read as they come; where a reorganisation takes some back, what came of them is
undone in one transaction with the cursor, and the chain is read on from the last block that stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from oracle.chain.client import Call, ChainError, Client, Log, RpcError, decoded_logs, sensible

T = TypeVar("T")
T_in = TypeVar("T_in", contravariant=True)
SPAN = 2_000
"""Blocks in one question, at first; many nodes answer no more than that."""


@dataclass(frozen=True)
class Position:
    """`block`: the last whose events were handed over; `hashes`: (number, hash) of it and of those
    before it, ascending, as far back as reorganisations are expected."""

    block: int
    hashes: tuple[tuple[int, bytes], ...] = ()


class CursorMoved(RuntimeError):
    """Somebody else moved the cursor meanwhile: two processes read by one name."""


class CursorStore(Protocol[T]):
    """Where cursors are kept. `T` is what a transaction is to it."""

    def cursor(self, name: str) -> Position | None: ...

    def transaction(self) -> AbstractContextManager[T]:
        """All of it or nothing; durable when it ends."""
        ...

    def move(self, transaction: T, name: str, before: Position | None, after: Position) -> None:
        """Raises CursorMoved unless the cursor is where it was."""
        ...


class Sink(Protocol[T_in]):
    """Where events take effect, in the transaction that moves the cursor."""

    def take(self, transaction: T_in, logs: Sequence[Log]) -> None:
        """New events in the order of the chain."""
        ...

    def undo(self, transaction: T_in, block: int) -> None:
        """Takes back what came of blocks above this one."""
        ...


def _nothing(_: str) -> None:
    return None


@dataclass
class EventCursor(Generic[T]):
    """Events of `addresses` and `topics` from block `first` on.

    `depth`: how far back hashes are kept. A deeper reorganisation is followed too, by reading anew
    from `first`; `trouble` hears of it. `behind`: so many blocks below the head are left unread.
    """

    client: Client
    store: CursorStore[T]
    sink: Sink[T]
    name: str
    addresses: Sequence[str]
    topics: Sequence[Any]
    first: int
    depth: int
    span: int = SPAN
    behind: int = 0
    trouble: Callable[[str], None] = _nothing
    _span: int = field(init=False)

    def __post_init__(self) -> None:
        self._span = self.span

    def follow(self) -> None:
        """Up to the present head. Raises ChainError where no node answers; the store is as far as
        it came."""
        while self.step():
            pass

    def step(self) -> bool:
        """One range further, or back; False where there is nothing to do now."""
        head = self.client.block().number - self.behind
        before = self.store.cursor(self.name)
        at = self.first - 1 if before is None else before.block
        kept = () if before is None else before.hashes
        last = min(head, at + self._span)
        known = [number for number, _ in kept if number <= head]
        first_kept = max(at + 1, last - self.depth)
        asked = [*known[-1:], *range(first_kept, last + 1)]
        # One batch goes to one node: a range and the blocks around it are of one view.
        calls = [_block(number) for number in asked]
        if last > at:
            calls += [self._logs(at + 1, last), _block(last)]
        if not calls:
            return False
        try:
            answers = self.client.batch_answers(calls)
        except ChainError:
            self._span = max(1, self._span // 2)
            raise
        found: dict[int, bytes] = {}
        for number, one in zip(asked, answers[: len(asked)], strict=True):
            hash_ = _hash(one)
            if hash_ is None:
                return False  # the node is behind the head that another one has
            found[number] = hash_
        if known and found[known[-1]] != dict(kept)[known[-1]]:
            assert before is not None
            self._rewind(before)
            return True
        if last <= at:
            return False
        answer = answers[len(asked)]
        if "error" in answer:
            return self._narrower(answer, last - at)
        if _hash(answers[-1]) != found[last]:
            return True  # the chain changed while it was read
        logs = decoded_logs(answer["result"])
        if any(not at < log.block <= last for log in logs):
            raise ChainError(f"{self.client.url}: events of blocks that were not asked for")
        fresh = [(number, found[number]) for number in range(first_kept, last + 1)]
        hashes = tuple(pair for pair in (*kept, *fresh) if pair[0] >= last - self.depth)
        with self.store.transaction() as transaction:
            if logs:
                self.sink.take(transaction, logs)
            self.store.move(transaction, self.name, before, Position(last, hashes))
        self._span = min(self.span, 2 * self._span)
        return last < head

    def _narrower(self, answer: dict[str, Any], asked: int) -> bool:
        """Half the range where the node refuses one; what it says where one block is too much."""
        if asked == 1:
            error = answer["error"]
            said = error.get("message", error) if isinstance(error, dict) else error
            raise RpcError("eth_getLogs", 0, str(said)[:200], b"")
        self._span = max(1, asked // 2)
        return True

    def _rewind(self, before: Position) -> None:
        """Back to the newest block that still stands."""
        answers = self.client.batch_answers([_block(number) for number, _ in before.hashes])
        standing = [
            pair for pair, answer in zip(before.hashes, answers, strict=True)
            if _hash(answer) == pair[1]
        ]  # fmt: skip
        if not standing:
            self.trouble(f"a reorganisation deeper than {self.depth} blocks: read anew")
        block = standing[-1][0] if standing else self.first - 1
        with self.store.transaction() as transaction:
            self.sink.undo(transaction, block)
            self.store.move(transaction, self.name, before, Position(block, tuple(standing)))

    def _logs(self, first: int, last: int) -> Call:
        question = {
            "address": list(self.addresses),
            "topics": list(self.topics),
            "fromBlock": hex(first),
            "toBlock": hex(last),
        }
        return "eth_getLogs", [question]


def _block(number: int) -> Call:
    return "eth_getBlockByNumber", [hex(number), False]


@sensible
def _hash(answer: dict[str, Any]) -> bytes | None:
    """None for a block that the node does not have, or does not give."""
    block = answer.get("result")
    return None if block is None else bytes.fromhex(block["hash"][2:])
