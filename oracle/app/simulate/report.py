"""Scenarios as a table for people and as a document for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Group
from rich.table import Table
from rich.text import Text

from oracle.app.simulate.scenarios import YEAR_DAYS, Band, Simulated, band
from oracle.community.planning.change import SWEPT
from oracle.community.planning.outcome import Outcome

FEW = 12
"""So many members still have rows of their own in the table; of more, the JSON tells."""


def document(
    found: Simulated,
    *,
    reference: bool = False,
    pv_cost: float | None = None,
    battery_cost: float | None = None,
) -> dict[str, Any]:
    """Plain values: currency and kWh a year, W, shares 0 to 1; a figure is its mean over the
    weather years with the 10th and 90th percentile, null where it is not known.

    `reference`: the profiles are a reference year. `pv_cost` is currency per kW, `battery_cost` per
    kWh, of what is added.
    """
    return {
        "community": found.community.name,
        "currency": found.community.currency,
        "forecast": found.method,
        "seed": found.seed,
        "weather_years": found.years,
        "reference_year": reference,
        "spans": [[first.isoformat(), last.isoformat()] for first, last in found.days],
        "days": round(found.outcomes[0][0].days),
        "scenarios": [
            _scenario(found, index, pv_cost, battery_cost) for index in range(len(found.changes))
        ],
    }


def _scenario(
    found: Simulated, index: int, pv_cost: float | None, battery_cost: float | None
) -> dict[str, Any]:
    change, years, base = found.changes[index], found.outcomes[index], found.outcomes[0]
    names = years[0].names
    savings = np.array([year.saving * _yearly(year) for year in years])
    worth = [_value(then, year) for then, year in zip(base, years, strict=True)]
    invested = _invested(change, pv_cost, battery_cost)
    figures: dict[str, Any] = {
        name: _banded([of(year) for year in years]) for name, of in FIGURES.items()
    }
    figures["least_saving"] = _banded([float(year.min()) for year in savings])
    figures["mean_saving"] = _banded([float(year.mean()) for year in savings])
    figures["value"] = _banded(worth)
    figures["payback_years"] = None
    if invested:
        paid = [invested / value if value > 0 else None for value in worth]
        figures["payback_years"] = _banded(paid)
    least = int(savings.mean(axis=0).argmin())
    return {
        "label": change.label(),
        "change": {name: getattr(change, name) for name in SWEPT}
        | {"pv_at": list(change.pv_at), "battery_at": change.battery_at},
        "invested": invested,
        **figures,
        "least_saving_member": names[least],
        "members": {name: {"saving": _banded(list(savings[:, i]))} for i, name in enumerate(names)},
    }


FIGURES: dict[str, Callable[[Outcome], float | None]] = {
    "cost": lambda o: float(o.cost.sum()) * _yearly(o),
    "saving": lambda o: float(o.saving.sum()) * _yearly(o),
    "self_sufficiency": lambda o: o.self_sufficiency,
    "self_consumption": lambda o: o.self_consumption,
    "peak_import_w": lambda o: o.peak_import_w,
    "peak_export_w": lambda o: o.peak_export_w,
    "traded_kwh": lambda o: o.traded_kwh * _yearly(o),
    "imported_kwh": lambda o: o.imported_kwh * _yearly(o),
    "exported_kwh": lambda o: o.exported_kwh * _yearly(o),
    "generated_kwh": lambda o: o.generated_kwh * _yearly(o),
}


def _yearly(outcome: Outcome) -> float:
    return YEAR_DAYS / outcome.days


def _value(base: Outcome, year: Outcome) -> float:
    """What those who are there today pay less a year; a community battery's income counts, what
    added homes pay does not."""
    here = [i for i, name in enumerate(year.names) if name in base.names or _battery(year, i)]
    return float(base.cost.sum() - year.cost[here].sum()) * _yearly(base)


def _battery(year: Outcome, index: int) -> bool:
    return index == len(year.names) - 1 and year.has_battery


def _invested(change: Any, pv_cost: float | None, battery_cost: float | None) -> float | None:
    """What the added roofs and battery cost; None where that is not told, or nothing was added."""
    parts = [(change.added_kw, pv_cost), (change.battery, battery_cost)]
    if any(amount and price is None for amount, price in parts):
        return None
    made = sum(amount * price for amount, price in parts if amount and price is not None)
    return made or None


def _banded(values: list[float | None] | list[float]) -> dict[str, float] | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return None
    made: Band = band(known)
    return {name: round(getattr(made, name), 4) for name in ("mean", "low", "high")}


# --- for people -------------------------------------------------------------------------------


def tables(said: dict[str, Any]) -> Group:
    """The document as tables."""
    currency, years = said["currency"], said["weather_years"]
    spans = ", ".join(f"{first} to {last}" for first, last in said["spans"])
    head = f"{said['community']}: {said['days']} days ({spans}) taken for a year"
    if said["reference_year"]:
        head += " of the reference weather"
    if years > 1:
        head += f"; mean of {years} weather years, in brackets 10th and 90th percentile"
    money = _table(f"{currency} a year", "members pay", "less than today", "saved against grid")
    energy = _table("", "self-sufficiency", "own use", "peak kW in", "out", "least saving")
    priced = any(scenario["invested"] for scenario in said["scenarios"])
    if priced:
        money.add_column("years to pay back", justify="right")
    for number, scenario in enumerate(said["scenarios"]):
        cells = [
            _said(scenario["cost"], "{:.0f}"),
            _said(scenario["value"], "{:+.0f}", banded=True) if number else "",
            _said(scenario["saving"], "{:.0f}", banded=True),
        ]
        money.add_row(scenario["label"], *cells, *([_payback(scenario)] if priced else []))
        peaks = (scenario[f"peak_{way}_w"]["mean"] / 1000 for way in ("import", "export"))
        energy.add_row(
            scenario["label"],
            _said(scenario["self_sufficiency"], "{:.0%}"),
            _said(scenario["self_consumption"], "{:.0%}"),
            *(f"{peak:.1f}" for peak in peaks),
            f"{_said(scenario['least_saving'], '{:+.0f}')} {scenario['least_saving_member']}",
        )
    return Group(Text(head + "\n"), money, Text(""), energy, *_members(said))


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _members(said: dict[str, Any]) -> list[Table]:
    """What each saves, as it is and in the last scenario, where there are few members."""
    first, last = said["scenarios"][0], said["scenarios"][-1]
    if len(last["members"]) > FEW or len(said["scenarios"]) > FEW:
        return []
    table = Table(
        title=f"\nSaved by each member against the grid, {said['currency']}/a",
        title_justify="left", box=None, pad_edge=False,
    )  # fmt: skip
    table.add_column("member")
    shown = [first] if first is last else [first, last]
    for scenario in shown:
        table.add_column(scenario["label"], justify="right")
    for name in last["members"]:
        own = [scenario["members"].get(name) for scenario in shown]
        table.add_row(name, *(_said(o["saving"], "{:+.0f}", banded=True) if o else "" for o in own))
    return [table]


def _said(figure: dict[str, float] | None, form: str, *, banded: bool = False) -> str:
    if figure is None:
        return "unknown"
    text = form.format(figure["mean"])
    if banded and figure["low"] != figure["high"]:
        text += f" ({form.format(figure['low'])}, {form.format(figure['high'])})"
    return text


def _payback(scenario: dict[str, Any]) -> str:
    if scenario["invested"] is None:
        return ""
    found = scenario["payback_years"]
    return "never" if found is None else _said(found, "{:.1f}", banded=True)
