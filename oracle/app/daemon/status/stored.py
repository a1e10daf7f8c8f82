"""What a server's store says of it, read and never changed."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from oracle.app.daemon.durable import PAUSED, RESTORED
from oracle.app.daemon.staked import Verdict
from oracle.chain.outbox.entry import ENDED
from oracle.rounds.report import Domain, Feed
from oracle.service.errors import StoreError
from oracle.service.store import tables
from oracle.service.store.database import Database, head_revision


@dataclass(frozen=True)
class OpenTransaction:
    """One that is not final. `sent_at`: the head when it was last sent."""

    effect: str
    nonce: int
    state: str
    attempts: int
    sent_at: int | None


@dataclass(frozen=True)
class Evidence:
    """A peer that signed two reports for one feed and epoch."""

    sender: str
    feed: str
    epoch: int
    digests: tuple[str, ...]


@dataclass(frozen=True)
class Stored:
    """`signed`: by feed and epoch the digest; `heard`: by peer the newest epoch of each feed."""

    url: str
    revision: str
    paused: bool
    restored: bool
    signed: dict[tuple[Feed, int], bytes]
    outbox: dict[str, int]
    open: tuple[OpenTransaction, ...]
    heard: dict[str, dict[str, int]]
    evidence: tuple[Evidence, ...]
    staked: dict[str, int]


def read_store(url: str, domain: Domain, signer: str) -> Stored:
    """Raises StoreError where there is none, or one of another revision: it is not upgraded."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise StoreError(f"store: {url}: is not there: the server never ran")
    database = Database(url)
    with closing(_Disposed(database)):
        found, known = database.revision(), head_revision()
        if found is None or found != known:
            raise StoreError(
                f"store: {database.shown}: revision {found or 'none'}, this program's is {known}: "
                "a start brings it up to date"
            )
        with database.read() as connection:
            return _read(connection, database.shown, found, domain, signer)


@dataclass(frozen=True)
class _Disposed:
    database: Database

    def close(self) -> None:
        self.database.dispose()


def _read(connection: Connection, shown: str, revision: str, domain: Domain, signer: str) -> Stored:
    deployment = f"{domain.chain_id}:{domain.oracle}"

    def mine(table: Table) -> Any:
        return and_(table.c.deployment == deployment, table.c.signer == signer)

    switches = tables.switches
    on = set(
        connection.execute(
            select(switches.c.name).where(switches.c.deployment == deployment, switches.c.on)
        ).scalars()
    )
    signed = tables.signed_reports
    digests = {
        (Feed[row.feed.upper()], row.epoch): bytes.fromhex(row.digest[2:])
        for row in connection.execute(select(signed).where(mine(signed), signed.c.r.is_not(None)))
    }
    staked = tables.staked_postings
    verdicts = Counter(connection.execute(select(staked.c.verdict).where(mine(staked))).scalars())
    outbox = tables.outbox
    states = Counter(connection.execute(select(outbox.c.state).where(mine(outbox))).scalars())
    return Stored(
        url=shown,
        revision=revision,
        paused=PAUSED in on,
        restored=RESTORED in on,
        signed=digests,
        outbox=dict(sorted(states.items())),
        open=_open(connection, mine(outbox), mine(tables.attempts)),
        heard=_heard(connection, mine(tables.heard_shares)),
        evidence=_evidence(connection, mine(tables.heard_shares)),
        staked={verdict.value: verdicts[verdict.value] for verdict in Verdict},
    )


def _open(connection: Connection, mine: Any, my_attempts: Any) -> tuple[OpenTransaction, ...]:
    outbox, attempts = tables.outbox, tables.attempts
    live = outbox.c.state.not_in([state.value for state in ENDED])
    tried = {
        row.nonce: (row.count, row.sent_at)
        for row in connection.execute(
            select(
                attempts.c.nonce,
                func.count().label("count"),
                func.max(attempts.c.sent_at).label("sent_at"),
            )
            .where(my_attempts)
            .group_by(attempts.c.nonce)
        )
    }
    rows = connection.execute(select(outbox).where(mine, live).order_by(outbox.c.nonce))
    return tuple(
        OpenTransaction(row.effect, row.nonce, row.state, *tried.get(row.nonce, (0, None)))
        for row in rows
    )


def _heard(connection: Connection, mine: Any) -> dict[str, dict[str, int]]:
    table = tables.heard_shares
    newest = (
        select(table.c.sender, table.c.feed, func.max(table.c.epoch).label("epoch"))
        .where(mine)
        .group_by(table.c.sender, table.c.feed)
    )
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(newest):
        found.setdefault(row.sender, {})[row.feed] = row.epoch
    return found


def _evidence(connection: Connection, mine: Any) -> tuple[Evidence, ...]:
    table = tables.heard_shares
    ordered = select(table).where(mine).order_by(table.c.epoch, table.c.sender, table.c.sequence)
    said: dict[tuple[str, str, int], list[str]] = {}
    for row in connection.execute(ordered):
        said.setdefault((row.sender, row.feed, row.epoch), []).append(row.digest)
    return tuple(
        Evidence(*place, tuple(digests)) for place, digests in said.items() if len(digests) > 1
    )
