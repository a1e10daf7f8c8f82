"""A run's summary for a person: what happened, what it cost, who is better off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from oracle.app.day.run import Outcome

BARS = "▁▂▃▄▅▆▇█"
UNPRICED = "·"
COLUMNS = 96


def sparkline(values: Sequence[float | None]) -> str:
    """One character a value, low to high; a dot where there is none."""
    present = [value for value in values if value is not None]
    if not present:
        return UNPRICED * len(values)
    low, spread = min(present), max(present) - min(present)

    def bar(value: float | None) -> str:
        if value is None:
            return UNPRICED
        return BARS[round((value - low) / spread * (len(BARS) - 1)) if spread else 0]

    return "".join(map(bar, values))


def thinned(values: Sequence[float | None], columns: int) -> list[float | None]:
    """At most `columns` values, evenly chosen."""
    if len(values) <= columns:
        return list(values)
    return [values[i * len(values) // columns] for i in range(columns)]


def render(outcome: Outcome, console: Console) -> None:
    """Prints the summary."""
    console.print(summary(outcome, min(COLUMNS, console.width - 2)))


def summary(outcome: Outcome, columns: int) -> RenderableType:
    report, currency = outcome.report, outcome.community.currency
    return Group(
        _headline(outcome),
        _prices(report, columns),
        _contests(report),
        _members(report, currency),
        _bills(report, currency),
        _forecasts(report["forecast"], currency),
        _gas(report),
        _footer(report),
    )


def _headline(outcome: Outcome) -> Text:
    report, zone = outcome.report, outcome.community.tz
    day = dt.datetime.fromtimestamp(outcome.profile_start, tz=zone).strftime("%A %d %B %Y, %H:%M")
    kwh = report["energy_traded_wh"] / 1000
    found = report["community"]
    worse = ", ".join(found["worse_off"]) or "nobody"
    return Text.from_markup(
        f"\n[bold]{outcome.community.name}[/bold] from {day}, {report['periods']} periods: "
        f"[bold]{kwh:.3f} kWh[/bold] traded among neighbours\n"
        f"self-sufficiency {_share(found['self_sufficiency'])}, "
        f"self-consumption {_share(found['self_consumption'])}, "
        f"peak import {found['peak_import_w'] / 1000:.1f} kW, "
        f"peak export {found['peak_export_w'] / 1000:.1f} kW; worse off: {worse}\n"
    )


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0%}"


def _kwh(wh: int | None) -> str:
    return "?" if wh is None else f"{wh / 1000:.2f}"


def _prices(report: dict[str, Any], columns: int) -> Text:
    prices = report["electricity_price"]
    priced = [price for price in prices if price is not None]
    if not priced:
        return Text("electricity: no period had a buyer\n")
    elecoins = ", ".join(f"{price:.4f}" for price in report["elecoin_price"])
    matching = report["matching_probability"]
    least = min(value for value in matching if value is not None)
    return Text(
        f"electricity, ELE/kWh: {min(priced):.4f} to {max(priced):.4f}, "
        f"{len(priced)} of {len(prices)} periods priced\n"
        f"{sparkline(thinned(prices, columns))}\n"
        f"matching probability: {least:.2f} to 1\n{sparkline(thinned(matching, columns))}\n"
        f"elecoin, by epoch: {elecoins}\n"
        f"leaders, by round: {', '.join(report['leaders'])}\n"
    )


def _contests(report: dict[str, Any]) -> Text:
    if not report["contests"]:
        return Text("rewards: no contest was drawn\n")
    drawn = ", ".join(
        f"{c['zone']} {c['prize_wei'] / 1e18:.4f} ELE to {c['winner']} "
        f"(odds {c['odds'][c['winner']]:.0%})"
        for c in report["contests"]
    )
    return Text(f"rewards, by round and zone: {drawn}\n")


def _members(report: dict[str, Any], currency: str) -> Table:
    table = Table(title="Energy and standing", title_justify="left", box=None, pad_edge=False)
    table.add_column("member")
    for name in ("used", "made", "bought", "sold", "from grid", "to grid"):
        table.add_column(f"{name}\nkWh", justify="right")
    for name in ("reputation", "WATT"):
        table.add_column(name, justify="right")
    table.add_column(f"saving\n{currency}", justify="right", style="bold")
    keys = ("consumed_wh", "generated_wh", "bought_wh", "sold_wh", "imported_wh", "exported_wh")
    for name, member in report["members"].items():
        energies = [_kwh(member[key]) for key in keys]
        watt = f"{member['wattcoin_balance_wei'] / 1e18:.0f}"
        saving = f"{member['saving']:+.2f}"
        table.add_row(name, *energies, f"{member['reputation']:.2f}", watt, saving)
    return table


def _bills(report: dict[str, Any], currency: str) -> Table:
    bills = [member["bill"] for member in report["members"].values()]
    # A run corrects nothing by itself: the column is there when there is something in it.
    lines = [key for key in bills[0] if key != "corrections" or any(b[key] for b in bills)]
    table = Table(title=f"\nBills, {currency}", title_justify="left", box=None, pad_edge=False)
    table.add_column("member")
    for line in lines:
        table.add_column(line.replace("_", "\n"), justify="right")
    table.add_column("grid\nalone", justify="right")
    for name, member in report["members"].items():
        amounts = [f"{member['bill'][line]:.2f}" for line in lines]
        table.add_row(name, *amounts, f"{member['grid_only']:.2f}")
    return table


def _forecasts(forecast: dict[str, Any], currency: str) -> Table:
    table = Table(
        title=f"\nForecasts ({forecast['method']}) of net energy, Wh a period",
        title_justify="left", box=None, pad_edge=False,
    )  # fmt: skip
    table.add_column("member")
    for name in ("mean size", "mean error", "bias"):
        table.add_column(name, justify="right")
    table.add_column(f"cost of errors, {currency}", justify="right", style="bold")
    for name, found in [*forecast["members"].items(), ("all together", forecast["community"])]:
        net = found["net"]
        numbers = (f"{net['mean_wh']:.0f}", f"{net['mae_wh']:.0f}", f"{net['bias_wh']:+.0f}")
        table.add_row(name, *numbers, f"{round(found['cost'], 2) + 0.0:+.2f}")
    return table


def _gas(report: dict[str, Any]) -> Table:
    table = Table(title="\nGas", title_justify="left", box=None, pad_edge=False)
    table.add_column("function")
    for name in ("calls", "median", "total"):
        table.add_column(name, justify="right")
    for name, used in sorted(report["gas"].items(), key=lambda item: -item[1]["total"]):
        table.add_row(name, *(f"{used[key]:,}" for key in ("count", "median", "total")))
    return table


def _footer(report: dict[str, Any]) -> Text:
    return Text(f"\n{report['transactions']} transactions in {report['seconds']:.1f} s")
