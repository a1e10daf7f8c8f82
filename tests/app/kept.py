"""A small community, names and readings like nothing else, and a run of it that is kept up."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from oracle.app.day.plan import Roster, development_roster
from oracle.app.day.run import DEPLOYMENT
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.community.load import load_community
from tests.app.conftest import command

ROOT = Path(__file__).resolve().parents[2]
PERIODS = 4
DAY = 96
NAMES = ("Annegret Quellmalz", "Bäckerei Öhrlein", "quirin_vogelsang", "Xaver.Zwickl")
# Wh of a quarter of an hour, used and made: six digits, unlike anything else that a run says.
USED = (103_457, 311_869, 263_477, 157_231)
MADE = (421_663, 0, 51_839, 347_981)
START_SECONDS = 120

HEAD = """\
name = "Kept"
currency = "EUR"
timezone = "Europe/Berlin"
step = 900
profiles = "profiles.csv"
gaps = "error"
default_start = 2026-03-31

# Noon there is midnight in Berlin: a run begins at midnight, and elecoins are wanted under the sun.
[location]
latitude = 20.0
longitude = -155.0

[retail.home]
energy = 0.155
network = 0.085
levy = 0.035
vat = 0.19
standing_charge = 0.30

[[fee]]
from = "north"
to = "north"
network = 0.020
levy = 0.008
"""
MEMBER = """
[[member]]
name = "{name}"
role = "{role}"
zone = "north"
retail = "home"
feed_in = 0.08
rated_kw = 2000.0
annual_kwh = 3000000
pv = [{{ peak_kw = {peak} }}]
"""
SERVER = """
[[edge_server]]
name = "edge_{number}"
run_by = "{name}"
"""


def write_community(folder: Path) -> Path:
    """The community's file, beside its profiles."""
    parts = [HEAD]
    parts += [
        MEMBER.format(name=name, role="prosumer", peak=max(1, made * 4 // 1000))
        for name, made in zip(NAMES, MADE, strict=True)
    ]
    parts += [SERVER.format(number=i, name=name) for i, name in enumerate(NAMES[:3])]
    columns = [f"{name}:{kind}" for name in NAMES for kind in ("load", "generation")]
    lines = [",".join(["timestamp", *columns])]
    for row in range(DAY + PERIODS):
        minutes = (24 * 60 + 15 * row) if row < DAY else 15 * (row - DAY) + 2 * 24 * 60
        stamp = f"2026-03-{29 + minutes // 1440}T{minutes // 60 % 24:02}:{minutes % 60:02}+02:00"
        powers = [kw for i in range(len(NAMES)) for kw in _powers(i, row)]
        lines.append(",".join([stamp, *powers]))
    (folder / "profiles.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = folder / "kept.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _powers(member: int, row: int) -> tuple[str, str]:
    """kW; a tenth less on the day before, so that what is declared is not what is metered."""

    def kw(wh: int) -> str:
        wh = wh * 9 // 10 if row < DAY else wh + 1_002 * (row - DAY) if wh else 0
        return f"{wh * 4 / 1000:.3f}"

    return kw(USED[member]), kw(MADE[member])


@dataclass(frozen=True)
class Kept:
    """A run that stays up: where it is, and what it has said."""

    process: subprocess.Popen[bytes]
    folder: Path
    community: Path
    report: Path
    said: Path
    errors: Path
    url: str

    @property
    def roster(self) -> Roster:
        """Its keys; the salts are its own."""
        return development_roster(load_community(self.community), 0)

    @property
    def market(self) -> Market:
        return Market(Client(self.chain_url), Deployment.load(self.folder / DEPLOYMENT))

    @property
    def chain_url(self) -> str:
        return _spoken(self, r"chain (http://\S+)")

    def interrupt(self) -> int:
        """Ctrl-C; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def _spoken(kept: Any, pattern: str) -> str:
    found = re.search(pattern, kept.said.read_text(encoding="utf-8"))
    assert found is not None
    return found.group(1)


@contextlib.contextmanager
def kept_run(folder: Path) -> Iterator[Kept]:
    """`wattmarket run --keep` of that community, ready to be asked."""
    community = write_community(folder)
    report, said, errors = folder / "report.json", folder / "stdout", folder / "stderr"
    options = ("--periods", PERIODS, "--keep", "--folder", folder / "run", "--report", report)
    with said.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command("run", community, *options),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while (url := re.search(r"service (http://\S+)", said.read_text("utf-8"))) is None:
            assert process.poll() is None, errors.read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield Kept(process, folder / "run", community, report, said, errors, url.group(1))
    finally:
        process.kill()
        process.wait()


def no_anvil_in(folder: Path) -> bool:
    """Whether no process has this run's folder in its command line."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().decode(errors="replace").split("\0")
            if "anvil" in words[0] and any(str(folder) in word for word in words):
                return False
    return True


def listen(url: str, opened: threading.Event) -> None:
    with (
        contextlib.suppress(httpx.HTTPError),
        httpx.stream("GET", f"{url}/api/events", timeout=30) as stream,
    ):
        opened.set()
        for _ in stream.iter_bytes():
            pass
