"""Figures as files: which names are allowed, and writing them the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oracle import UserError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = {".png", ".svg", ".pdf"}
DPI = 110


def check_figure(path: Path) -> None:
    """Raises UserError unless a figure can be written there, before anything is started."""
    if path.suffix.lower() not in KINDS:
        raise UserError(f"--plot: {path}: allowed: a file ending in .png, .svg or .pdf")
    if not path.resolve().parent.is_dir():
        raise UserError(f"--plot: {path}: its folder does not exist")
    if path.is_dir():
        raise UserError(f"--plot: {path}: is a folder; name a file")


def save_figure(figure: Figure, path: Path, words: str) -> None:
    """Write it without dates, with the figure in words where the format has a place for them.

    Raises UserError where the file cannot be written.
    """
    metadata: dict[str, dict[str, str | None]] = {
        ".png": {"Software": None, "Description": words},
        ".svg": {"Date": None, "Description": words},
        ".pdf": {"CreationDate": None, "Subject": words},
    }
    from matplotlib import rc_context

    try:
        with rc_context({"svg.hashsalt": "wattmarket"}):
            figure.savefig(path, dpi=DPI, metadata=metadata[path.suffix.lower()])
    except OSError as error:
        raise UserError(f"--plot: {path}: {(error.strerror or str(error)).lower()}") from None
