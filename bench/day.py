"""A market day of the default community, as a user runs it: seconds, transactions, gas."""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / ".venv" / "bin" / "wattmarket"
KEPT = ("periods", "rounds", "energy_traded_wh", "transactions", "seconds", "gas", "seed")


def run_day(*options: str) -> dict[str, Any]:
    """The report's figures that a bench compares, and CPU seconds of the program and its chain.

    Raises RuntimeError with the program's own line where it fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(prefix="wattmarket-bench-") as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [
                PROGRAM,
                "run",
                "--seed",
                "0",
                "--folder",
                f"{folder}/run",
                "--report",
                report,
                *options,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        found = json.loads(report.read_text(encoding="utf-8"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {key: found[key] for key in KEPT} | {"cpu_seconds": round(spent, 3)}


def gas_table(day: dict[str, Any]) -> list[str]:
    """Markdown: the functions that the day called, dearest in all first."""
    lines = ["| function | calls | median gas | total gas |", "|---|---:|---:|---:|"]
    for name, used in sorted(day["gas"].items(), key=lambda item: -item[1]["total"]):
        cells = [name, *(f"{used[key]:,}" for key in ("count", "median", "total"))]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def sentences(day: dict[str, Any]) -> str:
    """The day in two sentences."""
    gas = sum(used["total"] for used in day["gas"].values())
    return (
        f"{day['periods']} periods, {day['transactions']:,} transactions and "
        f"{gas / 1e6:.0f} million gas in {day['seconds']:.1f} s, from the start of Anvil to the "
        f"report; {day['cpu_seconds']:.1f} s of CPU, the interpreter's start and the chain's "
        "process included. The target is 60 s on two cores."
    )
