"""What `wattmarket simulate` does around it: options, progress, table, JSON, figure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from oracle import UserError
from oracle.app.engine import check_engine
from oracle.app.figures import check_figure, save_figure
from oracle.app.simulate.report import document, tables
from oracle.app.simulate.scenarios import simulate, spans_of
from oracle.community.days import whole_days
from oracle.community.forecast import METHODS
from oracle.community.learned import require
from oracle.community.load import load_community
from oracle.community.planning.change import (
    parse_battery,
    parse_roofs,
    parse_sweep,
    scenarios,
)
from oracle.community.planning.reference import reference_year
from oracle.community.profiles import load_profiles

MOST_YEARS = 1000


def simulate_command(
    *,
    community: Path | None,
    add_pv: str | None,
    pv_at: Sequence[str],
    add_battery: str | None,
    battery_at: str | None,
    add_members: int | None,
    member_kwh: float | None,
    sweep: Sequence[str],
    samples: int | None,
    start: str | None,
    days: int | None,
    weeks: int | None,
    weather_years: int,
    reference: bool,
    forecast: str,
    pv_cost: float | None,
    battery_cost: float | None,
    as_json: bool,
    plot: Path | None,
    engine: str,
    jobs: int | None,
    seed: int,
) -> int:
    """Checks the options, simulates, prints the table or JSON, draws."""
    check_engine(engine, jobs)
    if plot is not None:
        check_figure(plot)
    if forecast not in METHODS:
        raise UserError(f"--forecast: {forecast!r}: one of {', '.join(METHODS)}")
    if forecast == "learned":
        require()
    if not 1 <= weather_years <= MOST_YEARS:
        raise UserError(f"--weather-years: {weather_years}: from 1 to {MOST_YEARS}")
    if seed < 0:
        raise UserError(f"--seed: {seed}: at least 0")
    for name, cost in (("--pv-cost", pv_cost), ("--battery-cost", battery_cost)):
        if cost is not None and not 0 < cost < 1e9:
            raise UserError(f"{name}: {cost}: above 0")
    if samples is not None and not sweep:
        raise UserError("--samples: only with --sweep")
    changes = scenarios(
        _constant(add_pv, pv_at, add_battery, battery_at, add_members, member_kwh),
        [parse_sweep(text) for text in sweep],
        samples=samples, seed=seed,
    )  # fmt: skip
    made = load_community(community)
    profiles = load_profiles(made, community)
    if reference:
        profiles = reference_year(made, profiles, seed=seed)
    chosen = spans_of(whole_days(made, profiles), _day(start), days, weeks)
    bar = Progress(
        TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=len(changes) * weather_years)
        found = simulate(
            made, profiles, changes, chosen,
            years=weather_years, method=next(m for m in METHODS if m == forecast),
            seed=seed, engine=engine, jobs=jobs,
            told=lambda done, whole: bar.update(task, completed=done, total=whole),
        )  # fmt: skip
    said = document(found, reference=reference, pv_cost=pv_cost, battery_cost=battery_cost)
    if as_json:
        click.echo(json.dumps(said, indent=1))
    else:
        Console().print(tables(said))
    if plot is not None:
        from oracle.plots.simulate import describe_simulated, plot_simulated

        save_figure(plot_simulated(said), plot, describe_simulated(said))
    return 0


def _constant(
    add_pv: str | None,
    pv_at: Sequence[str],
    add_battery: str | None,
    battery_at: str | None,
    add_members: int | None,
    member_kwh: float | None,
) -> dict[str, Any]:
    """What every scenario but the first has."""
    fields: dict[str, Any] = {"pv_at": tuple(pv_at), "battery_at": battery_at}
    if add_pv is not None:
        fields["roofs"], fields["roof_kw"] = parse_roofs(add_pv)
    if add_battery is not None:
        fields["battery"], fields["battery_kw"] = parse_battery(add_battery)
    if add_members is not None:
        fields["members"] = add_members
    if member_kwh is not None:
        fields["member_kwh"] = member_kwh
    return fields


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--start: {text!r}: must be a date such as 2026-03-31") from None
