"""What a lie gains in the default community: measured, and written into docs/security.md.

`python -m bench.misdeclare_page`, in the product's own environment; some minutes. It depends on
no machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.misdeclare import Day, coalitions, gains, lies, observe, play
from oracle.community import Community, Profiles, load_community, load_profiles
from oracle.community.days import whole_days
from oracle.community.forecast import Method
from oracle.community.pairing import tradeable_wh
from oracle.community.problem import floor_ticks
from oracle.units import TICK, WAD, WH_PER_KWH

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "bench" / "results" / "misdeclare.json"
PAGE = ROOT / "docs" / "security.md"
COARSE = (50, 75, 125, 150)
METHODS_USED: tuple[Method, ...] = ("persistence", "perfect")


def measure() -> dict[str, Any]:
    """The default community: its default day in steps of 10 %, every whole day in four steps."""
    community = load_community(None)
    profiles = load_profiles(community, None)
    default = community.default_start
    assert default is not None
    found: dict[str, Any] = {"date": default.isoformat(), "day": {}, "together": {}, "days": {}}
    most, energy = most_redistributed(_observe(community, profiles, default, "persistence"))
    found["false_price"] = {"currency": round(float(most), 6), "wh": energy}
    for method in METHODS_USED:
        default_day = _observe(community, profiles, default, method)
        found["day"][method] = gains(default_day)
        found["together"][method] = coalitions(default_day)
        found["days"][method] = [
            {"date": date.isoformat(), "best": largest(gains(day, lies(COARSE, needs=False)))}
            for date in whole_days(community, profiles)
            for day in [_observe(community, profiles, date, method)]
        ]
    return found


def _observe(community: Community, profiles: Profiles, date: dt.date, method: Method) -> Day:
    start = community.local_midnight(date)
    return observe(community, profiles, start, community.periods_of_day(date), method)


def largest(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of one day's rows the best lie by each lever: whose, and how."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        for lever, best in row["best"].items():
            if lever not in found or best["gain"] > found[lever]["gain"]:
                found[lever] = {"member": row["member"], "role": row["role"], **best}
    return found


def most_redistributed(day: Day) -> tuple[Fraction, int]:
    """The most that a false price of one period could move, in currency, and of how many Wh.

    What could be traded at any price, times the way from the floor to the highest value.
    """
    floor, found = floor_ticks(day.community), []
    for period, elecoin in enumerate(play(day).elecoin_prices):
        declared = day.declared(period, elecoin)
        generated, consumed = day.readings[period]
        sides = [0, 0]
        for words, g, c in zip(declared, generated, consumed, strict=True):
            wh = tradeable_wh(words.net_wh, g - c, day.community.market.tolerance_bps)
            sides[words.net_wh < 0] += wh
        values = [words.price_ticks for words in declared if words.net_wh < 0]
        way = max([*values, floor]) - floor
        money = Fraction(min(sides) * way * TICK * elecoin, WH_PER_KWH * WAD * WAD)
        found.append((money, min(sides)))
    return max(found)


# --- the page ---------------------------------------------------------------------------------

BEGIN, END = "<!-- misdeclare: begin -->", "<!-- misdeclare: end -->"


def block(result: dict[str, Any]) -> str:
    """What docs/security.md says of it, between its two marks."""
    lines = [BEGIN, "", *_summary(result)]
    for method, rows in result["day"].items():
        lines += [
            "",
            f"Forecast `{method}`, {result['date']}:",
            "",
            "| member | role | bill, EUR | largest gain, EUR | of the bill | by declaring "
            "| reputation it costs | the others lose, EUR |",
            "|---|---|---:|---:|---:|---|---:|---:|",
            *map(_row, rows),
        ]
    lines += [
        "",
        f"All members of a role together, each telling the same lie, {result['date']}:",
        "",
        "| who | bills, EUR | largest gain, EUR | of the bills | by declaring "
        "| the others lose, EUR |",
        "|---|---:|---:|---:|---|---:|",
    ]
    for method, rows in result["together"].items():
        for row in rows:
            best = max(row["best"].values(), key=lambda entry: float(entry["gain"]))
            lines.append(
                f"| {row['members']} {row['role']}s, `{method}` | {row['bill']:.2f} "
                f"| {best['gain']:.3f} | {_of_bill(best)} | {_how(best)} "
                f"| {best['others_lose']:.3f} |"
            )
    return "\n".join([*lines, "", END])


def _summary(result: dict[str, Any]) -> list[str]:
    """The largest gain by each lever, on the default day and over all."""
    levers = ("net", "price", "need", "net and price")
    lines = [
        "| the largest gain in a day | " + " | ".join(levers) + " |",
        "|---|---|---|---|---|",
    ]
    for method, rows in result["day"].items():
        days = result["days"][method]
        over_all = {
            lever: max((day["best"][lever] for day in days), key=lambda entry: entry["gain"])
            for lever in levers
            if lever in days[0]["best"]
        }
        for name, best in (
            (f"`{method}`, {result['date']}", largest(rows)),
            (f"`{method}`, any of {len(days)} days", over_all),
        ):
            cells = [_cell(best[lever]) if lever in best else "–" for lever in levers]
            lines.append("| " + " | ".join([name, *cells]) + " |")
    return lines


def _cell(entry: dict[str, Any]) -> str:
    if entry["gain"] <= 0:
        return "nothing pays"
    return f"{entry['gain']:.3f} EUR, {_of_bill(entry)}, {entry['member']}, {_how(entry)}"


def _row(row: dict[str, Any]) -> str:
    best = max(row["best"].values(), key=lambda entry: float(entry["gain"]))
    start = f"| {row['member']} | {row['role']} | {row['bill']:.2f} |"
    if best["gain"] <= 0:
        return f"{start} 0 | 0 | nothing pays | – | – |"
    return (
        f"{start} {best['gain']:.4f} | {_of_bill(best)} | {_how(best)} "
        f"| {best['reputation_lost']:.3f} | {best['others_lose']:.3f} |"
    )


def _of_bill(entry: dict[str, Any]) -> str:
    return "–" if entry["percent"] is None else f"{entry['percent']:.2f} %"


def _how(entry: dict[str, Any]) -> str:
    parts = [f"{name} × {entry[name] / 100:g}" for name in ("net", "price", "need")]
    return ", ".join(part for part in parts if not part.endswith("× 1"))


def main() -> int:
    argparse.ArgumentParser(
        prog="misdeclare_page", description=__doc__.splitlines()[0]
    ).parse_args()
    result = measure()
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(before + block(result) + rest.partition(END)[2], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
