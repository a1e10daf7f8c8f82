"""A comparison as a table for people and as a document for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from oracle.app.compare.comparison import Compared, Comparison
from oracle.community.mechanisms.metrics import NOTHING
from oracle.units import WH_PER_KWH

FEW = 12
"""So many members still have rows of their own in the table; of more, the JSON tells."""


def document(found: Comparison) -> dict[str, Any]:
    """Plain values: currency, kWh, W, shares from 0 to 1; null is what is not known or is not."""
    community = found.community
    return {
        "community": community.name,
        "currency": community.currency,
        "first_day": found.first.isoformat(),
        "days": found.days,
        "periods": found.periods,
        "forecast": found.method,
        "seed": found.seed,
        "lie_days": [day.isoformat() for day in found.lie_days],
        "mechanisms": [_entry(found, result) for result in found.results],
    }


def _entry(found: Comparison, result: Compared) -> dict[str, Any]:
    figures = result.metrics
    names = [member.name for member in found.community.members]
    least = int(figures.saving.argmin())
    money, volume = result.by_hour
    return {
        "name": result.mechanism.name,
        "title": result.mechanism.title,
        "price": _rounded(figures.price),
        "price_by_hour": [
            _rounded(m / v * WH_PER_KWH) if v else None for m, v in zip(money, volume, strict=True)
        ],
        "volume_kwh": round(figures.volume_kwh, 3),
        "fees": _rounded(figures.fees),
        "saving": {n: _rounded(float(s)) for n, s in zip(names, figures.saving, strict=True)},
        "saving_total": _rounded(float(figures.saving.sum())),
        "worse_off": [names[i] for i in figures.worse_off],
        "least_saving": {"member": names[least], "saving": _rounded(float(figures.saving[least]))},
        "gini": _rounded(figures.gini),
        "self_sufficiency": _rounded(figures.self_sufficiency),
        "self_consumption": _rounded(figures.self_consumption),
        "peak_import_w": round(figures.peak_import_w, 1),
        "peak_export_w": round(figures.peak_export_w, 1),
        "kept": _rounded(figures.kept),
        "elecoin_spread": _rounded(figures.spread),
        "lie": _lie(names, result),
    }


def _lie(names: list[str], result: Compared) -> dict[str, Any] | None:
    gain = result.gain
    if gain is None:
        return None
    return {
        "gain": _rounded(gain.gain),
        "member": names[gain.member] if gain.lie else None,
        "declares": gain.lie.text if gain.lie else None,
        "of_saving": _rounded(gain.gain / -gain.cost) if gain.cost < -NOTHING else None,
    }


def _rounded(value: float | None) -> float | None:
    # Never minus zero.
    return None if value is None else round(float(value), 6) + 0.0


def tables(found: Comparison) -> Group:
    """The one table, a column a mechanism, and below it what it needs said."""
    shown = document(found)
    entries = shown["mechanisms"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for result in found.results:
        table.add_column(result.mechanism.short, justify="right", no_wrap=True)
    for name, cell in _rows(found):
        table.add_row(name, *map(cell, entries))
    if len(found.community.members) <= FEW:
        table.add_row(f"by member, {found.community.currency}")
        for member in found.community.members:
            cells = [_money(entry["saving"][member.name]) for entry in entries]
            table.add_row(f"  {member.name}", *cells)
    return Group(_head(found), table, _foot(found, entries))


def _rows(found: Comparison) -> list[tuple[str, Callable[[dict[str, Any]], str]]]:
    currency = found.community.currency
    return [
        (f"price, {currency}/kWh", lambda e: _shown(e["price"], ".3f")),
        ("traded, kWh", lambda e: f"{e['volume_kwh']:,.0f}"),
        (f"saved, {currency}", lambda e: _money(e["saving_total"])),
        (f"least saved, {currency}", lambda e: _money(e["least_saving"]["saving"])),
        ("worse off", lambda e: str(len(e["worse_off"]))),
        ("Gini of savings", lambda e: _shown(e["gini"], ".2f")),
        ("self-sufficiency", lambda e: _shown(e["self_sufficiency"], ".1%")),
        ("self-consumption", lambda e: _shown(e["self_consumption"], ".1%")),
        ("peak import, kW", lambda e: f"{e['peak_import_w'] / 1000:.1f}"),
        ("peak export, kW", lambda e: f"{e['peak_export_w'] / 1000:.1f}"),
        (f"kept, {currency}", lambda e: _money(e["kept"])),
        (
            f"a lie gains, {currency}",
            lambda e: "–" if e["lie"] is None else _money(e["lie"]["gain"]),
        ),
    ]


def _head(found: Comparison) -> Text:
    size = len(found.community.members)
    members = "1 member" if size == 1 else f"{size} members"
    days = "1 day" if found.days == 1 else f"{found.days} days"
    first = found.first.isoformat()
    return Text.assemble(
        (found.community.name, "bold"),
        f", {members}, {days} from {first}, forecast {found.method}\n",
    )


def _foot(found: Comparison, entries: list[dict[str, Any]]) -> Text:
    named = "; ".join(f"{r.mechanism.short}: {r.mechanism.title}" for r in found.results)
    lines = [
        named,
        "kept: paid by members and got by none, for elecoins above their worth",
        *(
            f"worse off, {e['title']}: {', '.join(e['worse_off'])}"
            for e in entries
            if e["worse_off"]
        ),
    ]
    for lie, title in ((entry["lie"], entry["title"]) for entry in entries):
        if lie and lie["member"]:
            days = "a day" if len(found.lie_days) == 1 else f"{len(found.lie_days)} days"
            lines.append(
                f"a lie, {title}: {lie['member']} gains {lie['gain']:.2f} in {days} by declaring "
                f"{lie['declares']}"
            )
    return Text("\n" + "\n".join(lines))


def _shown(value: float | None, how: str) -> str:
    return "–" if value is None else format(value, how)


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if abs(amount) < 1000 else f"{amount:,.0f}"
