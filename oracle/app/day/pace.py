"""Who moves the clock: the run itself on Anvil, the chain elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from oracle.chain.client import Block, ChainError, Client, Receipt
from oracle.chain.transactions import Sender, Sent, Transaction

MOST_BLOCKS = 100
POLL_SECONDS = 0.2
BLOCK_SECONDS, IDLE_SECONDS = 1.0, 2.0
"""Wall time between blocks of a market that goes on by itself on Anvil: with visitors'
transactions, and without, because each block takes some of Anvil's memory for good."""
SLOWEST_SECONDS = 20.0
"""Wall time that such a market makes up for; what it lags behind more is given up."""


class Pace(Protocol):
    """Performs transactions at a chain time, in order."""

    def perform(self, when: int, transactions: Sequence[Transaction]) -> list[Receipt]:
        """Has them mined at `when` or as soon after as can be; all receipts, in order.

        Raises TransactionFailed for the first that reverts.
        """
        ...

    def input_block(self, deadline: int) -> Block:
        """The last block before `deadline`, once it is as deep as the deployment wants."""
        ...

    def await_block(self, number: int) -> None:
        """Returns when the chain has block `number`."""
        ...


class LivePace(Pace, Protocol):
    """A pace that somebody can wait with: the market that goes on by itself."""

    def come(self, when: int) -> bool:
        """Comes a little nearer to `when`, for a second of wall time at most; True once it is
        there. What visitors sent meanwhile is mined on the way."""
        ...


class WarpedPace:
    """Anvil without automatic mining: one block a phase, its timestamp set by the run."""

    def __init__(self, client: Client, sender: Sender) -> None:
        self.client, self.sender = client, sender
        self.now = client.block().timestamp

    def perform(self, when: int, transactions: Sequence[Transaction]) -> list[Receipt]:
        if not transactions:
            return []
        sent = self.sender.send(transactions)
        return self.sender.check(sent, self._mine(when, sent))

    def input_block(self, deadline: int) -> Block:
        block = self.client.block()
        if block.timestamp >= deadline:
            raise ChainError(f"block {block.number} is already past {deadline}")
        return block

    def await_block(self, number: int) -> None:
        for _ in range(number - self.client.block().number):
            self._mine(self.now + 1, [])

    def mine(self, sent: Sequence[Sent]) -> list[Receipt]:
        """Mines what was sent at the next second."""
        return self.sender.check(sent, self._mine(self.now + 1, sent))

    def _mine(self, when: int, sent: Sequence[Sent]) -> list[Receipt | None]:
        receipts: list[Receipt | None] = [None] * len(sent)
        for _ in range(MOST_BLOCKS):
            self.now = max(when, self.now + 1)
            self.client.batch([("evm_setNextBlockTimestamp", [hex(self.now)]), ("evm_mine", [])])
            missing = [i for i, receipt in enumerate(receipts) if receipt is None]
            for i, got in zip(
                missing, self.client.receipts([sent[i].hash for i in missing]), strict=True
            ):
                receipts[i] = got
            # A full block leaves the rest to the next one.
            if all(receipt is not None for receipt in receipts):
                break
        return receipts


class EvenPace(WarpedPace):
    """Anvil's clock moved evenly, `rate` chain seconds a second of wall time, from `since` on.

    Every second of wall time it mines what visitors sent, every other one a block in any case.
    Until `since` (chain time) it waits for nothing. A machine that was too slow, or slept, goes on
    from where it is.
    """

    def __init__(
        self,
        client: Client,
        sender: Sender,
        *,
        since: int,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(client, sender)
        self.since, self.rate = since, rate
        self._clock, self._sleep = clock, sleep
        self._anchor: tuple[float, int] | None = None
        self._ticked = self._mined = clock()

    def come(self, when: int) -> bool:
        if when <= self.since:
            return True
        left = (when - self._even_time()) / self.rate
        if left <= 0:
            return True
        wait = max(0.0, self._ticked + BLOCK_SECONDS - self._clock())
        self._sleep(min(left, wait))
        if left <= wait:
            return True
        self._ticked = self._clock()
        # A block before `when`, never at it: what is due then is done first.
        now = min(int(self._even_time()), when - 1)
        if now > self.now and (self._ticked >= self._mined + IDLE_SECONDS or self._waiting()):
            self._mine(now, [])
        return False

    def _waiting(self) -> bool:
        """Whether somebody sent something."""
        return int(self.client.request("txpool_status")["pending"], 16) > 0

    def _even_time(self) -> float:
        """What the chain's clock should show."""
        wall, shown = self._clock(), max(self.now, self.since)
        at, start = self._anchor or (wall, shown)
        due = start + (wall - at) * self.rate
        if self._anchor is None or due - shown > SLOWEST_SECONDS * self.rate:
            self._anchor, due = (wall, shown), shown
        return due

    def _mine(self, when: int, sent: Sequence[Sent]) -> list[Receipt | None]:
        self._ticked = self._mined = self._clock()
        return super()._mine(when, sent)


class ChainPace:
    """A chain with a clock of its own: wait for it, then for the receipts."""

    def __init__(
        self,
        client: Client,
        sender: Sender,
        *,
        depth: int = 0,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 60.0,
    ) -> None:
        self.client, self.sender, self.depth = client, sender, depth
        self._sleep, self._patience = sleep, patience
        self._head: tuple[int, float] = (-1, 0.0)

    def come(self, when: int) -> bool:
        """Raises ChainError where the chain stands still."""
        head = self.client.block()
        if head.timestamp >= when - 1:
            return True
        number, waited = self._head
        waited = waited + POLL_SECONDS if number == head.number else 0.0
        if waited > self._patience:
            raise ChainError(self._standstill())
        self._head = head.number, waited
        self._sleep(POLL_SECONDS)
        return False

    def perform(self, when: int, transactions: Sequence[Transaction]) -> list[Receipt]:
        if not transactions:
            return []
        # The next block is later than the head, so a head one second early will do.
        self._wait_for(lambda block: block.timestamp >= when - 1)
        return self.mine(self.sender.send(transactions))

    def mine(self, sent: Sequence[Sent]) -> list[Receipt]:
        """Waits until all are mined."""
        waited = 0.0
        while True:
            receipts = self.client.receipts([one.hash for one in sent])
            if all(receipt is not None for receipt in receipts) or waited > self._patience:
                return self.sender.check(sent, receipts)
            self._sleep(POLL_SECONDS)
            waited += POLL_SECONDS

    def input_block(self, deadline: int) -> Block:
        head = self._wait_for(lambda block: block.timestamp >= deadline)
        block = head
        while block.timestamp >= deadline:
            block = self.client.block(block.number - 1)
        self._wait_for(lambda now: now.number - block.number >= self.depth)
        return self.client.block(block.number)

    def await_block(self, number: int) -> None:
        self._wait_for(lambda head: head.number >= number)

    def _wait_for(self, reached: Callable[[Block], bool]) -> Block:
        """The first head that will do. Raises ChainError where the chain stands still."""
        block, waited = self.client.block(), 0.0
        while not reached(block):
            if waited > self._patience:
                raise ChainError(self._standstill())
            self._sleep(POLL_SECONDS)
            waited += POLL_SECONDS
            head = self.client.block()
            if head.number != block.number:
                block, waited = head, 0.0
        return block

    def _standstill(self) -> str:
        return f"{self.client.url}: no new block for {self._patience:g} s"
