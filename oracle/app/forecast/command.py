"""`wattmarket forecast`: every forecasting method beside what was metered."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console, Group
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from oracle import UserError
from oracle.app.figures import check_figure, save_figure
from oracle.app.forecast.scores import Scored, scores
from oracle.community.days import span, whole_days
from oracle.community.forecast import METHODS, Method
from oracle.community.learned import available, require
from oracle.community.load import load_community
from oracle.community.model import Community
from oracle.community.profiles import Profiles, load_profiles

DAYS = 7
"""Local days that are scored unless others are asked for."""


def forecast_command(
    *,
    community: Path | None,
    start: str | None,
    days: int | None,
    methods: Sequence[str],
    money: bool,
    as_json: bool,
    plot: Path | None,
) -> int:
    """Checks the options, scores, prints a table or JSON, draws."""
    if plot is not None:
        check_figure(plot)
    chosen = _methods(methods)
    made = load_community(community)
    profiles = load_profiles(made, community)
    first, last = _days(made, profiles, start, days)
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:12}"), BarColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    with bar:
        start_at, periods = span(made, first, last)
        tasks = {method: bar.add_task(method, total=periods) for method in chosen}
        scored = scores(
            made, profiles, start_at, periods, chosen, money=money,
            progress=lambda method, done: bar.update(tasks[method], completed=done),
        )  # fmt: skip
    document = scored.document()
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        Console().print(tables(scored))
    if plot is not None:
        from oracle.plots.forecast import describe_forecasts, plot_forecasts

        save_figure(plot_forecasts(document), plot, describe_forecasts(document))
    return 0


def tables(scored: Scored) -> Group:
    """Mean errors of net energy: of all together by method, then by member, then in money."""
    currency, costs = scored.community.currency, scored.costs
    community = scored.community
    first = dt.datetime.fromtimestamp(scored.start, tz=community.tz).date()
    days = round(scored.periods * community.step / 86_400)
    title = f"{community.name}: net energy, {days} days from {first}, Wh a period"
    whole = _table(title, "all together", "mean error", "of mean size", "bias")
    if costs is not None:
        whole.add_column(f"cost of errors, {currency}", justify="right")
    for made in scored.methods:
        net = made.community["net"]
        share = f"{net.mae_wh / net.mean_wh:.0%}" if net.mean_wh else ""
        cells = [f"{net.mae_wh:.0f}", share, f"{net.bias_wh:+.0f}"]
        if costs is not None:
            cells.append(f"{sum(costs[made.method].values()):+.2f}")
        whole.add_row(made.method, *cells)
    heads = [made.method for made in scored.methods]
    errors = _table("\nMean error by member, Wh a period", "member", "mean size", *heads)
    for name in scored.methods[0].members:
        scores_ = [made.members[name]["net"] for made in scored.methods]
        cells = [f"{score.mae_wh:.0f}" for score in scores_]
        errors.add_row(name, f"{scores_[0].mean_wh:.0f}", *cells)
    if costs is None:
        return Group(whole, errors)
    money = _table(f"\nWhat errors cost each member, {currency}", "member", *heads)
    for name in scored.methods[0].members:
        money.add_row(name, *(f"{costs[made.method][name]:+.2f}" for made in scored.methods))
    return Group(whole, errors, money)


def _table(title: str, first: str, *others: str) -> Table:
    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    made.add_column(first, no_wrap=True)
    for name in others:
        made.add_column(name, justify="right")
    return made


def _methods(names: Sequence[str]) -> list[Method]:
    wrong = [name for name in names if name not in METHODS]
    if wrong:
        raise UserError(f"--method: {wrong[0]!r}: one of {', '.join(METHODS)}")
    if "learned" in names:
        require()
    # Without its extra, the learned one is left out of "all", not refused.
    everything = [method for method in METHODS if method != "learned" or available()]
    return [method for method in everything if not names or method in names]


def _days(
    community: Community, profiles: Profiles, start: str | None, days: int | None
) -> tuple[dt.date, dt.date]:
    covered = whole_days(community, profiles)
    if not covered:
        raise UserError("profiles: no whole local day: at least one to score a forecast")
    if days is not None and days < 1:
        raise UserError(f"--days: {days}: at least 1")
    if start is None:
        # The first day has no yesterday: no method but the standard profile says anything of it.
        known = covered[1:] or covered
        count = min(DAYS if days is None else days, len(covered))
        return (known if count <= len(known) else covered)[-count:][0], covered[-1]
    try:
        first = dt.date.fromisoformat(start)
    except ValueError:
        raise UserError(f"--start: {start!r}: must be a date such as 2026-03-31") from None
    last = first + dt.timedelta(days=(DAYS if days is None else days) - 1)
    if days is None:
        last = min(last, covered[-1])
    for day in (first, last):
        if day not in covered:
            raise UserError(
                f"--start {first}: {day} is not covered: whole days from {covered[0]} "
                f"to {covered[-1]}"
            )
    return first, last
