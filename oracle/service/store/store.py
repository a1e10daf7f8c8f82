"""The store: what the market day and the daemon write, and what the service reads.

Every write is idempotent: the same record again changes nothing and announces nothing. Writers
are alone (`Database.write`); readers see one snapshot.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eth_utils.address import is_address
from sqlalchemy import Connection, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from oracle.service.errors import StoreError
from oracle.service.store import tables
from oracle.service.store.database import Database
from oracle.service.store.join_requests import JoinRequests, erase_request
from oracle.service.store.market_queries import MarketQueries
from oracle.service.store.market_records import (
    ContestRecord,
    DeclarationRecord,
    FloorRecord,
    ProofRecord,
    TicketRecord,
)
from oracle.service.store.records import (
    BillLine,
    CorrectionRecord,
    ElecoinMoveRecord,
    GasRecord,
    InstanceRecord,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    PostingRecord,
    ReadingRecord,
    ReputationRecord,
    SupplyPriceRecord,
    SupplyRecord,
    TradeRecord,
)

Row = dict[str, Any]


class Store(MarketQueries, JoinRequests):
    """A store bound to one instance: the last saved, or the newest it holds.

    Thread-safe. Use `open_store`, which migrates first. Close it when done.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._watchers: list[Callable[[], None]] = []
        self._watch_lock = threading.Lock()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.database.dispose()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` after each announced change, in the writer's thread. Returns the undo."""
        with self._watch_lock:
            self._watchers.append(watcher)

        def stop() -> None:
            with self._watch_lock:
                if watcher in self._watchers:
                    self._watchers.remove(watcher)

        return stop

    # --- writing ------------------------------------------------------------------------------

    def save_instance(self, record: InstanceRecord) -> None:
        """Make this deployment the current one; everything written from now on is its own."""
        row = {
            "instance_id": record.instance_id,
            "chain_id": record.chain_id,
            "genesis_hash": record.genesis_hash.lower(),
            "deployment": json.dumps(dict(record.deployment), sort_keys=True),
        }
        table = tables.instances
        with self.database.write() as connection:
            _upsert(connection, table, [row], ["instance_id"])
            found = connection.execute(
                select(table.c.id).where(table.c.instance_id == record.instance_id)
            )
            self._instance = int(found.scalar_one())

    def record_period(self, record: PeriodRecord) -> None:
        row = _plain(record) | {"leader": _address_or_none("leader", record.leader)}
        self._announce(
            tables.periods, row, ["period"], {"kind": "period", "feed": "", "number": record.period}
        )

    def record_posting(self, record: PostingRecord) -> None:
        row = _plain(record) | {
            "leader": _address_or_none("leader", record.leader),
            "signers": json.dumps([_address("signers", a) for a in record.signers]),
        }
        self._announce(
            tables.postings,
            row,
            ["feed", "epoch"],
            {"kind": "posting", "feed": record.feed, "number": record.epoch},
        )

    def record_members(self, records: Iterable[MemberRecord]) -> None:
        """Register members. A name changed or erased through the service stays as it is."""
        with self.database.write() as connection:
            instance = self._bound()
            table = tables.members
            changed = set(
                connection.execute(
                    select(table.c.address).where(
                        table.c.instance == instance, table.c.name_changed
                    )
                ).scalars()
            )
            for record in records:
                row = _plain(record) | {
                    "instance": instance,
                    "address": _address("address", record.address),
                    "name_hash": record.name_hash.lower(),
                    "name_changed": False,
                }
                if row["address"] in changed:
                    for kept in ("name", "salt", "name_changed"):
                        del row[kept]
                    _update(connection, table, row, ["instance", "address"])
                else:
                    _upsert(connection, table, [row], ["instance", "address"])

    def record_member_periods(self, records: Iterable[MemberPeriodRecord]) -> None:
        """Energies and bill lines; a record replaces the lines written before for its period."""
        instance = self._bound()
        energies: list[Row] = []
        lines: list[Row] = []
        for record in records:
            key = {
                "instance": instance,
                "address": _address("address", record.address),
                "period": record.period,
            }
            row = _plain(record) | key
            del row["lines"]
            energies.append(row)
            lines += [key | _line(i, line) for i, line in enumerate(record.lines)]
        if not energies:
            return
        table = tables.bill_lines
        with self.database.write() as connection:
            _upsert(connection, tables.member_periods, energies, ["instance", "address", "period"])
            for row in energies:
                connection.execute(
                    delete(table).where(
                        table.c.instance == instance,
                        table.c.address == row["address"],
                        table.c.period == row["period"],
                    )
                )
            if lines:
                connection.execute(table.insert(), lines)

    def record_trades(self, records: Iterable[TradeRecord]) -> None:
        rows = [
            _plain(record)
            | {
                "seller": _address("seller", record.seller),
                "buyer": _address("buyer", record.buyer),
                "transaction": record.transaction.lower(),
            }
            for record in records
        ]
        self._put(tables.trades, rows, ["transaction", "log_index"])

    def record_reputation(self, records: Iterable[ReputationRecord]) -> None:
        """The reputations of one round (or more), after it settled."""
        rows = [_plain(r) | {"address": _address("address", r.address)} for r in records]
        rounds = sorted({int(row["round"]) for row in rows})
        if not rows:
            return
        with self.database.write() as connection:
            instance = self._bound()
            for row in rows:
                row["instance"] = instance
            fresh = [
                number
                for number in rounds
                if _differ(connection, tables.reputation, rows, number, instance)
            ]
            _upsert(connection, tables.reputation, rows, ["instance", "round", "address"])
            for number in fresh:
                change = {"kind": "reputation", "feed": "", "number": number}
                connection.execute(tables.changes.insert(), change | {"instance": instance})
        if fresh:
            self._wake()

    def record_readings(self, records: Iterable[ReadingRecord]) -> None:
        self._put_addressed(tables.readings, records, ["address", "period"])

    def record_corrections(self, records: Iterable[CorrectionRecord]) -> None:
        self._put_addressed(tables.corrections, records, ["transaction", "log_index"])

    def record_elecoin_moves(self, records: Iterable[ElecoinMoveRecord]) -> None:
        self._put_addressed(tables.elecoin_moves, records, ["transaction", "log_index"])

    def record_supplies(self, records: Iterable[SupplyRecord]) -> None:
        self._put_addressed(tables.supplies, records, ["address"])

    def record_supply_prices(self, records: Iterable[SupplyPriceRecord]) -> None:
        rows = [_plain(record) for record in records]
        self._put(tables.supply_prices, rows, ["tariff", "period"])

    def record_gas(self, records: Iterable[GasRecord]) -> None:
        self._put(tables.gas, [_plain(record) for record in records], ["function"])

    def record_declarations(self, records: Iterable[DeclarationRecord]) -> None:
        self._put_addressed(tables.declarations, records, ["feed", "epoch", "position"])

    def record_floors(self, records: Iterable[FloorRecord]) -> None:
        self._put(tables.floors, [_plain(record) for record in records], ["period"])

    def record_proof(self, record: ProofRecord, *, changed: bool = False) -> None:
        """What stands behind a posting; `changed`: it is announced like a new posting."""
        row = _plain(record) | {
            "servers": json.dumps([_address("servers", server) for server in record.servers]),
            "poster": _address("poster", record.poster),
            "demanded": json.dumps(record.demanded),
        }
        if not changed:
            self._put(tables.proofs, [row], ["feed", "epoch"])
            return
        change = {"kind": "posting", "feed": record.feed, "number": record.epoch}
        self._announce(tables.proofs, row, ["feed", "epoch"], change)

    def record_contests(
        self, records: Iterable[ContestRecord], entries: Iterable[TicketRecord]
    ) -> None:
        """Contests with all entries of their rounds, which replace those written before."""
        instance, table = self._bound(), tables.tickets
        mine = {"instance": instance}
        rows = [
            _plain(record)
            | mine
            | {
                "winner": _address_or_none("winner", record.winner),
                "transactions": json.dumps(record.transactions),
            }
            for record in records
        ]
        held = [_plain(e) | mine | {"address": _address("address", e.address)} for e in entries]
        rounds = {row["round"] for row in rows}
        with self.database.write() as connection:
            if rows:
                _upsert(connection, tables.contests, rows, ["instance", "round", "zone"])
            old = table.c.instance == instance, table.c.round.in_(rounds)
            connection.execute(delete(table).where(*old))
            if held:
                connection.execute(table.insert(), held)

    def change_name(self, address: str, name: str | None) -> bool:
        """Rename a member, or erase her name (None); False if nobody has this address.

        The salt goes either way: it opens the hash on chain to the old name. A name is erased in
        every instance that the store holds, and from the files, write-ahead log included.
        """
        table = tables.members
        with self.database.write() as connection:
            found = connection.execute(
                update(table)
                .where(table.c.address == _address("address", address))
                .values(name=name, salt=None, name_changed=True)
            )
            erase_request(connection, address)
        self.database.forget()
        return bool(found.rowcount)

    def use_nonce(self, nonce: str, *, expires: int, now: int) -> bool:
        """Remember a nonce until it expires; False if it was used before."""
        table = tables.nonces
        with self.database.write() as connection:
            connection.execute(delete(table).where(table.c.expires < now))
            if connection.execute(select(table).where(table.c.nonce == nonce)).first():
                return False
            connection.execute(table.insert(), {"nonce": nonce, "expires": expires})
            return True

    # --- how ----------------------------------------------------------------------------------

    def _put(self, table: Table, rows: Sequence[Row], key: Sequence[str]) -> None:
        if rows:
            instance = self._bound()
            with self.database.write() as connection:
                whole = [row | {"instance": instance} for row in rows]
                _upsert(connection, table, whole, ["instance", *key])

    def _put_addressed(self, table: Table, records: Iterable[Any], key: Sequence[str]) -> None:
        rows = [_plain(r) | {"address": _address("address", r.address)} for r in records]
        self._put(table, rows, key)

    def _announce(self, table: Table, row: Row, key: Sequence[str], change: Row) -> None:
        """Write one row, and a change if it is news."""
        instance = self._bound()
        row = row | {"instance": instance}
        keys = ["instance", *key]
        with self.database.write() as connection:
            old = connection.execute(
                select(table).where(*(table.c[name] == row[name] for name in keys))
            ).first()
            if old is not None and dict(old._mapping) == row:
                return
            _upsert(connection, table, [row], keys)
            connection.execute(tables.changes.insert(), change | {"instance": instance})
        self._wake()

    def _wake(self) -> None:
        with self._watch_lock:
            watchers = list(self._watchers)
        for watcher in watchers:
            watcher()


def open_store(url: str | Path) -> Store:
    """Open (or make) a store and bring its tables up to date.

    A path is an SQLite file, made readable by its owner alone; a URL may also be PostgreSQL
    (`postgresql+psycopg://…`, the driver installed). Raises StoreError, one line.
    """
    database = Database(url)
    try:
        database.upgrade()
        return Store(database)
    except StoreError:
        database.dispose()
        raise


def _plain(record: Any) -> Row:
    return dict(vars(record))


def _line(position: int, line: BillLine) -> Row:
    return {"position": position, "name": line.name, "unit": line.unit, "amount": line.amount}


def _address(field: str, value: str) -> str:
    if not is_address(value):
        raise StoreError(f"store: {field}: {value!r}: allowed: 0x and 40 hex digits")
    return value.lower()


def _address_or_none(field: str, value: str | None) -> str | None:
    return None if value is None else _address(field, value)


def _upsert(connection: Connection, table: Table, rows: Sequence[Row], key: Sequence[str]) -> None:
    """Insert rows, or overwrite what stands under the same key."""
    if connection.dialect.name == "sqlite":
        lite = sqlite.insert(table)
        values: Mapping[str, Any] = {n: lite.excluded[n] for n in rows[0] if n not in key}
        connection.execute(lite.on_conflict_do_update(index_elements=key, set_=values), rows)
    else:
        post = postgresql.insert(table)
        values = {n: post.excluded[n] for n in rows[0] if n not in key}
        connection.execute(post.on_conflict_do_update(index_elements=key, set_=values), rows)


def _update(connection: Connection, table: Table, row: Row, key: Sequence[str]) -> None:
    values = {name: value for name, value in row.items() if name not in key}
    connection.execute(
        update(table).where(*(table.c[name] == row[name] for name in key)).values(**values)
    )


def _differ(
    connection: Connection, table: Table, rows: Sequence[Row], number: int, instance: int
) -> bool:
    """Whether a round's rows say something that the table does not."""
    stored = {
        row.address: dict(row._mapping)
        for row in connection.execute(
            select(table).where(table.c.instance == instance, table.c.round == number)
        )
    }
    return any(stored.get(row["address"]) != row for row in rows if row["round"] == number)
