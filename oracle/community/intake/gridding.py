"""Rows of readings onto the regular grid of a sheet: UTC, interval starts, kW."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oracle.community.errors import CommunityError, utc_text
from oracle.community.intake.clock import ClockError, instants
from oracle.community.intake.rows import Layout, Rows
from oracle.community.intake.sheet import Channel, Codes, Column, Note, Sheet, Told, Unit, factor_kw

DAY = 86_400
STEPS = (60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800, 3600)
MOST_CELLS = 1_000_000_000
SPARSE = 0.4


def usual_step(seconds: NDArray[np.int64]) -> int:
    """The commonest distance of distinct stamps in seconds; 0 for a single one."""
    steps, counts = np.unique(np.diff(np.unique(seconds)), return_counts=True)
    return int(steps[np.argmax(counts)]) if len(steps) else 0


def to_sheet(file: Path, rows: Rows, layout: Layout, told: Told, ends: bool | None) -> Sheet:
    """The sheet of a table. `ends`: whether its header says that stamps close intervals.

    Raises CommunityError: a stamp that no clock shows or off the grid, two values for one interval.
    """
    rows = _oldest_first(rows)
    if rows.walls.has_offset.any() and not rows.walls.has_offset.all():
        where, text = rows.locate(int(np.argmin(rows.walls.has_offset)))
        raise CommunityError(
            file, where, text, "must have an offset, as other stamps here have one"
        )
    step = usual_step(rows.walls.seconds)
    if step not in STEPS:
        raise CommunityError(
            file, "stamps", f"{step} s apart", "a market needs readings of an hour or finer"
        )
    closing, why = _closing(rows, told, ends, step)
    try:
        found = instants(
            rows.walls,
            rows.codes,
            rows.owners,
            zone=told.zone,
            zone_given=told.zone_given,
            ends=closing,
        )
    except ClockError as error:
        where, text = rows.locate(error.index)
        raise CommunityError(file, where, text, f"must be {error.expected}") from None
    seconds = found.seconds
    off = seconds % step != 0
    if off.any():
        where, text = rows.locate(int(rows.codes[int(np.argmax(off))]))
        raise CommunityError(
            file, where, text, f"intervals of {step // 60} min must start at multiples of it"
        )
    start = int(seconds.min())
    count = int(seconds.max() - start) // step + 1
    columns, slots = _slots(rows, layout)
    if count * len(columns) > MOST_CELLS:
        raise CommunityError(
            file,
            "stamps",
            f"{utc_text(start)} to {utc_text(int(seconds.max()))}",
            f"{count} intervals of {len(columns)} series are too many for one file; split it",
        )
    grid = np.full((len(columns), count), np.nan)
    at = ((seconds - start) // step).astype(np.int32)
    equal = coarsest = 0
    for place, series in enumerate(layout.series):
        equal += _put(file, rows, place, grid, slots[place], at)
        # A column of the table fills as many neighbouring series as it has meters and channels.
        share = len(columns) // len(layout.series)
        own = grid[place * share : (place + 1) * share]
        for line in own:
            coarsest = max(coarsest, _spread(line, series.unit, step, closing))
        if factor_kw(series.unit, step) != 1.0:
            own *= factor_kw(series.unit, step)
    notes = [*layout.notes, why, *found.notes]
    if equal:
        notes.append(Note("duplicates", f"{equal} readings were there twice, the same: kept once"))
    if rows.walls.day_first is not None:
        order = "day" if rows.walls.day_first else "month"
        notes.append(Note("dates", f"the {order} comes first in dates"))
    start -= step if closing else 0
    return Sheet(file, columns, start, step, max(step, coarsest), grid, tuple(notes))


def _oldest_first(rows: Rows) -> Rows:
    """Rows in the order of time: autumn's double hour is told apart by it."""
    if np.sign(np.diff(rows.walls.seconds[rows.codes[:999]])).sum() >= 0:
        return rows
    last = len(rows.codes) - 1
    return replace(
        rows,
        codes=rows.codes[::-1],
        owners=rows.owners[::-1],
        kinds=None if rows.kinds is None else (rows.kinds[0], rows.kinds[1][::-1]),
        values=rows.values[::-1],
        cell=lambda row, series: rows.cell(last - row, series),
    )


def _closing(rows: Rows, told: Told, ends: bool | None, step: int) -> tuple[bool, Note]:
    if told.stamps != "auto":
        return told.stamps == "end", Note("stamps", f"at the {told.stamps} of intervals, as told")
    if ends is not None:
        where = "end" if ends else "start"
        return ends, Note("stamps", f"at the {where} of intervals, as the header says")
    walls = rows.walls.seconds
    if walls.min() % DAY == step and walls.max() % DAY == 0:
        text = (
            "at the end of intervals: the first is one interval after midnight, the last midnight"
        )
        return True, Note("stamps", text)
    return False, Note("stamps", "at the start of intervals (nobody said so: --stamps end)")


def _slots(rows: Rows, layout: Layout) -> tuple[tuple[Column, ...], list[Codes]]:
    """The sheet's columns, and for each column of the table the one of every row [R]."""
    channels: tuple[Channel | None, ...] = (None,) if rows.kinds is None else rows.kinds[0]
    within = rows.owners * len(channels) + (0 if rows.kinds is None else rows.kinds[1])
    columns: list[Column] = []
    slots = []
    for series in layout.series:
        slots.append(within + len(columns))
        columns += [
            Column(meter or series.meter, channel or series.channel)
            for meter in rows.meters
            for channel in channels
        ]
    return tuple(columns), slots


def _put(
    file: Path,
    rows: Rows,
    place: int,
    grid: NDArray[np.float64],
    slots: Codes,
    at: Codes,
) -> int:
    """Writes a column's values into the grid and returns how many were there twice, the same."""
    values = rows.values[:, place]
    if np.isinf(values).any():
        raise CommunityError(
            file, rows.cell(int(np.argmax(np.isinf(values))), place), "inf", "must be finite"
        )
    there = ~np.isnan(values)
    if not there.all():
        slots, at, values = slots[there], at[there], values[there]
    grid[slots, at] = values
    filled = int((~np.isnan(grid[slots.min() : slots.max() + 1])).sum()) if len(slots) else 0
    if filled == len(values):
        return 0
    kept = grid[slots, at]
    if (kept != values).any():
        row = int(np.argmax(kept != values))
        original = int(np.flatnonzero(there)[row])
        raise CommunityError(
            file,
            rows.cell(original, place),
            f"{values[row]:g}",
            f"another row has {kept[row]:g} for the same meter and interval",
        )
    return len(values) - filled


def _spread(series: NDArray[np.float64], unit: Unit, step: int, closing: bool) -> int:
    """Spreads a series of longer intervals than its table's over the short ones, in place.

    Returns its interval in seconds.
    """
    empty = np.isnan(series)
    if empty.mean() < SPARSE or empty.all():
        return step
    at = np.flatnonzero(~empty)
    steps, counts = np.unique(np.diff(at), return_counts=True)
    times = int(steps[np.argmax(counts)]) if len(steps) else 1
    if times == 1 or step * times > STEPS[-1]:
        return step
    values = series[at] / (times if unit.endswith("h") else 1)
    for k in range(times):
        place = at - k if closing else at + k
        inside = (place >= 0) & (place < len(series))
        series[place[inside]] = values[inside]
    return step * times
