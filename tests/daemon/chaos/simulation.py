"""Edge servers, each with its store and its way to the nodes, that a fault can strike anywhere.

All run in one process against a real chain whose clock the simulation sets; letters go by a wire
that tries until they arrive, as the daemon's does.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from community_of_servers import DEPTH, POLICY, declare_targets
from market_lab import SCHEDULE, SERVERS, Lab

from chaos.quick import QuickClient
from chaos.taps import (
    Crash,
    Tap,
    TappedClient,
    TappedSigner,
    TappedStore,
    tapped_tell,
)
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.edge_server import TRANSIENT, EdgeServer
from oracle.app.daemon.recovery import Recovery
from oracle.app.daemon.standing import Note
from oracle.chain.client import Client
from oracle.chain.market import Event, Market
from oracle.chain.outbox.sender import OutboxSender
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender
from oracle.rounds.duty import Duty
from oracle.rounds.peer_messages import PeerMessageError, SignatureShare, to_json
from oracle.rounds.price import Priced, price
from oracle.rounds.report import Feed
from oracle.service.store.database import Database

DEADLINE, START = SCHEDULE.declaration_deadline(0), SCHEDULE.start_of(0)
BLOCK_SECONDS = 4
Action = Callable[[], None]


@dataclass(frozen=True)
class Letter:
    """On its way; `due` is a tick."""

    sender: int
    receiver: int
    body: bytes
    due: int
    asked: bool = False


Wire = Callable[[Letter], Sequence[Letter]]


def faithful(letter: Letter) -> Sequence[Letter]:
    return [letter]


@dataclass
class Simulation:
    """`keys` of the servers. `wire` gives what arrives of a letter, and when; also of an answer to
    a question, which comes at once or not at all.

    `client_of` is a server's way to the chain.
    """

    lab: Lab
    folder: Path
    keys: Sequence[Signer] = tuple(SERVERS)
    wire: Wire = faithful
    client_of: Callable[[int], Client] | None = None
    running: dict[int, EdgeServer] = field(default_factory=dict)
    stores: list[Durable] = field(default_factory=list)
    honest: set[int] = field(default_factory=set)
    notes: list[tuple[int, Note]] = field(default_factory=list)
    failed: list[tuple[int, BaseException]] = field(default_factory=list)
    trace: list[tuple[int, str, str]] = field(default_factory=list)
    around: dict[int, Callable[[], contextlib.AbstractContextManager[Any]]] = field(
        default_factory=dict
    )
    byzantine: list[Callable[[], None]] = field(default_factory=list)
    digests: dict[tuple[int, str], set[bytes]] = field(default_factory=dict)
    injected_at: list[int] = field(default_factory=list)
    healed_at: int | None = None
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    now: int = 0
    wall: int = 0
    ticks: int = 0
    _letters: list[Letter] = field(default_factory=list)
    _traps: dict[tuple[int, str, str], Action] = field(default_factory=dict)
    _later: list[tuple[int, Action]] = field(default_factory=list)

    # --- servers ------------------------------------------------------------------------------

    @classmethod
    @contextmanager
    def of(cls, lab: Lab, folder: Path, empty: Path, **options: Any) -> Iterator[Simulation]:
        """`empty`: a store with its tables and nothing in them."""
        client = QuickClient(lab.client.url)
        quick = Lab(client, Sender(client, lab.sender.chain_id), lab.deployment)
        made = cls(quick, folder, **options)
        for i, key in enumerate(made.keys):
            shutil.copy(empty, made.file(i))
            made.stores.append(Durable(made._database(i), lab.market.domain, key.address))
            made.honest.add(i)
        try:
            with made.stack:
                yield made
        finally:
            for store in made.stores:
                store.database.dispose()

    def _database(self, i: int) -> Database:
        # No fsync: processes are killed here, not machines.
        return Database(self.file(i))

    def file(self, i: int) -> Path:
        return self.folder / f"server-{i}.sqlite"

    @property
    def order(self) -> list[int]:
        """The servers by rank."""
        addresses = [key.address for key in self.keys]
        return [addresses.index(one) for one in self.lab.market.order_of(0)]

    def start(self, i: int) -> None:
        """A new process: nothing but the store and the chain is remembered."""
        tap = Tap(lambda effect, when: self._on(i, effect, when))
        own = self.lab.client if self.client_of is None else self.client_of(i)
        store: Any = TappedStore(self.stores[i], tap)
        signer: Any = TappedSigner(self.keys[i], tap)
        client: Any = TappedClient(own, tap)
        outbox = OutboxSender(client, signer, store, POLICY, self.lab.sender.chain_id, DEPTH)
        recovery = Recovery(
            own, store, self.lab.market.domain, self.keys[i].address,
            lambda duty: self._ask_own(i, duty), lambda: own.nonce(self.keys[i].address),
            lambda: self.wall, lambda text, alarm: self.notes.append((i, Note("", text, alarm))),
        )  # fmt: skip
        with contextlib.suppress(*TRANSIENT):
            recovery.begin()
        self.running[i] = EdgeServer(
            Market(own, self.lab.deployment), own, signer, store, outbox,
            tell=tapped_tell(tap, lambda share: self._tell(i, share)),
            ask=lambda duty: self._ask(i, duty), recovery=recovery,
            note=lambda note: self.notes.append((i, note)),
        )  # fmt: skip
        with contextlib.suppress(*TRANSIENT):
            self.running[i].look()

    def kill(self, *which: int) -> None:
        """What is in their memory is gone, letters not yet delivered with it."""
        for i in which:
            self.running.pop(i, None)
            self._letters = [letter for letter in self._letters if letter.sender != i]

    def restore(self, i: int, backup: Path) -> None:
        """Another disk: the store as it was, marked as `wattmarket restore` marks it."""
        self.stores[i].database.dispose()
        for leftover in self.folder.glob(f"server-{i}.sqlite*"):
            leftover.unlink()
        shutil.copy(backup, self.file(i))
        self.stores[i] = Durable(self._database(i), self.lab.market.domain, self.keys[i].address)
        self.stores[i].set_restored(True)

    def backup(self, i: int) -> Path:
        """A copy of a server's store, by SQLite's own means."""
        target = self.folder / f"backup-{i}-{self.ticks}.sqlite"
        with self.stores[i].database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{target}'")
        return target

    # --- where faults strike ------------------------------------------------------------------

    def trap(self, i: int, effect: str, when: str, action: Action) -> None:
        """Once, at the first time that server `i` comes there."""
        self._traps[i, effect, when] = action

    def later(self, ticks: int, action: Action) -> None:
        """Before the tick that comes after so many more."""
        self._later.append((self.ticks + ticks, action))

    def injected(self) -> None:
        self.injected_at.append(self.now)

    def healed(self) -> None:
        self.healed_at = self.now

    def crash(self, i: int, others: Sequence[int] = (), back: int | None = 3) -> Action:
        """Kills server `i` where it is, and others; they start again so many ticks later."""

        def strike() -> None:
            self.injected()
            self.kill(*others)
            if back is not None:
                self.later(back, lambda: self._restart((i, *others)))
            raise Crash

        return strike

    def _restart(self, which: Sequence[int]) -> None:
        for i in which:
            if i not in self.running:
                self.start(i)
        self.healed()

    def _on(self, i: int, effect: str, when: str) -> None:
        self.trace.append((i, effect, when))
        action = self._traps.pop((i, effect, when), None)
        if action is not None:
            action()

    # --- the wire -----------------------------------------------------------------------------

    def _tell(self, sender: int, share: SignatureShare) -> None:
        self._remember(sender, share)
        addresses = [key.address for key in self.keys]
        self.post(sender, addresses.index(share.receiver), to_json(share, self.lab.market.domain))

    def post(self, sender: int, receiver: int, body: bytes) -> None:
        for letter in self.wire(Letter(sender, receiver, body, self.ticks)):
            if letter.due > self.ticks or not self._delivered(letter):
                self._letters.append(letter)

    def _ask(self, me: int, duty: Duty) -> list[bytes]:
        found: list[bytes] = []
        for other in sorted(self.running):
            if other != me:
                bodies = self.running[other].answer(duty.feed, duty.epoch, self.keys[me].address)
                for body in bodies:
                    arriving = self.wire(Letter(other, me, body, self.ticks, asked=True))
                    found += [one.body for one in arriving if one.due <= self.ticks]
        return found

    def _ask_own(self, me: int, duty: Duty) -> list[tuple[str, bytes]]:
        """What the others hold of a server's own signatures."""
        key = self.keys[me].address
        return [
            (self.keys[other].address, body)
            for other in sorted(self.running)
            if other != me
            for body in self.running[other].kept(duty.feed, duty.epoch, key)
        ]

    def _delivered(self, letter: Letter) -> bool:
        """Refused for good is delivered, too; a server that is down, or whose store fails, is
        written to again."""
        server = self.running.get(letter.receiver)
        if server is None:
            return False
        try:
            with self._surroundings(letter.receiver):
                server.hear(letter.body)
        except PeerMessageError as refused:
            return refused.reason != "not started"
        except TRANSIENT as error:
            self.failed.append((letter.receiver, error))
            return False
        except Crash:
            self.kill(letter.receiver)
            return False
        return True

    def _carry(self) -> None:
        due = [letter for letter in self._letters if letter.due <= self.ticks]
        self._letters = [letter for letter in self._letters if letter.due > self.ticks]
        self._letters += [letter for letter in due if not self._delivered(letter)]

    def _remember(self, sender: int, share: SignatureShare) -> None:
        if sender in self.honest:
            seen = self.digests.setdefault((sender, share.name), set())
            seen.add(share.report.digest(self.lab.market.domain))

    # --- time ---------------------------------------------------------------------------------

    def tick(self) -> None:
        """What is due, letters, then everybody who runs; who crashes is down from then on."""
        self.ticks += 1
        for due, action in [one for one in self._later if one[0] <= self.ticks]:
            self._later.remove((due, action))
            action()
        self._carry()
        for act in self.byzantine:
            act()
        for i in sorted(self.running):
            if i not in self.running:
                continue
            try:
                with self._surroundings(i):
                    self.running[i].tick()
            except Crash:
                self.kill(i)
            except TRANSIENT as error:
                self.failed.append((i, error))

    def _surroundings(self, i: int) -> contextlib.AbstractContextManager[Any]:
        """What the machine of server `i` is like while it works."""
        return self.around.get(i, contextlib.nullcontext)()

    def mine(self, when: int, blocks: int = 1) -> None:
        for i in range(blocks):
            self.lab.client.request("evm_setNextBlockTimestamp", hex(when + i))
            self.lab.client.request("evm_mine")
            self.now = when + i
            # Machines' clocks do not go back when the chain's does.
            self.wall = max(self.wall, self.now)

    def reorganise(self, depth: int) -> None:
        """The last `depth` blocks are empty ones now; their transactions are forgotten."""
        self.lab.client.request("anvil_reorg", depth, [])
        self.now = self.lab.client.block().timestamp

    def begin(self) -> None:
        """Targets are declared; the deadline has passed, and the input block is deep enough."""
        declare_targets(self.lab, 0)
        self.mine(DEADLINE - 5)
        for i in sorted(self.honest):
            self.start(i)
        self.mine(DEADLINE, DEPTH + 1)

    def live(self, done: Callable[[], bool]) -> None:
        """Blocks and ticks in turn until all is done, at the latest until the window closes."""
        while self.now + BLOCK_SECONDS < START + BLOCK_SECONDS * (DEPTH + 2):
            self.tick()
            if done():
                return
            self.mine(self.now + BLOCK_SECONDS)

    # --- what came of it ----------------------------------------------------------------------

    def postings(self) -> list[Event]:
        last = self.lab.client.block().number
        events = self.lab.market.events(self.lab.deployment.block, last)
        return [event for event in events if event.name == "Posted"]

    @property
    def returning(self) -> bool:
        """Something is still to happen: a restart, the end of a fault."""
        return bool(self._later)

    def quiet(self) -> bool:
        """Nothing is left to be done, and nobody is to come back."""
        return not self.returning and not any(
            self.stores[i].open_entries(self.keys[i].address) for i in self.running
        )

    def true_report(self) -> Priced:
        """What the chain as it is now makes of it, read without any fault."""
        client, market = self.lab.client, self.lab.market
        number = client.block().number
        while client.block(number).timestamp >= DEADLINE:
            number -= 1
        priced = price(market.observe(Feed.ELECTRICITY, 0, number))
        assert priced is not None
        return priced
