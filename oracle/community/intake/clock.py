"""From the wall clock to UTC: offsets, local time with both clock changes, winter time all year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oracle.community.intake.sheet import Codes, Note
from oracle.community.intake.stamps import Walls

HOUR = 3600


class ClockError(ValueError):
    """Stamps that no clock shows; `index` is one of them."""

    def __init__(self, index: int, expected: str) -> None:
        super().__init__(expected)
        self.index = index
        self.expected = expected


@dataclass(frozen=True)
class Instants:
    """UTC seconds of each row, and what was assumed for them."""

    seconds: NDArray[np.int64]
    notes: tuple[Note, ...]


def instants(
    walls: Walls,
    codes: Codes,
    meters: Codes,
    *,
    zone: str,
    zone_given: bool,
    ends: bool,
) -> Instants:
    """UTC seconds of rows [R] whose stamps are `walls[codes]` and which belong to `meters`.

    The hour that autumn shows twice is told apart by the order of rows: a meter's first 02:15 is
    summer time, her second is not. Stamps inside the hour that spring skips mean that the clock
    keeps winter time all year. `ends`: the stamps close their intervals. All stamps have an offset,
    or none. Raises ClockError where a file shows a clock with and one without changes.
    """
    if walls.has_offset.all():
        return Instants(walls.seconds[codes], (Note("zone", "stamps carry their offset from UTC"),))
    local = pd.DatetimeIndex(pd.to_datetime(walls.seconds, unit="s"))
    first, second = (_localised(local, zone, summer) for summer in (True, False))
    twice = first != second
    skipped = np.asarray(
        local.tz_localize(zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="NaT").isna()
    )
    edge = np.zeros(len(local), dtype=bool)
    inside = twice
    if ends:
        # 02:00 may close the last interval before spring's jump; 03:00 may close both of autumn's.
        before = local - pd.Timedelta(seconds=1)
        skipped &= np.asarray(
            before.tz_localize(
                zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="NaT"
            ).isna()
        )
        early, late = (_localised(before, zone, summer) for summer in (True, False))
        edge = ~twice & (early != late)
        first = np.where(edge, early + 1, first)
        # 02:00 closes an interval before the hour, and comes again only where 03:00 does not.
        inside = twice & (early != late)
    doubles = _doubles(codes, meters, twice | edge)
    which = codes[doubles.rows]
    source = f"local time of {zone}" + ("" if zone_given else " (nobody said so: --timezone)")
    if skipped.any():
        repeated = np.flatnonzero(twice[which] & (doubles.counts > 1))
        if repeated.size:
            raise ClockError(
                int(which[repeated[0]]),
                f"once only, or not {_wall_text(local[int(np.argmax(skipped))])}: one is local "
                "time with clock changes, the other without",
            )
        offset = _winter_offset(local, zone, int(np.argmax(skipped)))
        note = Note(
            "dst",
            f"stamps stand in the hour that spring skips in {zone}: "
            f"they keep winter time (UTC{offset / HOUR:+g} h) all year",
        )
        return Instants((walls.seconds - offset)[codes], (Note("zone", source), note))
    seconds = first[codes]
    # A lone stamp at the edge closes the hour's second pass.
    late = (doubles.passes > 0) | (edge[which] & (doubles.counts == 1))
    seconds[doubles.rows[late]] = second[which[late]]
    return Instants(seconds, (Note("zone", source), *_autumn_notes(inside[which], doubles.counts)))


@dataclass(frozen=True)
class _Doubles:
    """The rows whose stamp comes twice in autumn: how often the meter had it before, and in all."""

    rows: NDArray[np.intp]
    passes: NDArray[np.int64]
    counts: NDArray[np.int64]


def _localised(local: pd.DatetimeIndex, zone: str, summer: bool) -> NDArray[np.int64]:
    flags = np.full(len(local), summer)
    index = local.tz_localize(zone, ambiguous=flags, nonexistent="shift_forward")
    seconds: NDArray[np.int64] = index.as_unit("s").asi8
    return seconds


def _doubles(codes: Codes, meters: Codes, doubled: NDArray[np.bool_]) -> _Doubles:
    rows = np.flatnonzero(doubled[codes]) if doubled.any() else np.zeros(0, dtype=np.intp)
    groups = pd.DataFrame({"meter": meters[rows], "stamp": codes[rows]}).groupby(["meter", "stamp"])
    counts = groups["stamp"].transform("size").to_numpy(dtype=np.int64)
    return _Doubles(rows, groups.cumcount().to_numpy(dtype=np.int64), counts)


def _winter_offset(local: pd.DatetimeIndex, zone: str, index: int) -> int:
    """The offset before the jump that skips this stamp, in seconds."""
    before = (local[[index]] - pd.Timedelta(hours=6)).as_unit("s")
    return int((before.asi8 - before.tz_localize(zone).as_unit("s").asi8)[0])


def _autumn_notes(inside: NDArray[np.bool_], counts: NDArray[np.int64]) -> list[Note]:
    both = int((inside & (counts > 1)).sum())
    once = int((inside & (counts == 1)).sum())
    notes = []
    if both:
        notes.append(
            Note("dst", "autumn's double hour is there twice: the first pass is summer time")
        )
    if once:
        notes.append(
            Note(
                "dst",
                f"{once} readings in autumn's double hour are there once: taken as its first pass, "
                "the second is a gap",
            )
        )
    return notes


def _wall_text(stamp: pd.Timestamp) -> str:
    return str(stamp.strftime("%Y-%m-%d %H:%M"))
