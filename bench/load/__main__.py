"""What the system carries: `python -m bench.load` in the product's environment.

Measures rounds, days, transactions and the API, or some of them, and writes
`bench/results/load.json`, docs/load.md and docs/load.png. What is left out keeps its last result.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bench.__main__ import machine
from bench.load import api, days, rounds, transactions
from bench.load.page import draw, page

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "bench" / "results" / "load.json"
PARTS = ("rounds", "days", "transactions", "api")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--members", type=int, nargs="+", help="of rounds and days")
    parser.add_argument(
        "--nodes", nargs="+", choices=transactions.CHAINS, default=("anvil", "geth")
    )
    options = parser.parse_args()
    results: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    sizes = tuple(options.members or ())
    for part in options.only:
        rows: Any
        if part == "rounds":
            rows = rounds.measure(sizes or rounds.MEMBERS)
        elif part == "days":
            rows = days.measure(sizes or days.MEMBERS)
        elif part == "transactions":
            rows = transactions.measure(options.nodes)
        else:
            rows = api.measure()
        results[part] = {"machine": machine(), "rows": rows}
        RESULT.write_text(json.dumps(results, indent=1) + "\n")
    missing = [part for part in PARTS if part not in results]
    if missing:
        print(f"docs/load.md waits for: {', '.join(missing)}")
        return 1
    (ROOT / "docs" / "load.md").write_text(page(results), encoding="utf-8")
    draw(results, ROOT / "docs" / "load.png")
    print("written: docs/load.md, docs/load.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
