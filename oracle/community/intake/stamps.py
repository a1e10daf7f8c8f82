"""Time stamps as meters' files write them, in whatever form, as seconds of a wall clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.community.intake.sheet import Dates

EPOCH = dt.date(1970, 1, 1).toordinal()
DAY = 86_400
FIRST_YEAR, LAST_YEAR = 1990, 2100
OFFSETS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2,
    "MESZ": 2, "EET": 2, "EEST": 3,
}  # fmt: skip
FORMS = "2026-03-29 01:45, 2026-03-29T01:45:00+01:00, 29.03.2026 01:45, 29/03/2026 01:45:00"

_DATE = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"
    r"|(?P<first>\d\d?)[-/.](?P<second>\d\d?)[-/.](?P<last>\d{4})"
    r"|(?P<compact>\d{8}))"
)
_TIME = (
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<seconds>\d\d)(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"\s?\(?(?P<zone>Z|[+-]\d\d(?::?\d\d)?|[A-Z]{3,4})\)?"
STAMP = re.compile(rf"{_DATE}(?:T|,?\s+){_TIME}(?:{_ZONE})?")
TIGHT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<seconds>\d\d)?"
)
DATE_ONLY = re.compile(_DATE)
TIME_ONLY = re.compile(_TIME)
UNIX = re.compile(r"\d{10}(?:\d{3})?(?:\.0+)?")


class BadStamp(ValueError):
    """The text at `index` is no stamp; `expected` says what would be."""

    def __init__(self, index: int, expected: str) -> None:
        super().__init__(expected)
        self.index = index
        self.expected = expected


@dataclass(frozen=True)
class Walls:
    """Stamps as seconds: of the wall clock since 1970 where `has_offset` is False, else of UTC."""

    seconds: NDArray[np.int64]
    has_offset: NDArray[np.bool_]
    day_first: bool | None


def is_stamp(text: str) -> bool:
    """Whether a cell looks like date and time together."""
    text = text.strip()
    return bool(STAMP.fullmatch(text) or _is_tight(text))


def _is_tight(text: str) -> bool:
    return bool(TIGHT.fullmatch(text)) and text[:2] in ("19", "20")


def parse_walls(texts: Sequence[str], dates: Dates = "auto") -> Walls:
    """Parse distinct texts. Raises BadStamp at the first that is none.

    Where day and month could be either, one stamp that can only be read one way decides for all;
    without any, the order in which days then follow each other.
    """
    found = [_match(text.strip(), index) for index, text in enumerate(texts)]
    day_first = _day_first(found, dates)
    seconds = np.empty(len(texts), dtype=np.int64)
    has_offset = np.zeros(len(texts), dtype=bool)
    days: dict[tuple[str, ...], int] = {}
    for index, parts in enumerate(found):
        if isinstance(parts, int):
            seconds[index], has_offset[index] = parts, True
            continue
        key = _date_key(parts, day_first)
        if key not in days:
            days[key] = _day_number(key, index)
        clock = _clock_seconds(parts, index)
        offset = _offset_seconds(parts.get("zone"), index)
        has_offset[index] = offset is not None
        seconds[index] = days[key] * DAY + clock - (offset or 0)
    return Walls(seconds, has_offset, day_first)


Parts = dict[str, str | None]


def _match(text: str, index: int) -> Parts | int:
    matched = STAMP.fullmatch(text) or (TIGHT.fullmatch(text) if _is_tight(text) else None)
    if matched is not None:
        return matched.groupdict()
    if UNIX.fullmatch(text):
        digits = text.partition(".")[0]
        return int(digits) // (1000 if len(digits) == 13 else 1)
    raise BadStamp(index, f"date and time, such as {FORMS}")


def _day_first(found: Sequence[Parts | int], dates: Dates) -> bool | None:
    pairs = [
        (int(parts["first"] or 0), int(parts["second"] or 0))
        for parts in found
        if not isinstance(parts, int) and parts.get("first")
    ]
    if not pairs:
        return None
    if dates != "auto":
        return dates == "day-first"
    if any(first > 12 for first, _ in pairs):
        return True
    if any(second > 12 for _, second in pairs):
        return False
    # Days follow each other faster than months: the component that changes more often is the day.
    changes = [len({pair[place] for pair in pairs}) for place in (0, 1)]
    return changes[0] >= changes[1]


def _date_key(parts: Parts, day_first: bool | None) -> tuple[str, ...]:
    if parts.get("year"):
        return (parts["year"] or "", parts["month"] or "", parts["day"] or "")
    if parts.get("compact"):
        text = parts["compact"] or ""
        return (text[:4], text[4:6], text[6:])
    first, second = parts["first"] or "", parts["second"] or ""
    return (parts["last"] or "", *((second, first) if day_first else (first, second)))


def _day_number(key: tuple[str, ...], index: int) -> int:
    year, month, day = (int(part) for part in key)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadStamp(index, f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return dt.date(year, month, day).toordinal() - EPOCH
    except ValueError as error:
        raise BadStamp(index, f"a day of the calendar ({error})") from None


def _clock_seconds(parts: Parts, index: int) -> int:
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    seconds = int(parts.get("seconds") or 0)
    half = parts.get("half")
    if half:
        if not 1 <= hour <= 12:
            raise BadStamp(index, "an hour from 1 to 12 before am or pm")
        hour = hour % 12 + (12 if half in "Pp" else 0)
    whole = hour * 3600 + minute * 60 + seconds
    if minute > 59 or seconds > 59 or whole > DAY:
        raise BadStamp(index, "a time of day from 00:00 to 24:00")
    # 23:59:59 and the like end an interval at the full minute.
    return whole + 1 if seconds == 59 else whole


def _offset_seconds(zone: str | None, index: int) -> int | None:
    if not zone:
        return None
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        if int(digits[:2]) > 14 or int(digits[2:]) > 59:
            raise BadStamp(index, "an offset from -14:00 to +14:00")
        return (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if zone[0] == "-" else 1)
    if zone not in OFFSETS:
        raise BadStamp(index, f"an offset such as +01:00, or one of {', '.join(OFFSETS)}")
    return OFFSETS[zone] * 3600
