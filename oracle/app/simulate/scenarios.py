"""Scenarios of a community over weather years: every combination is one pure piece of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from oracle import UserError
from oracle.app.engine import PROCESSES, map_chunks
from oracle.community.days import span
from oracle.community.forecast import Method
from oracle.community.model import Community
from oracle.community.planning.assets import apply
from oracle.community.planning.change import Change
from oracle.community.planning.outcome import Outcome, evaluate
from oracle.community.planning.weather import weather_year
from oracle.community.profiles import Profiles

YEAR_DAYS = 365
MONTH_DAYS = 28
WEEK = 7
REPRESENTATIVE_WEEKS = 4
FEW_CELLS = 1_500_000
"""Scenarios × years × periods × members below which starting processes would take longer."""

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Simulated:
    """Outcomes [scenario][weather year]; the first scenario is the community as it is, the first
    year the weather that was. `days`: local days of each span, first and last."""

    community: Community
    changes: tuple[Change, ...]
    outcomes: tuple[tuple[Outcome, ...], ...]
    days: tuple[tuple[dt.date, dt.date], ...]
    method: Method
    seed: int

    @property
    def years(self) -> int:
        return len(self.outcomes[0])


def simulate(
    community: Community,
    profiles: Profiles,
    changes: Sequence[Change],
    days: Sequence[tuple[dt.date, dt.date]],
    *,
    years: int = 1,
    method: Method = "persistence",
    seed: int = 0,
    engine: str = PROCESSES,
    jobs: int | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Simulated:
    """Every change under every weather year, over spans of local days that the profiles cover.

    Raises CommunityError for a change that cannot be made, and what the engine raises.
    """
    for change in changes:
        apply(community, profiles, change, seed=seed)
    spans = tuple(span(community, first, last) for first, last in days)
    pieces = [(index, year) for index in range(len(changes)) for year in range(years)]
    periods = sum(count for _, count in spans)
    if jobs is None and len(pieces) * periods * len(community.members) < FEW_CELLS:
        jobs = 1
    found = map_chunks(
        partial(_piece, community, profiles, tuple(changes), spans, method, seed),
        pieces, engine=engine, jobs=jobs, told=told,
    )  # fmt: skip
    rows = [tuple(found[i * years : (i + 1) * years]) for i in range(len(changes))]
    return Simulated(community, tuple(changes), tuple(rows), tuple(days), method, seed)


def _piece(
    community: Community,
    profiles: Profiles,
    changes: tuple[Change, ...],
    spans: Spans,
    method: Method,
    seed: int,
    piece: tuple[int, int],
) -> Outcome:
    """What a worker does: the weather first, so that new roofs see it too."""
    index, year = piece
    weather = weather_year(community, profiles, year, seed=seed)
    return evaluate(apply(community, weather, changes[index], seed=seed), spans, method)


def spans_of(
    covered: Sequence[dt.date], start: dt.date | None, days: int | None, weeks: int | None
) -> tuple[tuple[dt.date, dt.date], ...]:
    """The days that stand for a year: `days` in a row, or `weeks` spread evenly over what there is.

    Without either: all days but the first (it has no yesterday); of more than four weeks, four
    representative weeks. Raises UserError.
    """
    if not covered:
        raise UserError("profiles: no whole local day: at least one to simulate")
    within = f"whole days from {covered[0]} to {covered[-1]}"
    if days is not None and weeks is not None:
        raise UserError("--days and --weeks: only one of the two")
    for name, value in (("--days", days), ("--weeks", weeks)):
        if value is not None and value < 1:
            raise UserError(f"{name}: {value}: at least 1")
    if start is not None and start not in covered:
        raise UserError(f"--start: {start}: {within}")
    left = [day for day in covered if start is None or day >= start]
    if start is None and days is None and weeks is None and len(left) > 1:
        left = left[1:]
    if days is not None:
        if days > len(left):
            raise UserError(f"--days: {days}: from {left[0]} there are {len(left)}, {within}")
        return ((left[0], left[days - 1]),)
    if weeks is None:
        if len(left) <= MONTH_DAYS:
            return ((left[0], left[-1]),)
        weeks = REPRESENTATIVE_WEEKS
    if weeks * WEEK > len(left):
        raise UserError(f"--weeks: {weeks}: {len(left)} days are {len(left) // WEEK}, {within}")
    # The middle week of each of `weeks` equal parts.
    part = len(left) / weeks
    first = [int((k + 0.5) * part - WEEK / 2) for k in range(weeks)]
    return tuple((left[at], left[at + WEEK - 1]) for at in first)


@dataclass(frozen=True)
class Band:
    """Of the weather years: the mean, and the 10th and 90th percentile."""

    mean: float
    low: float
    high: float


def band(values: Sequence[float]) -> Band:
    """The band of some years; of one year, that year."""
    numbers: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    low, high = (float(v) for v in np.quantile(numbers, (0.1, 0.9)))
    return Band(float(numbers.mean()), low, high)
