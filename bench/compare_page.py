"""Is anyone better off: the default community measured, and written into docs/compare.md.

`python -m bench.compare_page`, in the product's own environment; some minutes. The figures of the
community depend on no machine; the seconds of the year are of the one that is named.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.street import write
from oracle.app.compare.comparison import compare
from oracle.app.compare.report import document
from oracle.community import load_community, load_profiles
from oracle.community.days import whole_days
from oracle.community.forecast import Method

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "bench" / "results" / "compare.json"
PAGE = ROOT / "docs" / "compare.md"
BEGIN, END = "<!-- compare: begin -->", "<!-- compare: end -->"
METHODS: tuple[Method, ...] = ("persistence", "learned", "perfect")
MEMBERS, DAYS = 100, 365
KEPT = ("name", "title", "price", "volume_kwh", "fees", "saving", "saving_total", "least_saving",
        "worse_off", "gini", "self_sufficiency", "self_consumption", "peak_import_w",
        "peak_export_w", "kept", "lie")  # fmt: skip
ROWS = (
    ("price, EUR/kWh", lambda e: _number(e["price"], ".3f")),
    ("traded, kWh", lambda e: f"{e['volume_kwh']:.0f}"),
    ("saved, EUR", lambda e: f"{e['saving_total']:.2f}"),
    ("least saved by a member, EUR", lambda e: f"{e['least_saving']['saving']:.2f}"),
    ("members worse off", lambda e: str(len(e["worse_off"]))),
    ("Gini of savings", lambda e: _number(e["gini"], ".2f")),
    ("self-sufficiency", lambda e: f"{e['self_sufficiency']:.1%}"),
    ("self-consumption", lambda e: f"{e['self_consumption']:.1%}"),
    ("peak import, kW", lambda e: f"{e['peak_import_w'] / 1000:.1f}"),
    ("peak export, kW", lambda e: f"{e['peak_export_w'] / 1000:.1f}"),
    ("kept for elecoins, EUR", lambda e: f"{e['kept']:.2f}"),
    ("a lie gains, EUR", lambda e: "–" if e["lie"] is None else f"{e['lie']['gain']:.2f}"),
)


def measure() -> dict[str, Any]:
    """The default community, every whole day, lies on all of them."""
    community = load_community(None)
    profiles = load_profiles(community, None)
    days = whole_days(community, profiles)
    found: dict[str, Any] = {"first_day": days[0].isoformat(), "days": len(days), "by_forecast": {}}
    for method in METHODS:
        print(f"{method} …", file=sys.stderr)
        shown = document(
            compare(community, profiles, days, method=method, lie_days=len(days), jobs=1)
        )
        found["by_forecast"][method] = [
            {key: entry[key] for key in KEPT} for entry in shown["mechanisms"]
        ]
    return found


def time_a_year(jobs: int) -> dict[str, Any]:
    """Seconds of the program, from its start to the table, and of CPU, its workers included."""
    with tempfile.TemporaryDirectory(prefix="wattmarket-street-") as folder:
        print("writing a year of a street …", file=sys.stderr)
        file = write(Path(folder), MEMBERS, DAYS)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began, load = time.monotonic(), os.getloadavg()[0]
        subprocess.run(
            [sys.executable, "-m", "oracle.cli", "compare", file, "--json", "--jobs", str(jobs)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "members": MEMBERS,
        "days": DAYS,
        "jobs": jobs,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(spent, 1),
        "load_before": round(load, 1),
        "date": dt.date.today().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def block(found: dict[str, Any]) -> str:
    """The part of the page between the marks."""
    lines = [BEGIN, ""]
    for method, entries in found["by_forecast"].items():
        lines += [
            f"Forecast `{method}`, {found['days']} days from {found['first_day']}:",
            "",
            "| | " + " | ".join(entry["title"] for entry in entries) + " |",
            "|---|" + "---:|" * len(entries),
            *(f"| {name} | " + " | ".join(map(cell, entries)) + " |" for name, cell in ROWS),
            "",
        ]
    lines += ["Saved by each member, EUR, `persistence`:", "", *_members(found), "", *_year(found)]
    return "\n".join([*lines, "", END])


def _members(found: dict[str, Any]) -> list[str]:
    entries = found["by_forecast"]["persistence"][:-1]
    lines = ["| | " + " | ".join(entry["title"] for entry in entries) + " |"]
    lines.append("|---|" + "---:|" * len(entries))
    for name in entries[0]["saving"]:
        cells = " | ".join(f"{entry['saving'][name]:.2f}" for entry in entries)
        lines.append(f"| {name} | {cells} |")
    return lines


def _year(found: dict[str, Any]) -> list[str]:
    year = found["year"]
    busy = (
        f", other programs were running (load {year['load_before']})"
        if year["load_before"] > 0.5
        else ""
    )
    return [
        f"A year of {year['members']} members, no chain: {year['seconds']:.0f} s with "
        f"{year['jobs']} processes, {year['cpu_seconds']:.0f} s of CPU in all, from the program's "
        f"start to the result, reading the CSV and trying lies on 7 days included "
        f"({year['date']}, {year['system']}, {year['cores']} cores{busy}).",
    ]


def _number(value: float | None, how: str) -> str:
    return "–" if value is None else format(value, how)


def main(arguments: Sequence[str]) -> int:
    found = {**measure(), "year": time_a_year(2)}
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    start, end = page.index(BEGIN), page.index(END) + len(END)
    PAGE.write_text(page[:start] + block(found) + page[end:], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
