"""After a store came back from a backup: what this key did since then is learnt, never guessed.

The process that was lost may have signed whatever was open until now, and sent transactions that
the store knows nothing of. So nothing is signed or sent before the chain said which nonces are
used and the peers gave back what they hold of us; what was open and nobody can tell of is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from oracle.chain.client import Block, Client
from oracle.chain.outbox.entry import Entry
from oracle.rounds.duty import Duty
from oracle.rounds.peer_messages import Expected, PeerMessageError, SignatureShare, read
from oracle.rounds.ports import Signature
from oracle.rounds.report import Domain, Feed, Report
from oracle.rounds.signing import Signed

FORGOTTEN_BLOCKS = 60
"""After so many blocks a transaction that only a node's pool knows counts as forgotten."""
DAY = 86_400


class RecoveringStore(Protocol):
    """What is asked of the store, and what comes back into it."""

    def restored(self) -> bool: ...

    def set_restored(self, on: bool) -> None: ...

    def next_nonce(self, sender: str) -> int: ...

    def at_nonce(self, sender: str, nonce: int) -> Entry | None: ...

    def signed(self, feed: Feed, epoch: int) -> Signed | None: ...

    def claim(self, report: Report, digest: bytes) -> Signed: ...

    def keep_signature(self, report: Report, signature: Signature) -> None: ...


@dataclass
class Recovery:
    """One key's. `ask` gives what each peer holds of us: (its signer, the message).

    `pending` is the next nonce that any node knows of; `clock` this machine's seconds; `say` tells
    the operator (what, whether it is an alarm).
    """

    client: Client
    store: RecoveringStore
    domain: Domain
    me: str
    ask: Callable[[Duty], Sequence[tuple[str, bytes]]]
    pending: Callable[[], int]
    clock: Callable[[], float]
    say: Callable[[str, bool], None]
    _until: int | None = field(default=None, init=False)
    _since: int = field(default=0, init=False)
    _said: set[str] = field(default_factory=set, init=False)

    def begin(self) -> None:
        """Takes a store for an old one also where the chain knows more of this key than it does."""
        if self.store.restored():
            return
        mined = self.client.mined_nonce(self.me)
        known = self.store.next_nonce(self.me)
        if known < mined:
            self.say(f"the chain has {mined} transactions of this key, the store {known}", False)
            self.store.set_restored(True)

    def ready(self, head: Block, open_now: Sequence[Duty]) -> bool:
        """Whether signing and sending may go on at this head; what is unsure stays out."""
        if not self.store.restored():
            return True
        if self._until is None:
            if self.client.request("eth_syncing"):
                self._once("the node is still catching up: waiting")
                return False
            self._until, self._since = self._horizon(head), head.number
            self._once("the store is a restored one: asking chain and peers first")
        if not self._nonces_known(head):
            return False
        doubtful = [duty for duty in open_now if duty.opens <= self._until]
        for duty in doubtful:
            if self.store.signed(duty.feed, duty.epoch) is None:
                self._learn(duty)
        if not doubtful and head.timestamp > self._until:
            self.store.set_restored(False)
            self._until = None
            self._once("everything that was open before is over: all is known again")
        return True

    def unsure(self, duty: Duty) -> bool:
        """Whether the lost process may have signed this one, and nothing says what."""
        if self._until is None or duty.opens > self._until:
            return False
        return self.store.signed(duty.feed, duty.epoch) is None

    def _horizon(self, head: Block) -> int:
        """Until when the lost process may have lived: a node may be a little behind the clock.

        A chain more than a day away from it is a development chain with a time of its own.
        """
        now = int(self.clock())
        return max(head.timestamp, now) if abs(now - head.timestamp) < DAY else head.timestamp

    def _nonces_known(self, head: Block) -> bool:
        """Nothing of ours waits in a pool that the store does not know."""
        mined, pending = self.client.mined_nonce(self.me), self.pending()
        unknown = [n for n in range(mined, pending) if self.store.at_nonce(self.me, n) is None]
        if not unknown:
            return True
        if head.number - self._since >= FORGOTTEN_BLOCKS:
            self._once(f"nonce {unknown[0]}: sent before the restore, never mined: replaced")
            return True
        self._once(f"nonce {unknown[0]}: sent before the restore, not yet mined: waiting")
        return False

    def _learn(self, duty: Duty) -> None:
        """Our own signature from whoever has it; two of them are left alone."""
        found: dict[bytes, SignatureShare] = {}
        for peer, body in self.ask(duty):
            expected = Expected(self.domain, peer, frozenset({self.me}), 0)
            try:
                message = read(body, expected)
            except PeerMessageError:
                continue
            if (message.report.feed, message.report.epoch) == (duty.feed, duty.epoch):
                found[message.report.digest(self.domain)] = message
        if len(found) > 1:
            self._once(f"{duty.name}: this key signed two reports: left out", alarm=True)
        for digest, message in found.items() if len(found) == 1 else ():
            self.store.claim(message.report, digest)
            self.store.keep_signature(message.report, message.signature)
            self._once(f"{duty.name}: our own signature came back from a peer")

    def _once(self, text: str, *, alarm: bool = False) -> None:
        if text not in self._said:
            self._said.add(text)
            self.say(text, alarm)
