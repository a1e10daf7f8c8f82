"""What every reader of meters' files returns, and what it is told beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Channel = Literal["load", "generation", "import", "export", "net"]
Unit = Literal["W", "kW", "MW", "Wh", "kWh", "MWh"]
Stamps = Literal["auto", "start", "end"]
Dates = Literal["auto", "day-first", "month-first"]

Codes = NDArray[np.int32]
"""For each row, the place of what it has in a list of distinct things; half of what int64 takes."""

Progress = Callable[[int, int], None]
"""Bytes read, bytes in all."""

KILO: dict[Unit, float] = {"W": 1e-3, "kW": 1.0, "MW": 1e3, "Wh": 1e-3, "kWh": 1.0, "MWh": 1e3}
HOUR = 3600


def no_progress(done: int, total: int) -> None:
    """For who does not watch."""


@dataclass(frozen=True)
class Note:
    """One thing that was taken to be so: `about` is for programs, `text` a line for people."""

    about: str
    text: str


@dataclass(frozen=True)
class Told:
    """What the user said of the files; the rest is found out.

    `zone` is the IANA zone of stamps without an offset; `zone_given`: the user named it.
    """

    zone: str
    zone_given: bool = False
    unit: Unit | None = None
    stamps: Stamps = "auto"
    dates: Dates = "auto"
    channel: Channel | None = None
    skip: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One meter's series: its name in the file, what it counts (None: the file does not say)."""

    meter: str
    channel: Channel | None


@dataclass(frozen=True, eq=False)
class Sheet:
    """One file's series on a regular grid. `kw` [K, T]: mean power of the interval that starts at
    `start + t * step` (UTC seconds), NaN where there is none. `coarsest`: its longest interval (s).
    """

    source: Path
    columns: tuple[Column, ...]
    start: int
    step: int
    coarsest: int
    kw: NDArray[np.float64]
    notes: tuple[Note, ...]


def factor_kw(unit: Unit, seconds: int) -> float:
    """What a value in `unit` over an interval of `seconds` is multiplied with to be mean kW."""
    return KILO[unit] * (HOUR / seconds if unit.endswith("h") else 1.0)
