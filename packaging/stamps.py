"""Stamps: a step of the set-up is done if its stamp holds the hash of all that the step depends on.

A stamp is removed before its step starts and written after it ended, so whatever an interrupted
step left behind is made anew the next time.
"""

import hashlib
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def interpreter() -> str:
    """Version and place of the Python that runs the set-up; the environments are bound to both."""
    return f"{platform.python_version()} {sys.base_prefix}"


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """SHA-256 over names and contents of files, and over facts that are not files.

    The clone's own place is always part of it: environments and scripts hold absolute paths.
    """
    digest = hashlib.sha256()
    for part in (str(ROOT), *facts):
        digest.update(part.encode() + b"\0")
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def read(stamp: Path) -> list[str]:
    """The lines of a stamp; none if it is missing."""
    try:
        return stamp.read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def write(stamp: Path, *lines: str) -> None:
    """Write a stamp in one step, so that it is whole or missing."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_name(stamp.name + ".draft")
    draft.write_text("\n".join(lines) + "\n")
    draft.replace(stamp)
