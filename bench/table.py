"""The table of our games beside their peers. Needs nothing: a test makes the page of it again."""

from __future__ import annotations

from typing import Any

ROWS = (
    *("riccati", "nnash", "regimes", "monte-carlo", "merit-order", "stocks", "contest"),
    "learning",
)


def table(results: dict[str, list[dict[str, Any]]]) -> str:
    """All rows in their order."""
    lines = [
        "| game | size | solver | CPU s | times ours | error | |",
        "|---|---|---|---:|---:|---:|---|",
    ]
    for name in ROWS:
        for row in results.get(name, ()):
            numbers = [_number(row[key]) for key in ("seconds", "ratio", "error")]
            cells = [row["row"], row["size"], row["solver"], *numbers, row["note"]]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}"
