"""The rows of a table of readings before they have a place in time, and how a table is laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oracle.community.errors import CommunityError
from oracle.community.intake.columns import KINDS, METERS, channel_named, read_heading
from oracle.community.intake.columns import unit_named as unit_of
from oracle.community.intake.sheet import Channel, Codes, Note, Told, Unit
from oracle.community.intake.stamps import Walls

NEEDS_UNIT = "its unit is not in its name: say --unit kWh (energy of an interval), kW, Wh or W"


@dataclass(frozen=True)
class Series:
    """A column of values: whose it is ("" where rows or the file say so), what it counts."""

    place: int
    name: str
    meter: str
    channel: Channel | None
    unit: Unit


@dataclass(frozen=True)
class Layout:
    """Columns by place. `meter` is None in a wide table, where every series has a column."""

    meter: int | None
    kind: int | None
    series: tuple[Series, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class Rows:
    """Readings [R, V]: row r was read at `walls[codes[r]]` at the meter `meters[owners[r]]`.

    `kinds[r]`, if rows say what they count, is the channel. `locate(code)` says where in the file
    a stamp stands, `cell(row, series)` where a value does.
    """

    walls: Walls
    codes: Codes
    meters: tuple[str, ...]
    owners: Codes
    kinds: tuple[tuple[Channel, ...], Codes] | None
    values: NDArray[np.float64]
    locate: Callable[[int], tuple[str, str]]
    cell: Callable[[int, int], str]


def lay_out(
    file: Path,
    header: Sequence[str],
    units: Sequence[str],
    taken: Sequence[int],
    sample: Callable[[int], Sequence[str]],
    numeric: Callable[[int], bool],
    told: Told,
) -> Layout:
    """Which columns are what. `taken` hold stamps; `sample(i)` are some of a column's texts.

    Raises CommunityError where there is no column of values, or one without a unit.
    """
    free = [i for i in range(len(header)) if i not in taken]
    plain = {i: header[i].strip().lower().replace(" ", "_") for i in free}
    meter = next((i for i in free if plain[i] in METERS and plain[i] != "import"), None)
    kind = next((i for i in free if plain[i] in KINDS and any(map(channel_named, sample(i)))), None)
    unit_column = next((i for i in free if plain[i] in ("unit", "einheit", "uom")), None)
    notes: list[Note] = []
    column_unit = None
    if unit_column is not None:
        written = {text for text in sample(unit_column) if text}
        column_unit = unit_of(written.pop()) if len(written) == 1 else None
    series, left = [], []
    for i in free:
        if i in (meter, kind, unit_column) or header[i] in told.skip:
            continue
        if not numeric(i):
            if header[i] or any(sample(i)):
                left.append(header[i] or f"column {i + 1}")
            continue
        heading = read_heading(header[i])
        if heading.meter in told.skip:
            continue
        unit = told.unit or heading.unit or (unit_of(units[i]) if i < len(units) else None)
        unit = unit or column_unit
        if unit is None:
            raise CommunityError(file, f"column {i + 1}", header[i], NEEDS_UNIT)
        owner = "" if meter is not None else heading.meter
        series.append(Series(i, header[i], owner, heading.channel or told.channel, unit))
    if not series:
        raise CommunityError(
            file, "header", ", ".join(header), "needs a column of numbers beside the stamps"
        )
    if left:
        notes.append(Note("left out", f"columns without numbers: {', '.join(left)}"))
    kinds = sorted({one.unit for one in series})
    source = "as told" if told.unit else "as the file says"
    meaning = "energy of an interval" if kinds[0].endswith("h") else "mean power of an interval"
    notes.append(Note("unit", f"{', '.join(kinds)} ({meaning}), {source}"))
    notes.append(
        Note("layout", "long: a row per meter and interval")
        if meter is not None
        else Note("layout", f"wide: {len(series)} columns of readings")
    )
    return Layout(meter, kind, tuple(series), tuple(notes))
