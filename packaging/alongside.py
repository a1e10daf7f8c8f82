"""Geth for `make test`: built while the set-up runs, and tested beside the other phases.

Both mostly leave the cores to the others: the build gives way, the network waits for its blocks.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geth

HOUSE = Path(__file__).resolve().parent / "house.py"
Building = subprocess.Popen[str] | None


@contextlib.contextmanager
def building_geth() -> Iterator[Building]:
    """Builds Geth as a program of its own; None where it cannot be. It ends with the block."""
    if geth.lacking() is not None:
        yield None
        return
    # A group, to end it whole; no session: Linux heeds niceness only within one.
    process = subprocess.Popen(
        ["nice", "-n", "10", sys.executable, HOUSE, "geth"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        process_group=0,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


class Beside:
    """Something that is done beside everything else, and speaks when it is asked to."""

    def __init__(self, work: Callable[[Callable[[str], object]], tuple[int, int]]) -> None:
        self._said: list[str] = []
        self._counts = (0, 1)
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Callable[[str], object]], tuple[int, int]]) -> None:
        self._counts = work(self._said.append)

    def result(self) -> tuple[tuple[int, int], str, float]:
        """What it counted, what it said, and for how many seconds this waited."""
        began = time.monotonic()
        self._thread.join()
        return self._counts, "".join(self._said), time.monotonic() - began
