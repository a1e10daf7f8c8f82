"""A finished default day, run once by the command line as a user would, and its chain again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Event, Market
from oracle.devnet import anvil


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "oracle.cli", *map(str, arguments)]


def wattmarket(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One call of the command line."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@dataclass(frozen=True)
class Day:
    """A day's report, the folder it left, and its events."""

    report: dict[str, Any]
    folder: Path
    output: str


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("day")
    done = wattmarket(
        "run", "--seed", 0, "--report", folder / "report.json", "--folder", folder / "run"
    )
    assert done.returncode == 0, done.stderr
    return Day(json.loads((folder / "report.json").read_text()), folder / "run", done.stdout)


@pytest.fixture(scope="session")
def market(day: Day) -> Iterator[Market]:
    """The day's chain, started again from what Anvil left."""
    with anvil.running(day.folder, resume=True) as chain:
        yield Market(Client(chain.url), Deployment.load(day.folder / "deployment.toml"))


@pytest.fixture(scope="session")
def events(market: Market) -> list[Event]:
    return market.events(0, market.client.block().number)
