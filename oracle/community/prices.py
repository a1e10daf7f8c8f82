"""A price series from a file: a price in currency per kWh for each interval, without gaps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np

from oracle.community.errors import CommunityError
from oracle.units import exact

DAY = 86_400
STEPS = (900, 1800, 3600)
LOWEST, HIGHEST = -10.0, 1000.0


@dataclass(frozen=True, eq=False)
class PriceSeries:
    """`values[i]` is the price from `start + i * step` (UTC seconds) on, in currency per kWh."""

    start: int
    step: int
    values: tuple[float, ...]

    @property
    def end(self) -> int:
        """UTC seconds at which the last price ends to hold."""
        return self.start + self.step * len(self.values)

    @cached_property
    def highest(self) -> Fraction:
        return exact(max(self.values))

    def covers(self, start: int, seconds: int) -> bool:
        return self.start <= start and start + seconds <= self.end

    def at(self, start: int, seconds: int) -> Fraction:
        """The mean price over the `seconds` from `start` on, exact.

        Raises ValueError where the series does not cover them.
        """
        if not self.covers(start, seconds):
            raise ValueError(f"no price for the {seconds} s from UTC second {start}")
        first = (start - self.start) // self.step
        last = -(-(start + seconds - self.start) // self.step)
        prices = [exact(value) for value in self.values[first:last]]
        return sum(prices, Fraction(0)) / len(prices)

    def latest(self, start: int, seconds: int) -> int:
        """`start`, or as many whole days earlier as it takes to be covered."""
        beyond = start + seconds - self.end
        return start - DAY * max(0, -(-beyond // DAY))


def load_prices(file: Path) -> PriceSeries:
    """The series in a CSV with the columns `timestamp` (ISO 8601 with offset) and `price`.

    Raises CommunityError: a stamp or a price that cannot be read, or an interval that lacks.
    """
    import pandas as pd  # a second to import, and most communities have no series

    from oracle.community.tables import read_table, starts_of

    frame = read_table(file, "prices")
    for column in ("timestamp", "price"):
        if column not in frame.columns:
            header = ",".join(map(str, frame.columns))
            raise CommunityError(file, "header", header, "needs timestamp and price")
    seconds = starts_of(frame["timestamp"], 900, file)
    prices = pd.to_numeric(frame["price"], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~((prices >= LOWEST) & (prices <= HIGHEST))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise CommunityError(
            file,
            f"row {row + 2} price",
            str(frame["price"].iloc[row]),
            f"must be currency per kWh, from {LOWEST:g} to {HIGHEST:g}",
        )
    steps = np.diff(seconds)
    step = int(steps[0]) if len(steps) else 3600
    if step not in STEPS:
        raise CommunityError(
            file, "row 3 timestamp", str(frame["timestamp"].iloc[1]), "900, 1800 or 3600 s apart"
        )
    if (steps != step).any():
        row = int(np.argmax(steps != step)) + 1
        raise CommunityError(
            file,
            f"row {row + 2} timestamp",
            str(frame["timestamp"].iloc[row]),
            f"must be {step} s after the row before: a price series has no gaps",
        )
    return PriceSeries(int(seconds[0]), step, tuple(map(float, prices)))
