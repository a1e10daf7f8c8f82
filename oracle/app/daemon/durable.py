"""The daemon's memory in a database: outbox, signatures, what peers said, switches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, func, insert, select, update

from oracle.chain.outbox.entry import Attempt, Call, Entry, Inclusion, State
from oracle.chain.outbox.fees import Fees
from oracle.rounds.peer_messages import SignatureShare, stored, to_json
from oracle.rounds.ports import Signature
from oracle.rounds.report import Domain, Feed, Report
from oracle.rounds.report_json import ReportDocument, to_bytes, to_hex
from oracle.rounds.signing import Signed
from oracle.service.store import tables
from oracle.service.store.database import Database

PAUSED, RESTORED = "paused", "restored"
MOST_REPORTS = 4
"""Of one signer for one feed and epoch; two prove that she lies, more only fill the store."""


@dataclass(frozen=True)
class Durable:
    """One daemon's rows: those of a deployment and of a signing key.

    The database must be opened as durable: a write is on the disk when it returns.
    """

    database: Database
    domain: Domain
    signer: str

    # --- the outbox -------------------------------------------------------------------------

    def open_entries(self, sender: str) -> list[Entry]:
        ended = [State.FINAL.value, State.LOST.value]
        return self._entries(sender, tables.outbox.c.state.not_in(ended))

    def find(self, key: str) -> Entry | None:
        live = tables.outbox.c.state != State.LOST.value
        found = self._entries(self.signer, and_(tables.outbox.c.effect == key, live))
        return found[-1] if found else None

    def at_nonce(self, sender: str, nonce: int) -> Entry | None:
        found = self._entries(sender, tables.outbox.c.nonce == nonce)
        return found[0] if found else None

    def next_nonce(self, sender: str) -> int:
        table = tables.outbox
        live = table.c.state != State.LOST.value
        with self.database.read() as connection:
            highest = connection.execute(
                select(func.max(table.c.nonce)).where(self._mine(table, sender), live)
            ).scalar_one()
        return 0 if highest is None else int(highest) + 1

    def add(self, entry: Entry) -> bool:
        table = tables.outbox
        taken = and_(
            self._mine(table, entry.sender),
            table.c.nonce == entry.nonce,
            table.c.state != State.LOST.value,
        )
        with self.database.write() as connection:
            if connection.execute(select(table.c.nonce).where(taken)).first() is not None:
                return False
            self._write(connection, entry)
        return True

    def save(self, entry: Entry) -> None:
        with self.database.write() as connection:
            self._write(connection, entry)

    def _write(self, connection: Connection, entry: Entry) -> None:
        place = self._place(entry.sender) | {"nonce": entry.nonce}
        included = entry.inclusion
        row = place | {
            "effect": entry.call.key,
            "to": entry.call.to,
            "data": entry.call.data,
            "value": entry.call.value,
            "gas": entry.call.gas,
            "state": entry.state.value,
            "included_as": None if included is None else to_hex(included.hash),
            "included_in": None if included is None else included.block,
            "included_block": None if included is None else to_hex(included.block_hash),
            "succeeded": None if included is None else included.succeeded,
        }
        attempts = [
            place
            | {
                "position": i,
                "hash": to_hex(attempt.hash),
                "raw": attempt.raw,
                "most": attempt.fees.most,
                "tip": attempt.fees.tip,
                "sent_at": attempt.sent_at,
            }
            for i, attempt in enumerate(entry.attempts)
        ]
        for table, rows in ((tables.outbox, [row]), (tables.attempts, attempts)):
            at_nonce = table.c.nonce == entry.nonce
            connection.execute(delete(table).where(self._mine(table, entry.sender), at_nonce))
            connection.execute(insert(table), rows)

    def _entries(self, sender: str, condition: Any) -> list[Entry]:
        outbox, attempts = tables.outbox, tables.attempts
        with self.database.read() as connection:
            rows = connection.execute(
                select(outbox).where(self._mine(outbox, sender), condition).order_by(outbox.c.nonce)
            ).all()
            tried = connection.execute(
                select(attempts)
                .where(
                    self._mine(attempts, sender), attempts.c.nonce.in_([row.nonce for row in rows])
                )
                .order_by(attempts.c.nonce, attempts.c.position)
            ).all()
        return [_entry(row, [one for one in tried if one.nonce == row.nonce]) for row in rows]

    # --- signatures -------------------------------------------------------------------------

    def signed(self, feed: Feed, epoch: int) -> Signed | None:
        with self.database.read() as connection:
            return self._signed(connection, feed, epoch)

    def claim(self, report: Report, digest: bytes) -> Signed:
        with self.database.write() as connection:
            standing = self._signed(connection, report.feed, report.epoch)
            if standing is not None:
                return standing
            connection.execute(
                insert(tables.signed_reports),
                self._pair(report.feed, report.epoch)
                | {"digest": to_hex(digest), "report": ReportDocument.of(report).model_dump_json()},
            )
        return Signed(report, digest, None)

    def keep_signature(self, report: Report, signature: Signature) -> None:
        table = tables.signed_reports
        r, vs = signature
        with self.database.write() as connection:
            connection.execute(
                update(table)
                .where(self._is_pair(table, report.feed, report.epoch))
                .values(r=to_hex(r), vs=to_hex(vs))
            )

    def _signed(self, connection: Connection, feed: Feed, epoch: int) -> Signed | None:
        table = tables.signed_reports
        row = connection.execute(select(table).where(self._is_pair(table, feed, epoch))).first()
        if row is None:
            return None
        signature = None if row.r is None else (to_bytes(row.r), to_bytes(row.vs))
        report = ReportDocument.model_validate_json(row.report).report()
        return Signed(report, to_bytes(row.digest), signature)

    # --- the peers --------------------------------------------------------------------------

    def hear(self, share: SignatureShare, digest: bytes) -> bool:
        table = tables.heard_shares
        pair = self._pair(share.report.feed, share.report.epoch)
        row = pair | {"sender": share.sender, "digest": to_hex(digest)}
        with self.database.write() as connection:
            hers = and_(*(table.c[name] == row[name] for name in (*pair, "sender")))
            known = connection.execute(select(table.c.digest).where(hers)).scalars().all()
            if row["digest"] in known or len(known) >= MOST_REPORTS:
                return False
            count = connection.execute(
                select(func.count()).select_from(table).where(self._mine(table, self.signer))
            ).scalar_one()
            message = to_json(share, self.domain)
            connection.execute(insert(table), row | {"sequence": count, "message": message})
        return True

    def heard(self, feed: Feed, epoch: int) -> Sequence[SignatureShare]:
        table = tables.heard_shares
        with self.database.read() as connection:
            rows = connection.execute(
                select(table.c.message)
                .where(self._is_pair(table, feed, epoch))
                .order_by(table.c.sequence)
            ).scalars()
            return [stored(bytes(message)) for message in rows]

    def equivocations(self) -> int:
        table = tables.heard_shares
        each = (
            select(table.c.sender)
            .where(self._mine(table, self.signer))
            .group_by(table.c.sender, table.c.feed, table.c.epoch)
            .having(func.count() > 1)
            .subquery()
        )
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(each)).scalar_one())

    # --- switches ---------------------------------------------------------------------------

    def paused(self) -> bool:
        return self._switched(PAUSED)

    def pause(self, on: bool) -> None:
        self._switch(PAUSED, on)

    def restored(self) -> bool:
        """Whether this store came from a backup, and what happened since is not yet known."""
        return self._switched(RESTORED)

    def set_restored(self, on: bool) -> None:
        self._switch(RESTORED, on)

    def _switched(self, name: str) -> bool:
        table = tables.switches
        with self.database.read() as connection:
            found = connection.execute(select(table.c.on).where(self._is_switch(name)))
            return bool(found.scalar())

    def _switch(self, name: str, on: bool) -> None:
        table = tables.switches
        row = {"deployment": self._deployment, "name": name, "on": on}
        with self.database.write() as connection:
            connection.execute(delete(table).where(self._is_switch(name)))
            connection.execute(insert(table), row)

    # --- which rows -------------------------------------------------------------------------

    @property
    def _deployment(self) -> str:
        return f"{self.domain.chain_id}:{self.domain.oracle}"

    def _place(self, signer: str) -> dict[str, Any]:
        return {"deployment": self._deployment, "signer": signer}

    def _pair(self, feed: Feed, epoch: int) -> dict[str, Any]:
        return self._place(self.signer) | {"feed": feed.label, "epoch": epoch}

    def _mine(self, table: Table, signer: str) -> Any:
        return and_(table.c.deployment == self._deployment, table.c.signer == signer)

    def _is_pair(self, table: Table, feed: Feed, epoch: int) -> Any:
        pair = self._pair(feed, epoch)
        return and_(*(table.c[name] == value for name, value in pair.items()))

    def _is_switch(self, name: str) -> Any:
        table = tables.switches
        return and_(table.c.deployment == self._deployment, table.c.name == name)


def _entry(row: Row[Any], tried: Sequence[Row[Any]]) -> Entry:
    inclusion = None
    if row.included_as is not None:
        inclusion = Inclusion(
            to_bytes(row.included_as), row.included_in, to_bytes(row.included_block), row.succeeded
        )
    return Entry(
        Call(row.effect, row.to, bytes(row.data), row.value, row.gas),
        row.signer,
        row.nonce,
        State(row.state),
        tuple(
            Attempt(to_bytes(one.hash), bytes(one.raw), Fees(one.most, one.tip), one.sent_at)
            for one in tried
        ),
        inclusion,
    )
