"""The bench: `make bench`, or `python -m bench` in `.venv-bench`.

Measures the games against general solvers, a market day, and gas against floors; writes
`bench/results/*.json` and the page `docs/benchmarks.md`. A part that is left out keeps the
result of its last run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.day import run_day, sentences
from bench.gas import gas_table, snapshot_table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = ("games", "day")


def machine() -> dict[str, Any]:
    """What a reader must know to compare: never a host's name."""
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def line(where: dict[str, Any]) -> str:
    load = where["load"]
    busy = "other programs were running" if load > 1 else "idle before"
    return (
        f"{where['date']}, {where['system']}, {where['cores']} cores, Python {where['python']}, "
        f"load {load} at the start ({busy})."
    )


def measure_games(options: argparse.Namespace) -> None:
    """In a process of its own: it fixes the number of threads before numpy loads."""
    command = [sys.executable, ROOT / "bench" / "games.py", "--repeats", str(options.repeats)]
    if options.sizes:
        command += ["--sizes", *map(str, options.sizes)]
    subprocess.run(command, check=True)


def page(games: str, day: dict[str, Any], machines: dict[str, dict[str, Any]]) -> str:
    """The whole of docs/benchmarks.md."""
    single = snapshot_table()
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`; do not edit. What is compared, and how fairly, is in",
            "[bench/README.md](../bench/README.md); the numbers as JSON in `bench/results/`.",
            "",
            "## A market day",
            "",
            line(machines["day"]),
            "",
            sentences(day),
            "",
            "## Gas",
            "",
            "Medians of the same day, on Anvil, against floors. A floor counts only what no",
            "implementation can leave out: transaction, calldata, storage that must change, event,",
            "signature checks.",
            "",
            *gas_table(day["gas"]),
            "",
            *(["Single calls of the contract tests:", "", *single, ""] if single else []),
            "## Games",
            "",
            line(machines["games"]),
            "",
            games.strip(),
            "",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, help="measure this part alone")
    parser.add_argument("--sizes", type=int, nargs="+", help="agents of the games")
    parser.add_argument("--repeats", type=int, default=5, help="of each game (default 5)")
    options = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    known = RESULTS / "machines.json"
    machines = json.loads(known.read_text()) if known.is_file() else {}
    for part in [options.only] if options.only else PARTS:
        machines[part] = machine()
        if part == "games":
            measure_games(options)
        else:
            _write(RESULTS / "day.json", run_day())
        _write(known, machines)
    try:
        games = (RESULTS / "games.md").read_text(encoding="utf-8")
        day = json.loads((RESULTS / "day.json").read_text())
        text = page(games, day, machines)
    except (FileNotFoundError, KeyError):
        print("docs/benchmarks.md waits for both parts: run the bench without --only once")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print(sentences(day), *gas_table(day["gas"]), sep="\n")
    print(f"written: {PAGE.relative_to(ROOT)}")
    return 0


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
