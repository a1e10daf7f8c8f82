"""What the store answers. Every list has a limit and a cursor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from eth_utils.address import to_checksum_address
from sqlalchemy import ColumnElement, Select, Table, func, or_, select

from oracle.service.errors import StoreError
from oracle.service.store import tables
from oracle.service.store.database import Database
from oracle.service.store.records import (
    FEEDS,
    BillLine,
    Change,
    Feed,
    GasRecord,
    InstanceRecord,
    MemberPeriodRecord,
    MemberRecord,
    Page,
    PeriodRecord,
    PostingRecord,
    ReputationRecord,
    Stats,
    TradeRecord,
)


class Queries:
    """The reading half of a store, for its current instance."""

    def __init__(self, database: Database) -> None:
        self.database = database
        table = tables.instances
        with database.read() as connection:
            newest = connection.execute(select(func.max(table.c.id))).scalar()
        self._instance: int | None = newest

    def _bound(self) -> int:
        if self._instance is None:
            raise StoreError("store: it holds no deployment yet; save_instance comes first")
        return self._instance

    def instance(self) -> InstanceRecord | None:
        """The current deployment, or None in a fresh store."""
        if self._instance is None:
            return None
        table = tables.instances
        with self.database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == self._instance)).one()
        return InstanceRecord(
            row.instance_id, row.chain_id, row.genesis_hash, json.loads(row.deployment)
        )

    # --- periods and postings -----------------------------------------------------------------

    def periods(
        self, *, after: int | None = None, limit: int = 100, newest_first: bool = False
    ) -> Page[PeriodRecord]:
        """Periods in order, beyond the period `after`."""
        column = tables.periods.c.period
        rows, following = self._page(tables.periods, column, after, limit, newest_first)
        return Page(tuple(map(_period, rows)), following)

    def period(self, period: int) -> PeriodRecord | None:
        table = tables.periods
        rows = self._rows(table, table.c.period == period)
        return _period(rows[0]) if rows else None

    def postings(
        self,
        feed: Feed,
        *,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> Page[PostingRecord]:
        """A feed's postings in order of their epochs, beyond the epoch `after`.

        Without those that were refuted: on chain nobody can read them.
        """
        table, proofs = tables.postings, tables.proofs
        refuted = select(proofs.c.epoch).where(
            proofs.c.instance == self._instance, proofs.c.feed == feed, proofs.c.voided
        )
        stands = table.c.epoch.not_in(refuted)
        rows, following = self._page(
            table, table.c.epoch, after, limit, newest_first, table.c.feed == feed, stands
        )
        return Page(tuple(map(posting_of, rows)), following)

    def posting(self, feed: Feed, epoch: int) -> PostingRecord | None:
        table = tables.postings
        rows = self._rows(table, table.c.feed == feed, table.c.epoch == epoch)
        return posting_of(rows[0]) if rows else None

    # --- members ------------------------------------------------------------------------------

    def members(
        self, *, after: str | None = None, limit: int | None = None
    ) -> tuple[MemberRecord, ...]:
        """Members by address, beyond the address `after`; names and salts included."""
        table = tables.members
        where = [] if after is None else [table.c.address > after.lower()]
        rows = self._rows(table, *where, order=[table.c.address], limit=limit)
        return tuple(map(_member, rows))

    def member(self, address: str) -> MemberRecord | None:
        table = tables.members
        rows = self._rows(table, table.c.address == address.lower())
        return _member(rows[0]) if rows else None

    def member_periods(
        self,
        address: str,
        *,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> Page[MemberPeriodRecord]:
        """Her energies and bill lines by period, beyond the period `after`."""
        table, lines = tables.member_periods, tables.bill_lines
        own = address.lower()
        rows, following = self._page(
            table, table.c.period, after, limit, newest_first, table.c.address == own
        )
        if not rows:
            return Page((), None)
        numbers = [row.period for row in rows]
        by_period: dict[int, list[BillLine]] = {number: [] for number in numbers}
        for line in self._rows(
            lines,
            lines.c.address == own,
            lines.c.period.between(min(numbers), max(numbers)),
            order=[lines.c.period, lines.c.position],
        ):
            by_period[line.period].append(BillLine(line.name, line.unit, line.amount))
        items = tuple(_member_period(row, by_period[row.period]) for row in rows)
        return Page(items, following)

    def trades_of(
        self, address: str, periods: Iterable[int], *, limit: int | None = None
    ) -> tuple[TradeRecord, ...]:
        """Her trades between the first and last of the given periods, oldest first."""
        numbers = list(periods)
        if not numbers:
            return ()
        table = tables.trades
        own = address.lower()
        rows = self._rows(
            table,
            or_(table.c.seller == own, table.c.buyer == own),
            table.c.period.between(min(numbers), max(numbers)),
            order=[table.c.period, table.c.transaction, table.c.log_index],
            limit=limit,
        )
        return tuple(map(_trade, rows))

    def reputations(
        self, round_number: int | None = None, *, address: str | None = None
    ) -> tuple[ReputationRecord, ...]:
        """A round's reputations, or those of the last settled round; highest first.

        With `address` only hers.
        """
        table = tables.reputation
        if round_number is None:
            with self.database.read() as connection:
                round_number = connection.execute(
                    select(func.max(table.c.round)).where(table.c.instance == self._instance)
                ).scalar()
        if round_number is None:
            return ()
        where = [table.c.round == round_number]
        if address is not None:
            where.append(table.c.address == address.lower())
        rows = self._rows(table, *where)
        found = [
            ReputationRecord(row.round, checksum(row.address), row.value, row.leader)
            for row in rows
        ]
        return tuple(sorted(found, key=lambda item: (-item.value, item.address.lower())))

    def gas(self) -> tuple[GasRecord, ...]:
        table = tables.gas
        rows = self._rows(table, order=[table.c.function])
        return tuple(GasRecord(row.function, row.count, row.median, row.total) for row in rows)

    # --- changes and counts -------------------------------------------------------------------

    def last_change(self) -> int:
        """The number of the newest change, 0 if there is none."""
        with self.database.read() as connection:
            return int(
                connection.execute(select(func.max(tables.changes.c.sequence))).scalar() or 0
            )

    def changes_after(self, sequence: int, *, limit: int = 100) -> tuple[Change, ...]:
        table = tables.changes
        rows = self._rows(table, table.c.sequence > sequence, order=[table.c.sequence], limit=limit)
        return tuple(Change(row.sequence, row.kind, row.feed, row.number) for row in rows)

    def stats(self) -> Stats:
        """Counts of the current instance, in one snapshot."""
        periods, postings = tables.periods, tables.postings
        with self.database.read() as connection:

            def one(statement: Select[Any]) -> Any:
                return connection.execute(statement).scalar()

            def count(table: Table, *where: ColumnElement[bool]) -> int:
                mine = table.c.instance == self._instance
                return int(one(select(func.count()).select_from(table).where(mine, *where)) or 0)

            mine = periods.c.instance == self._instance
            return Stats(
                periods=count(periods),
                priced=count(periods, periods.c.price_wei.is_not(None)),
                last_period=one(select(func.max(periods.c.period)).where(mine)),
                postings={feed: count(postings, postings.c.feed == feed) for feed in FEEDS},
                members=count(tables.members),
                trades=count(tables.trades),
                energy_traded_wh=int(
                    one(select(func.sum(periods.c.energy_traded_wh)).where(mine)) or 0
                ),
            )

    # --- how ----------------------------------------------------------------------------------

    def _rows(
        self,
        table: Table,
        *where: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]] = (),
        limit: int | None = None,
    ) -> Sequence[Any]:
        statement = select(table).where(table.c.instance == self._instance, *where)
        statement = statement.order_by(*order).limit(limit)
        with self.database.read() as connection:
            return connection.execute(statement).all()

    def _page(
        self,
        table: Table,
        column: ColumnElement[int],
        after: int | None,
        limit: int,
        newest_first: bool,
        *where: ColumnElement[bool],
    ) -> tuple[Sequence[Any], int | None]:
        """Up to `limit` rows beyond `after`, and the cursor when there are more."""
        conditions = list(where)
        if after is not None:
            conditions.append(column < after if newest_first else column > after)
        order = column.desc() if newest_first else column.asc()
        rows = self._rows(table, *conditions, order=[order], limit=limit + 1)
        if len(rows) <= limit:
            return rows, None
        kept = rows[:limit]
        return kept, int(kept[-1]._mapping[column])


@lru_cache(maxsize=65_536)
def checksum(address: str) -> str:
    """The address as EIP-55 writes it; a page names the same few again and again."""
    return str(to_checksum_address(address))


def _checksum(address: str | None) -> str | None:
    return None if address is None else checksum(address)


def plain_fields(row: Any) -> dict[str, Any]:
    """A row's columns but its instance's."""
    values = dict(row._mapping)
    del values["instance"]
    return values


def _period(row: Any) -> PeriodRecord:
    return PeriodRecord(**plain_fields(row) | {"leader": _checksum(row.leader)})


def posting_of(row: Any) -> PostingRecord:
    """A row of the postings."""
    signers = tuple(checksum(address) for address in json.loads(row.signers))
    return PostingRecord(
        **plain_fields(row) | {"leader": _checksum(row.leader), "signers": signers}
    )


def _member(row: Any) -> MemberRecord:
    values = plain_fields(row) | {"address": checksum(row.address)}
    del values["name_changed"]
    return MemberRecord(**values)


def _member_period(row: Any, lines: Iterable[BillLine]) -> MemberPeriodRecord:
    values = plain_fields(row) | {"address": checksum(row.address)}
    return MemberPeriodRecord(**values, lines=tuple(lines))


def _trade(row: Any) -> TradeRecord:
    return TradeRecord(
        **plain_fields(row) | {"seller": checksum(row.seller), "buyer": checksum(row.buyer)}
    )
