"""Rows to CSV and Parquet, in batches: a year of a thousand members does not fit in memory."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from oracle import UserError
from oracle.app.export.schema import DECIMALS, Column
from oracle.app.statement.sheet import safe_text
from oracle.community.monthly import round_half_away

DIGITS = 38
"""Of a decimal in Parquet."""
Values = Sequence[Sequence[Any]]


class Writer(Protocol):
    """Writes batches of rows, values as the columns give them."""

    def write(self, rows: Values) -> None: ...


@contextlib.contextmanager
def csv_writer(path: Path, columns: Sequence[Column]) -> Iterator[Writer]:
    """UTF-8, commas, points, ISO 8601; text that looks like a formula gets an apostrophe."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([column.name for column in columns])

        class Rows:
            def write(self, rows: Values) -> None:
                out.writerows(map(_cells, rows))

        yield Rows()


def _cells(row: Iterable[Any]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return format(_decimal(value).normalize(), "f")
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return safe_text(value) if isinstance(value, str) else str(value)


def _decimal(value: Fraction) -> Any:
    from decimal import Context, Decimal

    return Decimal(round_half_away(value * 10**DECIMALS)).scaleb(-DECIMALS, Context(prec=100))


@contextlib.contextmanager
def parquet_writer(path: Path, columns: Sequence[Column]) -> Iterator[Writer]:
    """Typed columns, their units and meanings as field metadata; zstd."""
    arrow, parquet = pyarrow()
    kinds = {
        "integer": arrow.int64(),
        "decimal": arrow.decimal128(DIGITS, DECIMALS),
        "text": arrow.string(),
        "flag": arrow.bool_(),
        "time": arrow.timestamp("s", tz="UTC"),
    }
    schema = arrow.schema(
        [
            arrow.field(
                column.name,
                kinds[column.kind],
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for column in columns
        ]
    )
    with parquet.ParquetWriter(path, schema, compression="zstd") as out:

        class Rows:
            def write(self, rows: Values) -> None:
                turned = [list(values) for values in zip(*rows, strict=True)]
                arrays = [
                    arrow.array(
                        [_decimal(v) if isinstance(v, Fraction) else v for v in values],
                        type=kinds[column.kind],
                    )
                    for column, values in zip(columns, turned, strict=True)
                ]
                out.write_table(arrow.Table.from_arrays(arrays, schema=schema))

        yield Rows()


def pyarrow() -> tuple[Any, Any]:
    """pyarrow and its Parquet part. Raises UserError where the extra is not installed."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise UserError(
            "--format: parquet needs pyarrow: pip install 'wattmarket[parquet]'"
        ) from None


WRITERS = {"csv": csv_writer, "parquet": parquet_writer}
