"""What `wattmarket export` does: the run's records as files for other programs."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from oracle import UserError
from oracle.app.export.schema import MEMBERS, NAME, TABLES, Column, ExportTable
from oracle.app.export.writers import WRITERS, Values, pyarrow
from oracle.app.files import make_folder, write_private
from oracle.app.statement.ledger import Ledger, open_ledger

FORMATS = (*WRITERS, "both")
BATCH = 20_000


def export_command(*, out: Path | None, folder: Path, form: str, names: bool) -> int:
    """Writes every table of the run and prints what there is."""
    if form not in FORMATS:
        raise UserError(f"--format: {form!r}: one of {', '.join(FORMATS)}")
    kinds = tuple(WRITERS) if form == "both" else (form,)
    if "parquet" in kinds:
        pyarrow()
    console = Console()
    with open_ledger(folder) as ledger:
        out = out or folder / "export"
        make_folder(out, "--out")
        bar = Progress(
            TextColumn("{task.description:16}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        with bar:
            for table in TABLES:
                total = ledger.store.count(table.source)
                for kind in kinds:
                    task = bar.add_task(f"{table.name}.{kind}", total=total)
                    _write(
                        table,
                        ledger,
                        out / f"{table.name}.{kind}",
                        kind,
                        names,
                        lambda done, task=task: bar.advance(task, done),
                    )
                console.print(f"{table.name:14} {total:>10,} rows", highlight=False)
    console.print(f"{', '.join(kinds)} in {out}, from the run in {folder}", highlight=False)
    return 0


def columns_of(table: ExportTable, names: bool) -> tuple[Column, ...]:
    """A table's columns; members' names only where they were asked for."""
    return (*table.columns, NAME) if table is MEMBERS and names else table.columns


def _write(
    table: ExportTable, ledger: Ledger, path: Path, kind: str, names: bool, advance: Any
) -> None:
    columns = columns_of(table, names)

    def fill(part: Path) -> None:
        with WRITERS[kind](part, columns) as writer:
            for rows in batches(table, columns, ledger):
                writer.write(rows)
                advance(len(rows))

    write_private(path, fill)


def batches(table: ExportTable, columns: tuple[Column, ...], ledger: Ledger) -> Iterator[Values]:
    """The rows of a table, ordered by its key, a batch at a time."""
    with contextlib.closing(ledger.store.scan(table.source, BATCH)) as parts:
        for part in parts:
            yield [[_value(column, row, ledger) for column in columns] for row in part]


def _value(column: Column, row: dict[str, Any], ledger: Ledger) -> Any:
    value = column.value(row, ledger)
    if value is not None and column.kind == "time":
        return dt.datetime.fromtimestamp(value, tz=dt.UTC)
    return value
