"""What each function costs, beside what no implementation of the same duty can go below.

A floor counts only what cannot be left out: the transaction, its calldata, the storage that must
change, the event, the signature checks. Gas schedule: EVM version paris, calldata at 4 and 16.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).parent / "gas_snapshot.json"
"""Gas of single calls from the forge tests, where there is one."""


@dataclass(frozen=True)
class Floor:
    """A floor in gas with its meaning, and the issue's target where it has one."""

    function: str
    floor: int
    meaning: str
    target: int | None = None


FLOORS = (
    Floor("trade", 36_900, "coin and energy in one ledger, no roles, no oracle contract", 90_000),
    Floor("generation", 28_600, "one cumulative register, sent by its meter"),
    Floor("consumption", 28_600, "one cumulative register, sent by its meter"),
    Floor("post", 47_700, "ring of prices, two signatures (60,000 with four)", 85_000),
)


def gas_table(gas: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Markdown: every function of a run's report, dearest in all first."""
    floors = {floor.function: floor for floor in FLOORS}
    lines = [
        "| function | calls | median gas | floor | times floor | target | floor of what |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for name, used in sorted(gas.items(), key=lambda item: -item[1]["total"]):
        known = floors.get(name)
        cells = [name, f"{used['count']:,}", f"{used['median']:,}"]
        if known is None:
            cells += ["", "", "", ""]
        else:
            target = "" if known.target is None else f"≤ {known.target:,}"
            ratio = f"{used['median'] / known.floor:.2f}"
            cells += [f"{known.floor:,}", ratio, target, known.meaning]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def snapshot_table(path: Path = SNAPSHOT) -> list[str]:
    """Markdown: the forge tests' single calls; nothing where there is no snapshot."""
    if not path.is_file():
        return []
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    lines = ["| call | gas |", "|---|---:|"]
    lines += [f"| {name} | {value:,} |" for name, value in _flat(found)]
    return lines


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, int]]:
    """Nested tables as `group: name` pairs; forge writes numbers as text."""
    rows: list[tuple[str, int]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{name}: ")
        else:
            rows.append((f"{prefix}{name}", int(value)))
    return rows
