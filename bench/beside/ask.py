"""What the rows share: their form, and how a package in its own environment is asked."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

BENCH = Path(__file__).resolve().parents[1]
PEERS = BENCH.parent / ".venv-peers"
PATIENCE = 300.0


@dataclass(frozen=True)
class Row:
    """One solver on one instance. `error` is the largest difference from the reference."""

    row: str
    size: str
    solver: str
    seconds: float | None
    ratio: float | None
    error: float | None
    note: str = ""


Said = str | Callable[[Any], str]
"""A note, or what makes one of the answer."""


def beside(
    row: str, size: str, ours: tuple[float, float, str], peer: str, script: str,
    question: dict[str, Any], error: Callable[[Any], float], note: Said = "",
) -> list[Row]:  # fmt: skip
    """Our row (seconds, error, note) and the peer's."""
    return [mine(row, size, ours), ask(row, size, ours[0], peer, script, question, error, note)]


def mine(row: str, size: str, ours: tuple[float, float, str]) -> Row:
    seconds, gap, said = ours
    return Row(row, size, "wattmarket", seconds, 1.0, gap, said)


def ask(
    row: str, size: str, ours: float, peer: str, script: str,
    question: dict[str, Any], error: Callable[[Any], float], note: Said = "",
) -> Row:  # fmt: skip
    """What a peer in its own environment answers. Its absence or failure is a result."""
    environment, name = peer.split(":")
    python = PEERS / environment / "bin" / "python"
    if not python.is_file():
        return Row(row, size, name, None, None, None, "not installed")
    try:
        done = subprocess.run(
            [python, BENCH / "apart" / f"{script}.py"],
            input=json.dumps(plain(question)), capture_output=True, text=True, check=True,
            timeout=PATIENCE, env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return Row(row, size, name, None, None, None, f"stopped after {PATIENCE:g} s")
    except (subprocess.CalledProcessError, ValueError) as trouble:
        said = getattr(trouble, "stderr", str(trouble)).strip().splitlines() or ["no answer"]
        return Row(row, size, name, None, None, None, f"failed: {said[-1][:80]}")
    spent, answer = found["seconds"], found["answer"]
    words = note if isinstance(note, str) else note(answer)
    return Row(row, size, name, spent, spent / ours, error(answer), words)


def largest(found: Any, wanted: Any) -> float:
    return float(np.abs(np.asarray(found) - np.asarray(wanted)).max())


def plain(question: Any) -> Any:
    """Arrays as lists, all the way down."""
    if isinstance(question, dict):
        return {name: plain(value) for name, value in question.items()}
    return question.tolist() if isinstance(question, np.ndarray) else question
