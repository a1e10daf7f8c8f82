"""What was posted on stakes: from the chain's events into the store, until a verdict is final."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from oracle.app.cursor_table import CursorTable
from oracle.chain.client import Log
from oracle.chain.event_cursor import Position
from oracle.chain.interface import interface
from oracle.rounds.certificate import Tier
from oracle.rounds.report import Domain, Feed
from oracle.rounds.report_json import to_bytes, to_hex
from oracle.service.store import tables
from oracle.service.store.database import Database

POSTED = interface("EquilibriumOracle").events["Posted"]


class Verdict(StrEnum):
    """OPEN until it is compared; RIGHT until its window is over; SENT: its refutation is in the
    outbox. The others are final."""

    OPEN = "open"
    RIGHT = "right"
    ACCEPTED = "accepted"
    SENT = "sent"
    VOIDED = "voided"
    STANDS = "stands"


PENDING = (Verdict.OPEN, Verdict.RIGHT, Verdict.SENT)


@dataclass(frozen=True)
class StakedPosting:
    """A posting that anybody may refute within its window."""

    feed: Feed
    epoch: int
    digest: bytes
    block: int
    transaction: bytes
    log_index: int
    verdict: Verdict

    @property
    def name(self) -> str:
        return f"{self.feed.label}:{self.epoch}"


@dataclass(frozen=True)
class Staked:
    """The rows of one server, and the cursor that brings them: one transaction moves both."""

    database: Database
    domain: Domain
    signer: str

    # --- where the reading is ---------------------------------------------------------------

    def cursor(self, name: str) -> Position | None:
        return self._cursors.cursor(name)

    def transaction(self) -> AbstractContextManager[Connection]:
        return self._cursors.transaction()

    def move(
        self, transaction: Connection, name: str, before: Position | None, after: Position
    ) -> None:
        self._cursors.move(transaction, name, before, after)

    @property
    def _cursors(self) -> CursorTable:
        return CursorTable(self.database, self._deployment)

    # --- what came of the events ------------------------------------------------------------

    def take(self, transaction: Connection, logs: Sequence[Log]) -> None:
        for log in logs:
            said = POSTED.decode(log)
            if said["status"] == Tier.OPTIMISTIC:
                row = {
                    "transaction": to_hex(log.transaction),
                    "log_index": log.index,
                    "block": log.block,
                    "feed": Feed(said["feed"]).label,
                    "epoch": said["epoch"],
                    "digest": to_hex(said["digest"]),
                    "verdict": Verdict.OPEN.value,
                }
                transaction.execute(insert(tables.staked_postings), self._of_key | row)

    def undo(self, transaction: Connection, block: int) -> None:
        table = tables.staked_postings
        transaction.execute(delete(table).where(self._mine, table.c.block > block))

    def pending(self) -> list[StakedPosting]:
        """What has no final verdict, in the order of the chain."""
        table = tables.staked_postings
        wanted = table.c.verdict.in_([verdict.value for verdict in PENDING])
        ordered = select(table).where(self._mine, wanted).order_by(table.c.block, table.c.log_index)
        with self.database.read() as connection:
            rows = connection.execute(ordered).all()
        return [
            StakedPosting(
                Feed[row.feed.upper()], row.epoch, to_bytes(row.digest), row.block,
                to_bytes(row.transaction), row.log_index, Verdict(row.verdict),
            )
            for row in rows
        ]  # fmt: skip

    def judge(self, posting: StakedPosting, verdict: Verdict) -> None:
        table = tables.staked_postings
        place = and_(
            self._mine,
            table.c.transaction == to_hex(posting.transaction),
            table.c.log_index == posting.log_index,
        )
        with self.database.write() as connection:
            connection.execute(update(table).where(place).values(verdict=verdict.value))

    def verdicts(self) -> dict[str, int]:
        """How many there are of each."""
        column = tables.staked_postings.c.verdict
        with self.database.read() as connection:
            found = connection.execute(select(column).where(self._mine)).scalars().all()
        return {verdict.value: found.count(verdict.value) for verdict in Verdict}

    # --- which rows -------------------------------------------------------------------------

    @property
    def _deployment(self) -> str:
        return f"{self.domain.chain_id}:{self.domain.oracle}"

    @property
    def _of_key(self) -> dict[str, Any]:
        return {"deployment": self._deployment, "signer": self.signer}

    @property
    def _mine(self) -> Any:
        table = tables.staked_postings
        return and_(table.c.deployment == self._deployment, table.c.signer == self.signer)
