"""What `wattmarket compare` does around a comparison: options, progress, table, JSON, figure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from oracle import UserError
from oracle.app.compare.comparison import compare
from oracle.app.compare.report import document, tables
from oracle.app.engine import check_engine
from oracle.app.figures import check_figure, save_figure
from oracle.community.days import whole_days
from oracle.community.forecast import METHODS
from oracle.community.load import load_community
from oracle.community.profiles import load_profiles


def compare_command(
    *,
    community: Path | None,
    start: str | None,
    days: int | None,
    forecast: str,
    lie_days: int,
    as_json: bool,
    plot: Path | None,
    engine: str,
    jobs: int | None,
    seed: int,
) -> int:
    """Checks the options, compares, prints the table or JSON, draws."""
    check_engine(engine, jobs)
    if plot is not None:
        check_figure(plot)
    if forecast not in METHODS:
        raise UserError(f"--forecast: {forecast!r}: one of {', '.join(METHODS)}")
    if lie_days < 0:
        raise UserError(f"--lie-days: {lie_days}: at least 0")
    if seed < 0:
        raise UserError(f"--seed: {seed}: at least 0")
    made = load_community(community)
    profiles = load_profiles(made, community)
    chosen = days_of(whole_days(made, profiles), start, days)
    bar = Progress(
        TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        tasks = {what: bar.add_task(what, total=None) for what in ("observing", "comparing")}
        found = compare(
            made, profiles, chosen,
            method=next(m for m in METHODS if m == forecast),
            lie_days=lie_days, seed=seed, engine=engine, jobs=jobs,
            told=lambda what, done, whole: bar.update(tasks[what], completed=done, total=whole),
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(document(found), indent=1))
    else:
        Console().print(tables(found))
    if plot is not None:
        from oracle.plots.compare import describe_compare, plot_compare

        shown = document(found)
        save_figure(plot_compare(shown), plot, describe_compare(shown))
    return 0


def days_of(covered: Sequence[dt.date], start: str | None, count: int | None) -> list[dt.date]:
    """The days asked for among those that are covered: by default all. Raises UserError."""
    if not covered:
        raise UserError("profiles: no whole local day: at least one to compare")
    if count is not None and count < 1:
        raise UserError(f"--days: {count}: at least 1")
    try:
        first = covered[0] if start is None else dt.date.fromisoformat(start)
    except ValueError:
        raise UserError(f"--start: {start!r}: must be a date such as 2026-03-31") from None
    within = f"whole days from {covered[0]} to {covered[-1]}"
    if first not in covered:
        raise UserError(f"--start: {first}: {within}")
    left = list(covered[covered.index(first) :])
    if count is not None and count > len(left):
        raise UserError(f"--days: {count}: from {first} there are {len(left)}, {within}")
    return left[:count]
