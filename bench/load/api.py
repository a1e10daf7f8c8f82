"""Requests a second of the service, by wrk, beside a floor: the same uvicorn and an empty app."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.load.api_server import address

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")
PATHS = {
    "health": "/api/health",
    "the newest prices": "/api/prices?limit=1",
    "a day of periods": "/api/rounds?order=newest&limit=96",
    "a thousand members": "/api/members",
    "a member's own day": f"/api/members/{address(0)}?limit=96",
}
"""The last is answered to a token and never kept."""
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True)
class Loaded:
    """A second's answers, the server's CPU seconds for one, and the 99th percentile of waiting."""

    rate: float
    cpu_seconds: float
    p99_seconds: float


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[tuple[str, int]]:
    """The URL and process id of a server of this kind; its store is made where there is none."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load.api_server", kind, str(folder)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"the server {kind} did not start")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.stdin.close()
        process.wait(30)


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def load(url: str, pid: int, seconds: int, *headers: str) -> Loaded:
    """Loads one URL for so long. Raises RuntimeError where an answer is not 200."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is not installed: it is in Debian as `apt install wrk`")
    before = cpu_seconds(pid)
    options = [part for header in headers for part in ("-H", header)]
    done = subprocess.run(
        [
            wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "30s",
            *options, url,
        ],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    spent = cpu_seconds(pid) - before
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", done)
    if wrong:
        raise RuntimeError(f"{url}: {wrong[0]}")
    answered = re.search(r"(\d+) requests in", done)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    waiting = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", done)
    assert answered is not None
    assert rate is not None
    assert waiting is not None
    if answered[1] == "0":
        raise RuntimeError(f"{url}: no answer within {seconds} s")
    p99 = float(waiting[1]) * UNITS[waiting[2]]
    return Loaded(float(rate[1]), spent / int(answered[1]), p99)


def measure(seconds: int = 4, repeats: int = 3) -> list[dict[str, Any]]:
    """For each question the best of the repeats, by CPU, of service, unkept service and floor."""
    best: dict[str, dict[str, Loaded]] = {name: {} for name in PATHS}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="wattmarket-load-") as name:
        folder = Path(name)
        with serving("service", folder) as (url, _):
            token = f"Authorization: Bearer {(folder / 'token').read_text().strip()}"
            key, _, value = token.partition(": ")
            bodies = {
                path: httpx.get(url + path, headers={key: value}).raise_for_status().text
                for path in PATHS.values()
            }
        (folder / "bodies.json").write_text(json.dumps(bodies))
        sizes = {name: len(bodies[path].encode()) for name, path in PATHS.items()}
        # In turns, so that a busy neighbour meets them all.
        for _ in range(repeats):
            for kind in ("floor", "service", "unkept"):
                with serving(kind, folder) as (url, pid):
                    for question, path in PATHS.items():
                        httpx.get(url + path, headers={key: value}, timeout=60)
                        found = load(url + path, pid, seconds, token)
                        known = best[question].get(kind)
                        if known is None or found.cpu_seconds < known.cpu_seconds:
                            best[question][kind] = found
    return [
        {
            "question": question,
            "bytes": sizes[question],
            **{kind: vars(found) for kind, found in kinds.items()},
        }
        for question, kinds in best.items()
    ]


if __name__ == "__main__":
    print(json.dumps(measure(2, 1), indent=1))
