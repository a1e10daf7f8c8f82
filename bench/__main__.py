"""The bench: `make bench`, or `python -m bench` in `.venv-bench`.

Measures the games against general solvers and against packages that solve a part of them, gas
against floors, and a market day; writes
`bench/results/*.json`, `docs/gas.md` and the page `docs/benchmarks.md`. A part that is left out
keeps the result of its last run.
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

from bench.day import gas_table, run_day, sentences
from bench.table import ROWS, table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = ("games", "peers", "gas", "day")


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


def run_script(name: str, *options: str) -> None:
    subprocess.run([sys.executable, ROOT / "bench" / name, *options], check=True)


def measure_games(options: argparse.Namespace) -> None:
    """In a process of its own: it fixes the number of threads before numpy loads."""
    sizes = ["--sizes", *map(str, options.sizes)] if options.sizes else []
    run_script("games.py", "--repeats", str(options.repeats), *sizes)


def page(games: str, peers: str, day: dict[str, Any], machines: dict[str, dict[str, Any]]) -> str:
    """The whole of docs/benchmarks.md."""
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`; do not edit. What is compared, and how fairly, is in",
            "[bench/README.md](../bench/README.md).",
            "",
            "## A market day",
            "",
            line(machines["day"]),
            "",
            sentences(day),
            "",
            *gas_table(day),
            "",
            "Each function as a transaction of its own, beside floors and a naive reading of the",
            "paper's contract: [gas.md](gas.md).",
            "",
            "## Games",
            "",
            line(machines["games"]),
            "",
            games.strip(),
            "",
            "## Games beside packages that solve a part of them",
            "",
            line(machines["peers"]),
            "",
            peers.strip(),
            "",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=(*PARTS, *ROWS), help="measure this part or row alone")
    parser.add_argument("--sizes", type=int, nargs="+", help="agents of the games")
    parser.add_argument("--repeats", type=int, default=5, help="of each game (default 5)")
    options = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    known = RESULTS / "machines.json"
    machines = json.loads(known.read_text()) if known.is_file() else {}
    rows = ["--only", options.only] if options.only in ROWS else []
    for part in ["peers"] if rows else [options.only] if options.only else PARTS:
        machines[part] = machine()
        if part == "games":
            measure_games(options)
        elif part == "peers":
            run_script("rows.py", "--repeats", str(options.repeats), *rows)
        elif part == "gas":
            run_script("gas.py")
        else:
            _write(RESULTS / "day.json", run_day())
        _write(known, machines)
    try:
        games = (RESULTS / "games.md").read_text(encoding="utf-8")
        day = json.loads((RESULTS / "day.json").read_text())
        peers = table(json.loads((RESULTS / "peers.json").read_text()))
        text = page(games, peers, day, machines)
    except (FileNotFoundError, KeyError):
        print(
            "docs/benchmarks.md waits for games, peers and day: run the bench once without --only"
        )
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print(sentences(day))
    print(f"written: {PAGE.relative_to(ROOT)}")
    return 0


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
