"""Green Button: interval readings as the North American ESPI standard (NAESB REQ.21) has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import numpy as np

from oracle.community.errors import CommunityError, utc_text
from oracle.community.intake.dialect import open_bytes
from oracle.community.intake.gridding import MOST_CELLS, STEPS
from oracle.community.intake.sheet import (
    Channel,
    Column,
    Note,
    Progress,
    Sheet,
    Told,
    Unit,
    factor_kw,
    no_progress,
)

ESPI = "{http://naesb.org/espi}"
ATOM = "{http://www.w3.org/2005/Atom}"
UNITS: dict[str, Unit] = {"72": "Wh", "38": "W"}
"""ESPI's codes of real energy and real power; the other units are no energy to trade."""
FLOWS: dict[str, Channel | None] = {"1": "import", "19": "export", "4": "net", "": None}
"""Forward is what came to the customer, reverse what she gave, net their difference."""
TITLE_LENGTH = 60


@dataclass
class _Meter:
    title: str = ""
    type_link: str = ""
    starts: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class _Type:
    unit: str
    flow: str
    power_of_ten: int


def read_green_button(file: Path, told: Told, progress: Progress = no_progress) -> Sheet:
    """The sheet of a Green Button file: each meter reading a series. Raises CommunityError.

    Starts are UTC seconds, as the standard has them; values are scaled by the reading type's power
    of ten. The linked entries say which type a reading has; without links the file's only one.
    """
    meters, types = _parse(file, progress)
    meters = {key: meter for key, meter in meters.items() if meter.starts}
    if not meters:
        raise CommunityError(file, "Green Button", "no IntervalReading", "needs interval readings")
    steps = {length for meter in meters.values() for length in meter.lengths}
    step = min(steps)
    if not steps <= set(STEPS) or any(one % step for one in steps):
        raise CommunityError(
            file,
            "duration",
            f"{sorted(steps)[-1]} s",
            "a market needs readings of an hour or finer",
        )
    start = min(min(meter.starts) for meter in meters.values())
    count = (max(max(meter.starts) for meter in meters.values()) - start) // step + max(
        steps
    ) // step
    if count * len(meters) > MOST_CELLS:
        raise CommunityError(file, "start", f"{count} intervals", "too many for one file")
    grid = np.full((len(meters), count), np.nan)
    columns, units, notes = [], set(), []
    for row, meter in enumerate(meters.values()):
        kind = _type_of(file, meter, types)
        unit = UNITS[kind.unit]
        units.add(unit)
        columns.append(Column(_name(meter.title), told.channel or FLOWS[kind.flow]))
        scale = 10.0**kind.power_of_ten
        for begin, length, value in zip(meter.starts, meter.lengths, meter.values, strict=True):
            at, rest = divmod(begin - start, step)
            if rest or begin % length:
                raise CommunityError(
                    file,
                    "start",
                    utc_text(begin),
                    f"intervals of {length // 60} min must start at multiples of it",
                )
            power = value * scale * factor_kw(unit, length)
            part = grid[row, at : at + length // step]
            if not np.isnan(part).all() and not (part == power).all():
                raise CommunityError(
                    file, f"start {begin}", f"{value:g}", "two values for the same interval"
                )
            part[:] = power
    notes += [
        Note("layout", f"Green Button: {len(columns)} meter readings"),
        Note("unit", f"{', '.join(sorted(units))}, as the reading type says"),
        Note("stamps", "at the start of intervals, in UTC, as the standard has it"),
    ]
    return Sheet(file, tuple(columns), start, step, max(steps), grid, tuple(notes))


def _name(title: str) -> str:
    return " ".join(title.split())[:TITLE_LENGTH]


def _parse(file: Path, progress: Progress) -> tuple[dict[str, _Meter], dict[str, _Type]]:
    meters: dict[str, _Meter] = {}
    types: dict[str, _Type] = {}
    try:
        with open_bytes(file, progress) as source:
            _refuse_doctype(file, source)
        with open_bytes(file, progress) as source:
            for _, entry in ElementTree.iterparse(source, events=("end",)):
                if entry.tag == f"{ATOM}entry":
                    _entry(file, entry, meters, types)
                    entry.clear()
    except ElementTree.ParseError as error:
        line, column = error.position
        raise CommunityError(
            file, f"line {line}, column {column + 1}", str(error), "must be well-formed XML"
        ) from None
    except (OSError, EOFError) as error:
        raise CommunityError(file, "file", str(error), "must be a readable file") from None
    return meters, types


def _refuse_doctype(file: Path, source: IO[bytes]) -> None:
    # Entities could blow a small file up to any size, and ESPI has none.
    if b"<!DOCTYPE" in source.read(65_536):
        raise CommunityError(file, "XML", "DOCTYPE", "a Green Button file has none")


def _entry(
    file: Path, entry: ElementTree.Element, meters: dict[str, _Meter], types: dict[str, _Type]
) -> None:
    links = {link.get("rel", ""): [] for link in entry.iter(f"{ATOM}link")}  # type: dict[str, list[str]]
    for link in entry.iter(f"{ATOM}link"):
        links[link.get("rel", "")].append(link.get("href", ""))
    own, up = (links.get(rel, [""])[0] for rel in ("self", "up"))
    title = (entry.findtext(f"{ATOM}title") or "").strip()
    if entry.find(f".//{ESPI}MeterReading") is not None:
        meter = meters.setdefault(own, _Meter())
        meter.title = title
        meter.type_link = next((to for to in links.get("related", []) if "ReadingType" in to), "")
    kind = entry.find(f".//{ESPI}ReadingType")
    if kind is not None:
        power = kind.findtext(f"{ESPI}powerOfTenMultiplier") or "0"
        types[own] = _Type(
            (kind.findtext(f"{ESPI}uom") or "").strip(),
            (kind.findtext(f"{ESPI}flowDirection") or "").strip(),
            int(_number(file, power, "powerOfTenMultiplier", 9)),
        )
    for block in entry.iter(f"{ESPI}IntervalBlock"):
        # A block lies in its meter reading's own collection.
        meter = meters.setdefault(up.rpartition("/IntervalBlock")[0] or up, _Meter())
        for reading in block.iter(f"{ESPI}IntervalReading"):
            _reading(file, reading, meter)


def _reading(file: Path, reading: ElementTree.Element, meter: _Meter) -> None:
    period = reading.find(f"{ESPI}timePeriod")
    value = reading.findtext(f"{ESPI}value")
    if period is None or value is None:
        raise CommunityError(file, "IntervalReading", "incomplete", "needs timePeriod and value")
    meter.starts.append(int(_number(file, period.findtext(f"{ESPI}start"), "start", 5e9)))
    length = int(_number(file, period.findtext(f"{ESPI}duration"), "duration", 1e9))
    if length < 1:
        raise CommunityError(file, "duration", length, "must be at least 1 s")
    meter.lengths.append(length)
    meter.values.append(_number(file, value, "value", 1e15))


def _number(file: Path, text: str | None, what: str, most: float) -> float:
    try:
        number = float((text or "").strip())
    except ValueError:
        number = float("nan")
    if not abs(number) <= most:
        raise CommunityError(file, what, text or "empty", f"must be a number, at most {most:g}")
    return number


def _type_of(file: Path, meter: _Meter, types: dict[str, _Type]) -> _Type:
    kind = types.get(meter.type_link)
    if kind is None and len(types) == 1:
        kind = next(iter(types.values()))
    if kind is None:
        raise CommunityError(
            file, "ReadingType", meter.title or "missing", "each meter reading must link to one"
        )
    if kind.unit not in UNITS:
        raise CommunityError(
            file, "uom", kind.unit, "must be 72 (Wh) or 38 (W): real energy, power"
        )
    if kind.flow not in FLOWS:
        raise CommunityError(
            file, "flowDirection", kind.flow, "must be 1 (forward), 19 (reverse) or 4 (net)"
        )
    return kind
