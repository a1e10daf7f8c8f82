"""Child processes that end with their parent, whatever becomes of it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded here: a child between fork and exec must not load libraries.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(line: Sequence[str], output: Path, *, append: bool = False) -> subprocess.Popen[bytes]:
    """Starts a program in a session of its own; what it says goes to `output`. Raises OSError."""
    with output.open("ab" if append else "wb") as log:
        return subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


def _die_with_parent() -> None:
    # What it writes is for its owner alone: the chain's readings are in it.
    os.umask(0o077)
    # So that even a killed parent leaves no process behind. "Parent" is the thread that starts it.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
