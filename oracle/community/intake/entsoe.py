"""Day-ahead prices as the ENTSO-E transparency platform exports them, into a price series."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oracle.community.errors import CommunityError, utc_text
from oracle.community.intake.clock import ClockError, instants
from oracle.community.intake.dialect import MISSING, open_bytes
from oracle.community.intake.gridding import usual_step
from oracle.community.intake.sheet import Note
from oracle.community.intake.stamps import BadStamp, parse_walls
from oracle.community.prices import HIGHEST, LOWEST, STEPS, PriceSeries

ZONES = {
    "UTC": "UTC", "CET/CEST": "Europe/Brussels", "EET/EEST": "Europe/Helsinki",
    "WET/WEST": "Europe/Lisbon",
}  # fmt: skip
AREAS = ("area", "areacode", "areadisplayname", "mapcode", "biddingzone")
MOST_BYTES = 500_000_000
_PRICE = re.compile(r"price.*[\[(]\s*([A-Za-z]{3}|Currency)\s*/\s*([kM]?)Wh\s*[\])]", re.IGNORECASE)
_STAMP = re.compile(
    r"^(MTU|DateTime|timestamp|time|date|start)\b\s*(?:\(([A-Z/]+)\))?", re.IGNORECASE
)


@dataclass(frozen=True)
class DayAhead:
    """An auction's prices in `currency` per kWh (None: unknown), and what was assumed."""

    series: PriceSeries
    currency: str | None
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Table:
    file: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]
    stamp: int
    price: int
    zone: str
    per_kwh: float
    currency: str | None


def read_day_ahead(file: Path, *, area: str | None = None, zone: str = "UTC") -> DayAhead:
    """The prices of one bidding zone in a file of the platform, old or new, or of its library.

    `zone` holds for stamps of which the header says no clock. Raises CommunityError: several
    zones and no `area`, a price that is none, an hour that lacks.
    """
    table = _table(file, zone)
    rows, notes = _chosen(table, area)
    rows = [row for row in rows if _cell(row[1], table.price) not in MISSING]
    if not rows:
        raise CommunityError(file, table.header[table.price], "no price", "needs prices")
    texts = [_cell(row, table.stamp) for _, row in rows]
    first = [text.split(" - ")[0].strip() for text in texts]
    distinct = list(dict.fromkeys(first))
    place = {text: index for index, text in enumerate(distinct)}
    codes = np.array([place[text] for text in first], dtype=np.int32)
    try:
        walls = parse_walls(distinct)
        found = instants(
            walls, codes, np.zeros(len(codes), dtype=np.int32),
            zone=table.zone, zone_given=True, ends=False,
        )  # fmt: skip
    except (BadStamp, ClockError) as error:
        line = rows[first.index(distinct[error.index])][0]
        raise CommunityError(
            file, f"line {line}, column {table.stamp + 1}", distinct[error.index],
            f"must be {error.expected}",
        ) from None  # fmt: skip
    prices = [_price(table, line, row) for line, row in rows]
    series = _series(file, rows, found.seconds.tolist(), prices, texts)
    currency = table.currency or _currency(table, rows)
    what = f"{utc_text(series.start)} to {utc_text(series.end)}, every {series.step // 60} min"
    notes = [Note("prices", f"{file.name}: {what}, in {currency or '?'} per kWh"), *notes]
    return DayAhead(series, currency, (*notes, *found.notes))


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _table(file: Path, zone: str) -> _Table:
    with open_bytes(file, lambda done, total: None) as source:
        try:
            text = source.read(MOST_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise CommunityError(file, "file", "not UTF-8", "must be a CSV of prices") from None
        except (OSError, EOFError) as error:
            raise CommunityError(file, "file", str(error), "must be readable") from None
    head = text.partition("\n")[0]
    delimiter = max("\t;,", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise CommunityError(file, f"line {reader.line_num}", str(error), "must be CSV") from None
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    stamps = [i for i, name in enumerate(header) if _STAMP.match(name)]
    priced = [(i, found) for i, name in enumerate(header) if (found := _PRICE.search(name))]
    priced.sort(key=lambda entry: "intraday" in header[entry[0]].lower())
    if not stamps or not priced:
        raise CommunityError(
            file, "line 1", ", ".join(header),
            "needs columns such as MTU (CET/CEST) and Day-ahead Price (EUR/MWh)",
        )  # fmt: skip
    clock = _STAMP.match(header[stamps[0]])
    named = (clock.group(2) or "") if clock else ""
    price, found = priced[0]
    currency = None if found.group(1).lower() == "currency" else found.group(1).upper()
    kilo = {"M": 1000.0, "k": 1.0, "": 0.001}[found.group(2).replace("K", "k").replace("m", "M")]
    return _Table(file, header, rows[1:], stamps[0], price, ZONES.get(named, zone), kilo, currency)


def _chosen(table: _Table, area: str | None) -> tuple[list[tuple[int, list[str]]], list[Note]]:
    """The rows of one area, one sequence of the auction and one kind of contract."""
    rows, notes = table.rows, []
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in table.header]
    columns = [i for i, name in enumerate(plain) if name in AREAS]
    if columns:
        labels = Counter(_cell(row, columns[0]) for _, row in rows)
        if area is not None:
            rows = [r for r in rows if any(_same(area, _cell(r[1], i)) for i in columns)]
        elif len(labels) > 1:
            raise CommunityError(
                table.file, table.header[columns[0]], f"{len(labels)} of them",
                f"say which with --area: {', '.join(sorted(labels)[:8])}",
            )  # fmt: skip
        if not rows:
            raise CommunityError(
                table.file, "--area", area, f"one of {', '.join(sorted(labels)[:8])}"
            )
        notes.append(Note("prices", f"bidding zone {_cell(rows[0][1], columns[0])}"))
    for name in ("contracttype", "sequence", "resolutioncode"):
        if name not in plain:
            continue
        place = plain.index(name)
        counts = Counter(_cell(row, place) for _, row in rows)
        if len(counts) > 1:
            pick = _pick(name, counts)
            rows = [row for row in rows if _cell(row[1], place) == pick]
            others = ", ".join(sorted(other for other in counts if other != pick))
            notes.append(Note("prices", f"{table.header[place]} {pick} taken, not {others}"))
    return rows, notes


def _same(area: str, label: str) -> bool:
    return area.upper().removeprefix("BZN|") == label.upper().removeprefix("BZN|")


def _pick(name: str, counts: Counter[str]) -> str:
    if name == "contracttype":
        day_ahead = [label for label in counts if "day" in label.lower()]
        return (day_ahead or sorted(counts))[0]
    if name == "sequence":
        return next((one for one in sorted(counts) if re.search(r"\b1$", one)), sorted(counts)[0])
    return counts.most_common(1)[0][0]


def _price(table: _Table, line: int, row: list[str]) -> float:
    text = _cell(row, table.price)
    try:
        price = float(text) / table.per_kwh
    except ValueError:
        price = float("nan")
    if not LOWEST <= price <= HIGHEST:
        raise CommunityError(
            table.file, f"line {line}, column {table.price + 1}", text,
            f"must be a price from {LOWEST:g} to {HIGHEST:g} a kWh",
        )  # fmt: skip
    return round(price, 9)


def _currency(table: _Table, rows: list[tuple[int, list[str]]]) -> str | None:
    if "Currency" not in table.header:
        return None
    return _cell(rows[0][1], table.header.index("Currency")) or None


def _series(
    file: Path,
    rows: list[tuple[int, list[str]]],
    seconds: list[int],
    prices: list[float],
    texts: list[str],
) -> PriceSeries:
    """Regular prices; an hourly one among quarter-hours holds for all of its hour."""
    step = usual_step(np.array(seconds, dtype=np.int64))
    step = (
        min((s for s in STEPS if step and step % s == 0), default=0) if step not in STEPS else step
    )
    shortest = np.diff(np.unique(seconds)).min(initial=3600)
    step = int(min(step or 3600, shortest))
    if step not in STEPS:
        raise CommunityError(file, "stamps", f"{step} s apart", "must be 15, 30 or 60 min")
    lengths = _lengths(texts, step)
    held: dict[int, float] = {}
    for (line, _), start, price, length in zip(rows, seconds, prices, lengths, strict=True):
        for at in range(start, start + length, step):
            if held.setdefault(at, price) != price:
                raise CommunityError(
                    file, f"line {line}", f"{price:g}", f"another price for {utc_text(at)}"
                )
    begin, end = min(held), max(held) + step
    if any(at % step for at in held):
        raise CommunityError(file, "stamps", utc_text(begin), "must be whole quarter-hours")
    missing = next((at for at in range(begin, end, step) if at not in held), None)
    if missing is not None:
        raise CommunityError(file, f"price at {utc_text(missing)}", "missing", "no hour may lack")
    return PriceSeries(begin, step, tuple(held[at] for at in range(begin, end, step)))


def _lengths(texts: list[str], step: int) -> list[int]:
    """How long each price holds, where the row says until when; else the usual step."""
    ends = [text.split(" - ") for text in texts]
    if any(len(parts) != 2 for parts in ends):
        return [step] * len(texts)
    try:
        starts = parse_walls([parts[0] for parts in ends]).seconds
        stops = parse_walls([parts[1] for parts in ends]).seconds
    except BadStamp:
        return [step] * len(texts)
    # Over a clock change the wall shows an hour more or less than has passed.
    return [int(length) if length in STEPS else step for length in stops - starts]
