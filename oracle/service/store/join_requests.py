"""Who asks to join, what became of it, and the names that they gave: part of the store."""

from __future__ import annotations

import secrets
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection, func, select, update

from oracle.service.errors import StoreError
from oracle.service.store import tables
from oracle.service.store.queries import Queries, checksum, plain_fields
from oracle.service.store.records import JoinRequestRecord, RequestState

SALT_BYTES = 32


class JoinRequests(Queries):
    """Requests to join of the store's current instance, one an account."""

    def join_request(self, address: str) -> JoinRequestRecord | None:
        table = tables.join_requests
        rows = self._rows(table, table.c.address == address.lower())
        return _request(rows[0]) if rows else None

    def join_requests(self, *, limit: int = 1000) -> tuple[JoinRequestRecord, ...]:
        """The open ones first, then the decided; the oldest first."""
        table = tables.join_requests
        order = [table.c.state != "requested", table.c.asked_at, table.c.address]
        return tuple(map(_request, self._rows(table, order=order, limit=limit)))

    def ask_to_join(
        self, address: str, name: str | None, *, asked_at: int, most: int
    ) -> JoinRequestRecord | None:
        """Her request: the one that stands, or a new one; None where `most` wait already.

        A new one gets a salt of its own; the hash over salt and name may go on the chain.
        """
        table = tables.join_requests
        with self.database.write() as connection:
            instance = self._bound()
            mine = table.c.instance == instance
            row = connection.execute(
                select(table).where(mine, table.c.address == address.lower())
            ).first()
            if row is not None:
                return _request(row)
            waiting = select(func.count()).select_from(table)
            if (
                connection.execute(waiting.where(mine, table.c.state == "requested")).scalar_one()
                >= most
            ):
                return None
            salt = secrets.token_bytes(SALT_BYTES)
            values = {
                "instance": instance,
                "address": address.lower(),
                "state": "requested",
                "asked_at": asked_at,
                "name": name,
                "salt": "0x" + salt.hex(),
                "name_hash": "0x" + keccak(salt + (name or "").encode()).hex(),
                "meter": None,
            }
            connection.execute(table.insert(), values)
            return _request(
                connection.execute(
                    select(table).where(mine, table.c.address == address.lower())
                ).one()
            )

    def decide_request(
        self, address: str, state: RequestState, *, meter: str | None = None
    ) -> JoinRequestRecord:
        """Writes what became of a request. Raises StoreError where she never asked."""
        table = tables.join_requests
        values: dict[str, Any] = {"state": state}
        if meter is not None:
            values["meter"] = meter.lower()
        with self.database.write() as connection:
            mine = table.c.instance == self._bound(), table.c.address == address.lower()
            connection.execute(update(table).where(*mine).values(**values))
            row = connection.execute(select(table).where(*mine)).first()
        if row is None:
            raise StoreError(f"store: {address}: has not asked to join")
        return _request(row)


def erase_request(connection: Connection, address: str) -> None:
    """In a transaction: no name and no salt of hers is left in any instance's requests."""
    table = tables.join_requests
    connection.execute(
        update(table).where(table.c.address == address.lower()).values(name=None, salt=None)
    )


def _request(row: Any) -> JoinRequestRecord:
    meter = None if row.meter is None else checksum(row.meter)
    values = plain_fields(row) | {"address": checksum(row.address), "meter": meter}
    return JoinRequestRecord(**values)
