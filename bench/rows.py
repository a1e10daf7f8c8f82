"""Our games beside packages that solve a part of them, each in an environment of its own.

    python bench/rows.py [--only riccati contest ...] [--repeats 5] [--output bench/results]

Both sides get the same numbers in one run, one after the other, on one thread. What the answers are
compared with is neither side's: a closed form, or the same equations at a far smaller tolerance.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "apart"), str(HERE.parent)]

import measure  # noqa: E402, F401  (one thread for everybody, before numpy loads)

# isort: split
from bench.beside import grid, market, paths, players, power, riccati, supply, wealth  # noqa: E402 (threads and path first)
from bench.beside.ask import Row  # noqa: E402 (threads and path first)
from bench.table import ROWS, table  # noqa: E402 (threads and path first)

MEASURE: dict[str, Callable[[int], list[Row]]] = {
    "riccati": riccati.riccati,
    "nnash": riccati.stationary,
    "regimes": riccati.regimes,
    "noisy": riccati.noisy,
    "supply": supply.stationary_supply,
    "tracking": supply.tracking,
    "mean-field": supply.mean_field_supply,
    "risk": supply.risk_averse,
    "monte-carlo": paths.monte_carlo,
    "clearing": market.clearing_admm,
    "leader": players.leader,
    "merit-order": power.merit_order,
    "stocks": power.stored,
    "wealth": wealth.wealth,
    "population": grid.populations,
    "swing": grid.swing,
    "contest": players.lottery,
    "learning": players.learners,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=ROWS, default=ROWS)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    file = options.output / "peers.json"
    known = json.loads(file.read_text()) if file.is_file() else {}
    for name in options.only:
        known[name] = [asdict(row) for row in MEASURE[name](options.repeats)]
        print(table({name: known[name]}), flush=True)
        kept = {name: known[name] for name in ROWS if name in known}
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
