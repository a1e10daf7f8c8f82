"""Three edge servers in one process, each with its store; a test moves the clock and kills them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from market_lab import BUYER, SCHEDULE, SELLER, SERVERS, THIRD, Lab

from oracle.app.daemon.durable import Durable
from oracle.app.daemon.edge_server import EdgeServer
from oracle.app.daemon.keystore import write_keystore
from oracle.app.daemon.staked import Staked
from oracle.app.daemon.standing import Note
from oracle.app.daemon.watcher import Watcher
from oracle.chain.outbox.fees import FeePolicy
from oracle.chain.outbox.sender import OutboxSender
from oracle.chain.transactions import Transaction
from oracle.rounds.peer_messages import SignatureShare, to_json
from oracle.rounds.words import Target
from oracle.service.store.database import Database
from tests.backends import new_sqlite

DEPTH = 3
PASSWORD = "a password"
POLICY = FeePolicy(cap=10**10, tip=10**9, patience=3)


class Crash(BaseException):
    """What a killed process does not catch."""


def target_calls(lab: Lab, period: int) -> list[Transaction]:
    """What a seller and two buyers declare."""
    words = {SELLER: (2000, 90_000, 0), BUYER: (-900, 310_000, 330_000),
             THIRD: (-700, 250_000, 330_000)}  # fmt: skip
    return [
        lab.call(who, "declareTarget", Target(period, net, price, limit).pack())
        for who, (net, price, limit) in words.items()
    ]


def declare_targets(lab: Lab, period: int) -> None:
    """Before the deadline."""
    lab.at(SCHEDULE.declaration_deadline(period) - 40, *target_calls(lab, period))


@dataclass
class Servers:
    """`up` says which of them run; `cut` (sender, receiver) pairs that do not hear each other."""

    lab: Lab
    stores: list[Durable]
    running: dict[int, EdgeServer] = field(default_factory=dict)
    notes: list[tuple[int, Note]] = field(default_factory=list)
    cut: set[tuple[int, int]] = field(default_factory=set)
    crash_at: dict[int, str] = field(default_factory=dict)
    now: int = 0

    @classmethod
    @contextmanager
    def of(cls, lab: Lab, folder: Path, urls: Sequence[str] = ()) -> Iterator[Servers]:
        """Stores in the folder, unless there are URLs for them."""
        files = [folder / f"server-{i}.sqlite" for i in range(3)]
        for file in files if not urls else ():
            new_sqlite(file)
        places = urls or files
        databases = [Database(place, durable=True) for place in places]
        for database in databases:
            database.upgrade()
        domain = lab.market.domain
        stores = [
            Durable(database, domain, key.address)
            for database, key in zip(databases, SERVERS, strict=True)
        ]
        made = cls(lab, stores)
        for i in range(3):
            made.start(i)
        yield made
        for database in databases:
            database.dispose()

    def start(self, i: int, *, challenge: bool = True, **options: Any) -> EdgeServer:
        """A new process: nothing but the store and the chain is remembered."""
        store = self.stores[i]

        def checkpoint(step: str) -> None:
            if self.crash_at.get(i) == step:
                del self.crash_at[i]
                raise Crash(step)

        outbox = OutboxSender(
            self.lab.client, SERVERS[i], store, POLICY, self.lab.sender.chain_id, DEPTH,
            checkpoint=checkpoint,
        )  # fmt: skip

        def note(said: Note) -> None:
            self.notes.append((i, said))

        watcher = Watcher(
            self.lab.market, self.lab.client, self.staked(i), outbox, challenge,
            checkpoint=checkpoint, note=note,
        )  # fmt: skip
        self.running[i] = EdgeServer(
            self.lab.market, self.lab.client, SERVERS[i], store, outbox,
            tell=lambda share: self._carry(i, share), watch=watcher.tick, checkpoint=checkpoint,
            note=note, **options,
        )  # fmt: skip
        self.running[i].look()
        return self.running[i]

    def staked(self, i: int) -> Staked:
        """What the server knows of postings on stakes."""
        return Staked(self.stores[i].database, self.stores[i].domain, SERVERS[i].address)

    def config(self, folder: Path, i: int) -> Path:
        """The `oracle.toml` of a server whose store is in the folder; its key is there, too."""
        (folder / "deployment.toml").write_text(self.lab.deployment.to_toml())
        write_keystore(folder / "key.json", SERVERS[i].key, PASSWORD, iterations=2)
        path = folder / "oracle.toml"
        path.write_text(
            f'deployment = "deployment.toml"\n[node]\nendpoints = ["{self.lab.client.url}"]\n'
            f'[key]\nkeystore = "key.json"\npassword_env = "PASSWORD_OF_A_SERVER"\n'
            f'[store]\nurl = "sqlite:///server-{i}.sqlite"\n'
            f'[[peer]]\nsigner = "{SERVERS[1].address}"\nurl = "http://127.0.0.1:9"\n'
        )
        return path

    def stop(self, i: int) -> None:
        del self.running[i]

    def _carry(self, sender: int, share: SignatureShare) -> None:
        """As the wire does: bytes, checked on arrival; a server that is down hears nothing."""
        receiver = next(i for i, key in enumerate(SERVERS) if key.address == share.receiver)
        if (sender, receiver) in self.cut or receiver not in self.running:
            return
        self.running[receiver].hear(to_json(share, self.lab.market.domain))

    # --- the chain ----------------------------------------------------------------------------

    def declare(self, period: int = 0) -> None:
        """A seller and two buyers, before the deadline."""
        declare_targets(self.lab, period)
        self.mine(SCHEDULE.declaration_deadline(period) - 5)

    def mine(self, when: int, blocks: int = 1) -> None:
        for i in range(blocks):
            self.lab.client.request("evm_setNextBlockTimestamp", hex(when + i))
            self.lab.client.request("evm_mine")
            self.now = when + i

    def tick(self) -> None:
        """Everybody who runs does what there is to do; who crashes is down from then on."""
        for i in sorted(self.running):
            try:
                self.running[i].tick()
            except Crash:
                self.stop(i)

    def live(self, seconds: int, each: int = 4) -> None:
        """Blocks and ticks, in turn."""
        for _ in range(seconds // each):
            self.tick()
            self.mine(self.now + each)
        self.tick()

    def postings(self) -> list[tuple[str, int]]:
        """Feed and epoch of every effect on chain, in order."""
        events = self.lab.market.events(0, self.lab.client.block().number)
        return [
            (("electricity", "elecoin")[e.arguments["feed"]], e.arguments["epoch"])
            for e in events
            if e.name == "Posted"
        ]

    @property
    def alarms(self) -> list[Note]:
        return [note for _, note in self.notes if note.alarm]
