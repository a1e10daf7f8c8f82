"""What `wattmarket sweep` does around it: the file, progress, table, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from oracle import UserError
from oracle.app.engine import check_engine
from oracle.app.files import write_text
from oracle.app.solve import NOT_CONVERGED
from oracle.app.sweep.axes import parse_axis
from oracle.app.sweep.run import Row, Swept, prepare, solve_prepared
from oracle.community.scenario import document_of

SHOWN_ROWS, SHOWN_COLUMNS = 40, 6
LOW, HIGH = 0.1, 0.9


def sweep_command(
    *,
    scenario: Path,
    sweeps: Sequence[str],
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None,
    engine: str,
    jobs: int | None,
) -> int:
    """Exit code 0, or 3 where a task did not converge. Raises UserError."""
    check_engine(engine, jobs)
    if out is not None and (out.is_dir() or not out.resolve().parent.is_dir()):
        raise UserError(f"--out: {out}: allowed: a file in a folder that exists")
    axes = [parse_axis(text) for text in sweeps]
    prepared = prepare(document_of(scenario), axes, draws=draws, seed=seed)
    bar = Progress(
        TextColumn("solving"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("")
        found = solve_prepared(
            prepared, engine=engine, jobs=jobs,
            told=lambda done, whole: bar.update(task, completed=done, total=whole),
        )  # fmt: skip
    if out is not None:
        try:
            write_text(out, as_csv(found))
        except OSError as error:
            raise UserError(f"--out: {out}: {error.strerror or error}") from None
    if as_json:
        click.echo(json.dumps(document(found), allow_nan=False))
    else:
        Console().print(table(found))
    return 0 if all(row.found.get("converged", True) for row in found.rows) else NOT_CONVERGED


def document(swept: Swept) -> dict[str, Any]:
    """As JSON shows it."""
    return {
        "game": swept.game,
        "axes": [{"field": axis.field, "values": list(axis.values)} for axis in swept.axes],
        "rows": [
            {
                "at": list(row.values),
                "draw": row.draw,
                "seed": str(row.seed),
                "found": row.found,
            }
            for row in swept.rows
        ],
    }


def as_csv(swept: Swept) -> str:
    """A line a task; numbers as Python writes them, so that they are read back to the last bit."""
    names = _names(swept.rows)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([*(axis.field for axis in swept.axes), "draw", "seed", *names])
    for row in swept.rows:
        lines.writerow([*row.values, row.draw, row.seed, *(row.found.get(n) for n in names)])
    return text.getvalue()


def table(swept: Swept) -> Table:
    """A row a point; what was drawn often as median and the span of eight in ten."""
    names = [name for name in _names(swept.rows) if name != "converged"][:SHOWN_COLUMNS]
    shown = Table(title=swept.game, box=None, pad_edge=False)
    for heading in [*(axis.field for axis in swept.axes), *names]:
        shown.add_column(heading, justify="right", overflow="fold")
    by_point: dict[tuple[float | int, ...], list[Row]] = {}
    for row in swept.rows:
        by_point.setdefault(row.values, []).append(row)
    for values, rows in list(by_point.items())[:SHOWN_ROWS]:
        cells = [_cell([row.found.get(name) for row in rows]) for name in names]
        shown.add_row(*(f"{value:g}" for value in values), *cells)
    if len(by_point) > SHOWN_ROWS:
        shown.caption = f"the first {SHOWN_ROWS} of {len(by_point)}; --json or --out has all"
    return shown


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.found))


def _cell(values: Sequence[float | int | bool | None]) -> str:
    numbers = [float(value) for value in values if value is not None]
    if not numbers:
        return "-"
    middle = float(np.median(numbers))
    if len(values) == 1:
        return f"{middle:.6g}"
    low, high = np.quantile(numbers, [LOW, HIGH])
    return f"{middle:.6g} [{low:.4g}, {high:.4g}]"
