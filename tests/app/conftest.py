"""A finished default day, run once by the command line as a user would, and its chain again."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
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

ATOLL = """
name = "Atoll"
currency = "EUR"
timezone = "UTC"
step = 900
profiles = "profiles.csv"
default_start = 2026-03-02

[location]
latitude = -16.8
longitude = 179.9

[market]
typical_need = 0.05
declaration_lead = 300
elecoin_lead = 300
reading_grace = 240
trade_window = 240
rating_window = 180

[retail.home]
energy = 0.155
network = 0.085
levy = 0.035
vat = 0.19
standing_charge = 0.30

[[fee]]
from = "north"
to = "north"
network = 0.02
levy = 0.008

[[edge_server]]
name = "lagoon"
run_by = "roof"

[[member]]
name = "roof"
role = "retailer"
zone = "north"
retail = "home"
feed_in = 0.08
rated_kw = 10.0
annual_kwh = 4000
standard_profile = "h25"
pv = [{ peak_kw = 6.0, tilt = 10, azimuth = 0 }]

[[member]]
name = "inn"
role = "consumer"
zone = "north"
retail = "home"
feed_in = 0.0
rated_kw = 10.0
annual_kwh = 4000
standard_profile = "h25"
"""


def atoll(folder: Path) -> Path:
    """A roof and an inn on the date line, so that midnight in UTC is noon: the community's file."""
    rows = ["timestamp,roof:load,roof:generation,inn:load,inn:generation"]
    for quarter in range(2 * 96):
        day, minutes = 1 + quarter // 96, quarter % 96 * 15
        start = f"2026-03-{day:02}T{minutes // 60:02}:{minutes % 60:02}:00+00:00"
        rows.append(f"{start},0.4,{3.0 + quarter % 2},{4.0 + quarter % 3 / 10},0.0")
    (folder / "profiles.csv").write_text("\n".join(rows) + "\n")
    path = folder / "community.toml"
    path.write_text(ATOLL)
    return path


FIRST = ("test_day", "test_kept_run", "test_pool_day")
"""The longest modules: the others run beside them, each worker a module."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


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


@pytest.fixture
def signals_kept() -> Iterator[None]:
    """`wattmarket run` takes SIGTERM over; a test gives it back."""
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@dataclass(frozen=True)
class Day:
    """A day's report, the folder it left, and its events."""

    report: dict[str, Any]
    folder: Path
    output: str


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Day:
    """The first worker that asks runs it, the others wait; each has a copy of its own."""
    base = tmp_path_factory.getbasetemp()
    original = (base if worker_id == "master" else base.parent) / "finished-day"
    original.mkdir(exist_ok=True)
    with (original / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any((original / name).exists() for name in ("output", "error")):
            _run_a_day(original)
    assert (original / "output").exists(), (original / "error").read_text()
    folder = tmp_path_factory.mktemp("day")
    shutil.copytree(original / "run", folder / "run")
    report = json.loads((original / "report.json").read_text())
    return Day(report, folder / "run", (original / "output").read_text())


def _run_a_day(folder: Path) -> None:
    """Leaves the report, the run's folder and, written last, its output; or why there is none."""
    report, run = folder / "report.json", folder / "run"
    try:
        done = wattmarket("run", "--seed", 0, "--report", report, "--folder", run)
    except subprocess.TimeoutExpired as error:
        (folder / "error").write_text(str(error))
    else:
        name, said = ("error", done.stderr) if done.returncode else ("output", done.stdout)
        (folder / name).write_text(said)


@pytest.fixture(scope="session")
def market(day: Day) -> Iterator[Market]:
    """The day's chain, started again from what Anvil left."""
    with anvil.running(day.folder, resume=True) as chain:
        yield Market(Client(chain.url), Deployment.load(day.folder / "deployment.toml"))


@pytest.fixture(scope="session")
def events(market: Market) -> list[Event]:
    return market.events(0, market.client.block().number)
