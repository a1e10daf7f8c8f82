"""What a month's bill is made of: readings, corrections, elecoins moved, terms of supply."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from oracle.service.store import tables
from oracle.service.store.queries import Queries, checksum, plain_fields
from oracle.service.store.records import (
    CorrectionRecord,
    ElecoinMoveRecord,
    ReadingRecord,
    SupplyPriceRecord,
    SupplyRecord,
)
from oracle.service.store.tables import AddressText


class BillQueries(Queries):
    """The queries of a store, and those of bills. Without an address: everybody's."""

    def readings(self, address: str | None = None) -> tuple[ReadingRecord, ...]:
        """Readings by account and period."""
        table = tables.readings
        rows = self._of(table, address, table.c.address, table.c.period)
        return tuple(ReadingRecord(**_addressed(row)) for row in rows)

    def readings_page(
        self, address: str, *, after: int | None, limit: int, newest_first: bool
    ) -> tuple[ReadingRecord, ...]:
        """Her readings by period, beyond the period `after`, at most `limit`."""
        table = tables.readings
        own = table.c.address == address.lower()
        rows, _ = self._page(table, table.c.period, after, limit, newest_first, own)
        return tuple(ReadingRecord(**_addressed(row)) for row in rows)

    def corrections(self, address: str | None = None) -> tuple[CorrectionRecord, ...]:
        """Corrections in the order in which they were booked."""
        table = tables.corrections
        rows = self._of(table, address, table.c.block, table.c.log_index)
        return tuple(CorrectionRecord(**_addressed(row)) for row in rows)

    def elecoin_moves(self, address: str | None = None) -> tuple[ElecoinMoveRecord, ...]:
        """Elecoins bought and redeemed, oldest first."""
        table = tables.elecoin_moves
        rows = self._of(table, address, table.c.at, table.c.transaction, table.c.log_index)
        return tuple(ElecoinMoveRecord(**_addressed(row)) for row in rows)

    def supplies(self) -> dict[str, SupplyRecord]:
        """Meters and terms by address."""
        rows = self._rows(tables.supplies, order=[tables.supplies.c.address])
        found = [SupplyRecord(**_addressed(row, "meter")) for row in rows]
        return {record.address: record for record in found}

    def grid_energy(
        self, address: str, periods: Collection[int]
    ) -> tuple[tuple[int, int, int], ...]:
        """Of these closed periods: number, Wh imported, Wh exported."""
        table = tables.member_periods
        rows = self._rows(table, table.c.address == address.lower(), table.c.period.in_(periods))
        return tuple((row.period, row.imported_wh, row.exported_wh) for row in rows)

    def supply_prices(
        self, tariff: str | None = None, periods: Collection[int] | None = None
    ) -> tuple[SupplyPriceRecord, ...]:
        """A tariff's prices by period; all tariffs and periods where they are not named."""
        table = tables.supply_prices
        where = [] if tariff is None else [table.c.tariff == tariff]
        if periods is not None:
            where.append(table.c.period.in_(periods))
        rows = self._rows(table, *where, order=[table.c.tariff, table.c.period])
        return tuple(SupplyPriceRecord(**plain_fields(row)) for row in rows)

    # --- whole tables -------------------------------------------------------------------------

    def count(self, name: str) -> int:
        """Rows of one of the instance's tables."""
        table = tables.metadata.tables[name]
        mine = select(func.count()).select_from(table).where(table.c.instance == self._instance)
        with self.database.read() as connection:
            return int(connection.execute(mine).scalar_one())

    def scan(self, name: str, batch: int) -> Generator[list[dict[str, Any]], None, None]:
        """All rows of one of the instance's tables in the order of its key, in batches."""
        table = tables.metadata.tables[name]
        addresses = [c.name for c in table.columns if isinstance(c.type, AddressText)]
        keys = [column for column in table.primary_key if column.name != "instance"]
        wanted = select(table).where(table.c.instance == self._instance).order_by(*keys)
        with self.database.read() as connection:
            found = connection.execution_options(yield_per=batch).execute(wanted)
            for part in found.partitions():
                yield [_checksummed(plain_fields(row), addresses) for row in part]

    def _of(self, table: Table, address: str | None, *order: ColumnElement[Any]) -> Any:
        where = [] if address is None else [table.c.address == address.lower()]
        return self._rows(table, *where, order=order)


def _checksummed(values: dict[str, Any], addresses: Sequence[str]) -> dict[str, Any]:
    present = [name for name in addresses if values[name] is not None]
    return values | {name: checksum(values[name]) for name in present}


def _addressed(row: Any, *more: str) -> dict[str, Any]:
    values = plain_fields(row)
    return _checksummed(values, ("address", *more))
