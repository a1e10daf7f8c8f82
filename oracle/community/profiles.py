"""Profiles: what each member's load and generation is, interval by interval, from a CSV."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oracle.community.errors import CommunityError, utc_text
from oracle.community.load import profiles_path
from oracle.community.model import Community, Meter
from oracle.community.tables import read_table, starts_of

DAY = 86_400
WEEK = 7 * DAY
MAX_KW = 1e6
ALLOWED_COLUMNS = "timestamp, <member>:load or <member>:generation of a member of the community"
KINDS: dict[Meter, dict[str, str]] = {
    "load_generation": {"load": "load", "generation": "generation"},
    "import_export": {"import": "load", "export": "generation"},
}
"""What a member's columns are called, by her meter, and what they count as."""


@dataclass(frozen=True)
class Profiles:
    """Mean power by interval. `start` [T]: UTC seconds; `load_kw`, `generation_kw` [T, N] in kW.

    Of a member with an import/export meter they are what she took and gave: her own use is unknown.
    `estimated` [T, N] marks what was filled from another week. Columns are members in the file's
    order. Arrays are read-only.
    """

    start: NDArray[np.int64]
    load_kw: NDArray[np.float64]
    generation_kw: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    step: int

    def __post_init__(self) -> None:
        for array in (self.start, self.load_kw, self.generation_kw, self.estimated):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def end(self) -> int:
        """UTC seconds at which the last interval ends; 0 without any."""
        return int(self.start[-1]) + self.step if len(self) else 0

    def position(self, start: int) -> int | None:
        """Row of the interval that starts at these UTC seconds."""
        if not len(self):
            return None
        row, rest = divmod(start - int(self.start[0]), self.step)
        return row if rest == 0 and 0 <= row < len(self) else None

    def until(self, cutoff: int) -> Profiles:
        """A copy of the intervals that ended by `cutoff` (UTC seconds): all that is known then."""
        rows = int(np.searchsorted(self.start + self.step, cutoff, side="right"))
        return replace(
            self,
            start=self.start[:rows].copy(),
            load_kw=self.load_kw[:rows].copy(),
            generation_kw=self.generation_kw[:rows].copy(),
            estimated=self.estimated[:rows].copy(),
        )

    def window(self, start: int, periods: int) -> Profiles:
        """The `periods` intervals from `start` on. Raises ValueError where one is lacking."""
        row = self.position(start)
        if row is None or row + periods > len(self):
            raise ValueError(
                f"the profiles cover {utc_text(int(self.start[0]))} to {utc_text(self.end)}, "
                f"not {periods} periods from {utc_text(start)}"
            )
        rows = slice(row, row + periods)
        return replace(
            self,
            start=self.start[rows].copy(),
            load_kw=self.load_kw[rows].copy(),
            generation_kw=self.generation_kw[rows].copy(),
            estimated=self.estimated[rows].copy(),
        )


def repeated(profiles: Profiles, until: int) -> Profiles:
    """The same, gone on to `until` (UTC seconds): each interval that lacks is as a week before.

    Profiles of less than a week repeat their last day, of less than a day themselves.
    """
    rows, step = len(profiles), profiles.step
    lacking = max(0, -(-(until - profiles.end) // step))
    cycle = next((c for c in (WEEK // step, DAY // step) if c <= rows), rows)
    of = np.concatenate([np.arange(rows), rows - cycle + np.arange(lacking) % cycle])
    return replace(
        profiles,
        start=profiles.start[0] + step * np.arange(rows + lacking, dtype=np.int64),
        load_kw=profiles.load_kw[of],
        generation_kw=profiles.generation_kw[of],
        estimated=profiles.estimated[of],
    )


def load_profiles(
    community: Community,
    community_path: Path | str | None = None,
    *,
    csv: Path | str | None = None,
) -> Profiles:
    """The profiles of a community: `csv`, or the file that the community's TOML names.

    Raises CommunityError: a column that is no member's, a timestamp without an offset or off the
    grid, a value that is not a power, or the first gap (unless `gaps = "estimate"`).
    """
    file = profiles_path(community, community_path) if csv is None else Path(csv)
    return parse_profiles(read_table(file), community, file)


def parse_profiles(frame: Any, community: Community, file: Path | str | None = None) -> Profiles:
    """The same from a pandas frame with the CSV's columns."""
    columns = _columns(frame, community, file)
    seconds = starts_of(frame["timestamp"], community.step, file)
    grid = np.arange(seconds[0], seconds[-1] + community.step, community.step, dtype=np.int64)
    rows = (seconds - seconds[0]) // community.step
    shape = (len(grid), len(community.members))
    powers = {"load": np.zeros(shape), "generation": np.zeros(shape)}
    missing = np.ones(len(grid), dtype=bool)
    missing[rows] = False
    for kind, values in powers.items():
        own = [(name, index) for name, of, index in columns if of == kind]
        if own:
            names, indices = [name for name, _ in own], np.array([index for _, index in own])
            values[np.ix_(missing, indices)] = np.nan
            values[np.ix_(~missing, indices)] = _powers(frame[names], names, seconds, file)
    gaps = {kind: np.isnan(values) for kind, values in powers.items()}
    if community.gaps == "error":
        _refuse_gaps(grid, missing, gaps, columns, file)
    else:
        for name, kind, index in columns:
            if gaps[kind][:, index].any():
                powers[kind][:, index] = _filled(
                    powers[kind][:, index], grid, name, community.step, file
                )
    return Profiles(
        start=grid,
        load_kw=powers["load"],
        generation_kw=powers["generation"],
        estimated=gaps["load"] | gaps["generation"],
        step=community.step,
    )


def _columns(
    frame: Any, community: Community, file: Path | str | None
) -> list[tuple[str, str, int]]:
    if "timestamp" not in frame.columns:
        raise CommunityError(file, "header", ",".join(map(str, frame.columns)), "needs timestamp")
    found: list[tuple[str, str, int]] = []
    for column in frame.columns:
        if column == "timestamp":
            continue
        name, _, kind = str(column).rpartition(":")
        if name not in community.member_index or not any(kind in kinds for kinds in KINDS.values()):
            raise CommunityError(file, "column", str(column), ALLOWED_COLUMNS)
        member = community.member(name)
        kinds = KINDS[member.meter]
        if kind not in kinds:
            allowed = " or ".join(f"{name}:{kind}" for kind in kinds)
            raise CommunityError(
                file, "column", str(column), f'{allowed}, as her meter is "{member.meter}"'
            )
        found.append((str(column), kinds[kind], community.member_index[name]))
    present = {index for _, _, index in found}
    for index, member in enumerate(community.members):
        if index not in present:
            kind = next(iter(KINDS[member.meter]))
            raise CommunityError(
                file, "column", f"{member.name}:{kind}", "missing: every member needs a column"
            )
    return found


def _powers(
    columns: Any, names: list[str], seconds: NDArray[np.int64], file: Path | str | None
) -> NDArray[np.float64]:
    """The columns of a frame as powers [T, K]; an empty cell is a gap, NaN."""
    texts = [name for name in names if not pd.api.types.is_numeric_dtype(columns[name].dtype)]
    frame = columns.assign(
        **{name: pd.to_numeric(columns[name], errors="coerce") for name in texts}
    )
    numbers: NDArray[np.float64] = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    unreadable = np.zeros(len(seconds), dtype=bool)
    for name in texts:
        unreadable |= np.isnan(numbers[:, names.index(name)]) & columns[name].notna().to_numpy()
    with np.errstate(invalid="ignore"):
        wrong = (numbers < 0) | (numbers > MAX_KW)
    if not (wrong.any() or unreadable.any()):
        return numbers
    row = int(np.argmax(wrong.any(axis=1) | unreadable))
    for place, name in enumerate(names):
        cell = columns[name].iloc[row]
        if wrong[row, place] or (np.isnan(numbers[row, place]) and not pd.isna(cell)):
            raise CommunityError(
                file,
                f"{name} at {utc_text(int(seconds[row]))}",
                str(cell),
                "must be a power in kW, at least 0",
            )
    raise AssertionError("a wrong row has a wrong cell")


def _refuse_gaps(
    grid: NDArray[np.int64],
    missing: NDArray[np.bool_],
    gaps: dict[str, NDArray[np.bool_]],
    columns: list[tuple[str, str, int]],
    file: Path | str | None,
) -> None:
    empty = gaps["load"].any(axis=1) | gaps["generation"].any(axis=1)
    if not empty.any():
        return
    row = int(np.argmax(empty))
    name = next((n for n, kind, index in columns if gaps[kind][row, index]), "timestamp")
    where = "no row" if missing[row] else "empty"
    field = "timestamp" if missing[row] else name
    raise CommunityError(
        file,
        f"{field} at {utc_text(int(grid[row]))}",
        where,
        'the first gap; fill it, or set gaps = "estimate" in the community file',
    )


def _filled(
    values: NDArray[np.float64],
    grid: NDArray[np.int64],
    name: str,
    step: int,
    file: Path | str | None,
) -> NDArray[np.float64]:
    filled = fill_gaps(values, step)
    left = np.isnan(filled)
    if left.any():
        raise CommunityError(
            file,
            f"{name} at {utc_text(int(grid[int(np.argmax(left))]))}",
            "empty",
            "needs a value whole weeks before or after to be filled from",
        )
    return filled


def fill_gaps(values: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """A series [T] with each NaN filled from a week before, or as many weeks as it takes.

    Where no earlier week has a value, the first later one has; else it stays NaN.
    """
    a_week = WEEK // step
    weeks = -(-len(values) // a_week)
    table = np.full(weeks * a_week, np.nan)
    table[: len(values)] = values
    by_week = pd.DataFrame(table.reshape(weeks, a_week))
    filled: NDArray[np.float64] = by_week.ffill().bfill().to_numpy().ravel()[: len(values)]
    return filled
