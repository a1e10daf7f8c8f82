"""Running the provers: one folder for what they say, one PATH on which they find each other."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAID = ROOT / ".build" / "prove"
BIN = ROOT / ".venv-prove" / "bin"
FORGE = ROOT / ".tools" / "bin" / "forge"


@dataclass(frozen=True)
class Verdict:
    """A part's outcome; `details` are lines that a reader needs when it fails."""

    good: bool
    line: str
    details: tuple[str, ...] = ()


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([str(BIN), str(FORGE.parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "NO_COLOR": "1", **more}


def say(name: str, *command: str | Path, **more: str) -> tuple[int, str]:
    """Exit code and output (without colours), which also goes to `.build/prove/NAME.log`."""
    SAID.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=environment(**more),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False,
    )  # fmt: skip
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    (SAID / f"{name}.log").write_text(text)
    return done.returncode, text


def folders(name: str) -> dict[str, str]:
    """Forge's output folders for a build that must not disturb the tests' own."""
    return {
        "FOUNDRY_OUT": f".build/prove/{name}/out",
        "FOUNDRY_CACHE_PATH": f".build/prove/{name}/cache",
    }
