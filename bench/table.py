"""The table of our games beside their peers. Needs nothing: a test makes the page of it again."""

from __future__ import annotations

from typing import Any

PEERS = {
    "riccati": ("pydiffgame",),
    "nnash": ("quantecon", "nashopt"),
    "regimes": ("quantecon",),
    "noisy": ("noisestate",),
    "supply": ("control", "quantecon"),
    "tracking": ("control",),
    "mean-field": ("mfglib", "openspiel"),
    "risk": ("quantecon",),
    "monte-carlo": ("sdepy",),
    "clearing": ("superadmm", "admmsolver"),
    "leader": ("nashopt",),
    "merit-order": (),
    "stocks": ("pypsa",),
    "wealth": ("goalbased",),
    "population": ("popgames",),
    "swing": ("andes",),
    "contest": ("nashopt",),
    "learning": ("openspiel",),
}
"""The environments that each row needs, in the order of the table."""
ROWS = tuple(PEERS)


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
