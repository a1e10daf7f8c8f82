"""Files that the service shows and that are kept elsewhere in the source tree.

The wheel carries copies beside this module (`force-include` in pyproject.toml).
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

Material = Literal["examples", "papers"]
PLACES: dict[Material, str] = {"examples": "examples", "papers": "docs/report"}


def material(name: Material) -> Traversable:
    """The folder: in the package, or where the source tree has it."""
    packaged = files("oracle.service.lab") / "material" / name
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / PLACES[name]
