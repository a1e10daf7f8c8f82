"""Profiles: what each member's load and generation is, interval by interval, from a CSV."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oracle.community.errors import CommunityError
from oracle.community.load import profiles_path
from oracle.community.model import Community

WEEK = 7 * 86_400
MAX_KW = 1e6
ALLOWED_COLUMNS = "timestamp, <member>:load or <member>:generation of a member of the community"


@dataclass(frozen=True)
class Profiles:
    """Mean power by interval. `start` [T]: UTC seconds; `load_kw`, `generation_kw` [T, N] in kW.

    `estimated` [T, N] marks what was filled from a week before. Columns are members in the file's
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


def utc_text(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
    return parse_profiles(_read(file), community, file)


def parse_profiles(frame: Any, community: Community, file: Path | str | None = None) -> Profiles:
    """The same from a pandas frame with the CSV's columns."""
    columns = _columns(frame, community, file)
    seconds = _seconds(frame["timestamp"], community.step, file)
    grid = np.arange(seconds[0], seconds[-1] + community.step, community.step, dtype=np.int64)
    rows = (seconds - seconds[0]) // community.step
    shape = (len(grid), len(community.members))
    powers = {"load": np.zeros(shape), "generation": np.zeros(shape)}
    missing = np.ones(len(grid), dtype=bool)
    missing[rows] = False
    for name, kind, index in columns:
        values = _powers(frame[name], name, seconds, file)
        powers[kind][:, index] = np.nan
        powers[kind][rows, index] = values
    gaps = {kind: np.isnan(values) for kind, values in powers.items()}
    if community.gaps == "error":
        _refuse_gaps(grid, missing, gaps, columns, file)
    else:
        for name, kind, index in columns:
            _fill(powers[kind], gaps[kind], grid, index, name, community.step, file)
    return Profiles(
        start=grid,
        load_kw=powers["load"],
        generation_kw=powers["generation"],
        estimated=gaps["load"] | gaps["generation"],
        step=community.step,
    )


def _read(file: Path) -> Any:
    try:
        return pd.read_csv(file, dtype={"timestamp": str})
    except OSError as error:
        raise CommunityError(None, "profiles", str(file), error.strerror or "unreadable") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise CommunityError(file, "CSV", str(error), "must be a readable CSV in UTF-8") from error


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
        if name not in community.member_index or kind not in ("load", "generation"):
            raise CommunityError(file, "column", str(column), ALLOWED_COLUMNS)
        found.append((str(column), kind, community.member_index[name]))
    present = {index for _, _, index in found}
    for index, member in enumerate(community.members):
        if index not in present:
            raise CommunityError(
                file, "column", f"{member.name}:load", "missing: every member needs a column"
            )
    return found


def _seconds(texts: Any, step: int, file: Path | str | None) -> NDArray[np.int64]:
    if len(texts) == 0:
        raise CommunityError(file, "timestamp", "no rows", "at least one interval")
    texts = texts.fillna("").str.strip()
    bad = ~texts.str.fullmatch(
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)"
    )
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        raise CommunityError(
            file,
            f"row {row + 2} timestamp",
            texts.iloc[row],
            "must be ISO 8601 with an offset, such as 2026-03-29T01:45:00+01:00",
        )
    try:
        times = pd.to_datetime(texts, utc=True, format="ISO8601")
    except ValueError as error:
        raise CommunityError(file, "timestamp", str(error), "must be ISO 8601") from error
    seconds: NDArray[np.int64] = times.dt.as_unit("s").astype("int64").to_numpy()
    differences = np.diff(seconds)
    wrong = (differences <= 0) | (differences % step != 0)
    if wrong.any() or seconds[0] % step:
        row = int(np.argmax(wrong)) + 1 if wrong.any() else 0
        allowed = (
            f"intervals must start at multiples of {step} s"
            if row == 0 or differences[row - 1] > 0
            else "timestamps must ascend, each only once"
        )
        raise CommunityError(file, f"row {row + 2} timestamp", texts.iloc[row], allowed)
    return seconds


def _powers(
    column: Any, name: str, seconds: NDArray[np.int64], file: Path | str | None
) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    # An empty cell is a gap; a text or a negative number is a mistake.
    wrong = (np.isnan(numbers) & column.notna().to_numpy()) | (numbers < 0) | (numbers > MAX_KW)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise CommunityError(
            file,
            f"{name} at {utc_text(int(seconds[row]))}",
            str(column.iloc[row]),
            "must be a power in kW, at least 0",
        )
    return numbers


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


def _fill(
    values: NDArray[np.float64],
    gaps: NDArray[np.bool_],
    grid: NDArray[np.int64],
    index: int,
    name: str,
    step: int,
    file: Path | str | None,
) -> None:
    back = WEEK // step
    # In order of time, so that a gap longer than a week is filled from what was filled before.
    for row in np.flatnonzero(gaps[:, index]):
        if row < back:
            raise CommunityError(
                file,
                f"{name} at {utc_text(int(grid[row]))}",
                "empty",
                "a gap in the first week has nothing a week before to be filled from",
            )
        values[row, index] = values[row - back, index]
