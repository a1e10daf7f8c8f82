"""Who moves the clock: the run itself on Anvil, the chain elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from oracle.chain.client import Block, ChainError, Client, Receipt
from oracle.chain.transactions import Sender, Sent, Transaction

MOST_BLOCKS = 100
POLL_SECONDS = 0.2


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
                raise ChainError(f"{self.client.url}: no new block for {self._patience:g} s")
            self._sleep(POLL_SECONDS)
            waited += POLL_SECONDS
            head = self.client.block()
            if head.number != block.number:
                block, waited = head, 0.0
        return block
