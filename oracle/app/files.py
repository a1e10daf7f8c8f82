"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from oracle import UserError

OWNER_ALONE = 0o600


def write_text(path: Path, text: str) -> None:
    """All or nothing, for the owner alone: a reader never sees half a file."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OWNER_ALONE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)


def write_private(path: Path, write: Callable[[Path], None]) -> None:
    """The same for personal data, readable by its owner alone; `write` fills the file it is given.

    Raises UserError, one line, where it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OWNER_ALONE))
        write(part)
        part.replace(path)
    except OSError as error:
        raise UserError(f"--out: {path}: {error.strerror or error}") from None
    finally:
        # Gone already where all went well; nobody finds half a file where something did not.
        with contextlib.suppress(OSError):
            part.unlink()


def make_folder(path: Path, flag: str) -> None:
    """Raises UserError, one line, where it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{flag}: {path}: {error.strerror or error}") from None


def plain_name(name: str) -> str:
    """Letters, digits, - and _: a name becomes part of a file's name, and of nothing else."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "-", letters).strip("-").lower()[:63] or "member"
