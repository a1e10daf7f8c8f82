"""One key's transactions, from intent to finality.

One process a key steps them; others may put new ones beside them. Whatever is sent was stored
first, so a process that ends anywhere goes on where it was: the same bytes are sent again, and a
chain takes a nonce once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from oracle.chain.client import ChainError, Client, RpcError
from oracle.chain.interface import explain_revert
from oracle.chain.outbox.decide import Facts, Move, Raise, Send, decide
from oracle.chain.outbox.entry import Attempt, Call, Entry, Inclusion, State
from oracle.chain.outbox.fees import FeePolicy, Fees
from oracle.chain.outbox.ports import OutboxStore
from oracle.chain.signer import Signer

KNOWN = ("already known", "known transaction", "already imported")
"""What nodes say of a transaction that they have."""
GAP_GAS = 21_000


class WouldRevert(RuntimeError):
    """The call fails now: nothing was stored or sent. `data` is the revert data."""

    def __init__(self, key: str, data: bytes, said: str) -> None:
        self.key, self.data = key, data
        super().__init__(f"{key}: {explain_revert(data) if data else said}")


def _nothing(*_: object) -> None:
    return None


def _untroubled(_: str, __: Entry) -> None:
    return None


@dataclass
class OutboxSender:
    """`depth`: blocks above one that make it final (None: the node's `finalized` tag).

    `checkpoint` is called with the name of each step that was just made durable or visible;
    `trouble` with what a node refused and the entry, `moved` with every entry that changed.
    """

    client: Client
    signer: Signer
    store: OutboxStore
    policy: FeePolicy
    chain_id: int
    depth: int | None
    checkpoint: Callable[[str], None] = _nothing
    trouble: Callable[[str, Entry], None] = _untroubled
    moved: Callable[[Entry], None] = _nothing
    _address: str = field(init=False)

    def __post_init__(self) -> None:
        self._address = self.signer.address

    def enqueue(self, call: Call) -> Entry:
        """The entry of this effect: the one that there is, or a new one, signed and stored.

        Raises WouldRevert where the chain would refuse it now, ChainError without a node.
        """
        found = self.store.find(call.key)
        if found is not None:
            if found.ended and self.client.mined_nonce(self._address) <= found.nonce:
                self._bring_back(found)
            return found
        self._simulate(call)
        nonce = max(self.store.next_nonce(self._address), self.client.mined_nonce(self._address))
        fees = self.policy.first(self.client.block().base_fee)
        while not self.store.add(entry := self._built(call, nonce, fees)):
            nonce += 1
        self._tell(entry, "built")
        return entry

    def step(self) -> list[Entry]:
        """One round over all open entries at one head; those that are still open.

        Raises ChainError where no node answers; what was done until then is stored.
        """
        entries = self.store.open_entries(self._address)
        if not entries:
            return []
        facts = self._facts(entries)
        self._fill_gap(entries, facts)
        for entry in entries:
            self._advance(entry, facts)
        return self.store.open_entries(self._address)

    def _advance(self, entry: Entry, facts: Facts) -> None:
        match decide(entry, facts, self.policy):
            case Move(state, inclusion):
                self._save(entry.to(state, inclusion), str(state))
            case Send():
                self._send(entry, facts.head)
            case Raise(fees):
                raised = entry.tried_again(self._signed(entry.call, entry.nonce, fees))
                self._save(raised, "raised")
                self._send(raised, facts.head)

    def _send(self, entry: Entry, head: int) -> None:
        if self._broadcast(entry):
            self.checkpoint("sent")
            self._save(entry.sent(head), "broadcast")

    def _broadcast(self, entry: Entry) -> bool:
        """Whether a node has its last attempt now."""
        try:
            self.client.send_raw([entry.attempts[-1].raw])
        except RpcError as error:
            if not any(word in str(error).lower() for word in KNOWN):
                self.trouble(f"refused: {error}", entry)
                return False
        return True

    def _fill_gap(self, entries: list[Entry], facts: Facts) -> None:
        """The chain waits for a nonce below all open ones: nothing after it can be mined.

        What was once sent with it is sent again (a reorganisation deeper than `depth` took it
        out); if nothing was, an empty transaction to ourselves fills it.
        """
        for nonce in range(facts.mined_nonce, entries[0].nonce):
            entry = self.store.at_nonce(self._address, nonce)
            if entry is None:
                call = Call(f"gap:{self._address}:{nonce}", self._address, b"", gas=GAP_GAS)
                entry = self._built(call, nonce, self.policy.first(facts.base_fee))
                self.trouble("nothing was ever sent with this nonce: filled", entry)
                self._save(entry, "built")
                self._send(entry, facts.head)
            elif entry.ended:
                self._bring_back(entry)

    def _bring_back(self, entry: Entry) -> None:
        """A reorganisation deeper than `depth` took out what was final."""
        if self._broadcast(entry):
            self.trouble("was final, is gone: sent again", entry)

    # --- the chain ----------------------------------------------------------------------------

    def _facts(self, entries: Iterable[Entry]) -> Facts:
        head = self.client.block()
        settled = self._settled(head.number)
        mined = self.client.mined_nonce(self._address)
        settled_nonce = self.client.mined_nonce(self._address, settled)
        hashes = [attempt.hash for entry in entries for attempt in entry.attempts]
        receipts = self.client.receipts(hashes)
        inclusions = {
            receipt.hash: Inclusion(
                receipt.hash, receipt.block, receipt.block_hash, receipt.succeeded
            )
            for receipt in receipts
            if receipt is not None
        }
        return Facts(head.number, settled, head.base_fee, mined, settled_nonce, inclusions)

    def _settled(self, head: int) -> int:
        if self.depth is None:
            return self.client.block("finalized").number
        return max(0, head - self.depth)

    def _simulate(self, call: Call) -> None:
        request: dict[str, Any] = {
            "from": self._address,
            "to": call.to,
            "data": "0x" + call.data.hex(),
            "value": hex(call.value),
            "gas": hex(call.gas),
        }
        try:
            self.client.request("eth_call", request, "latest")
        except RpcError as error:
            raise WouldRevert(call.key, error.data, str(error)) from error

    # --- entries ------------------------------------------------------------------------------

    def _built(self, call: Call, nonce: int, fees: Fees) -> Entry:
        attempt = self._signed(call, nonce, fees)
        return Entry(call, self._address, nonce, State.BUILT, (attempt,))

    def _signed(self, call: Call, nonce: int, fees: Fees) -> Attempt:
        raw, hash_ = self.signer.sign_transaction(
            {
                "type": 2,
                "chainId": self.chain_id,
                "nonce": nonce,
                "gas": call.gas,
                "maxFeePerGas": fees.most,
                "maxPriorityFeePerGas": fees.tip,
                "to": call.to,
                "value": call.value,
                "data": call.data,
            }
        )
        return Attempt(hash_, raw, fees)

    def _save(self, entry: Entry, step: str) -> None:
        self.store.save(entry)
        self._tell(entry, step)

    def _tell(self, entry: Entry, step: str) -> None:
        self.checkpoint(step)
        self.moved(entry)


__all__ = ["ChainError", "OutboxSender", "WouldRevert"]
