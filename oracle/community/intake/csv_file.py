"""Reading a CSV of meters' readings: its rows as numbers, and one line for what is wrong."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oracle.community.errors import CommunityError
from oracle.community.intake.columns import ENDS, STARTS, channel_named
from oracle.community.intake.dialect import (
    MISSING,
    Dialect,
    lines_of,
    open_bytes,
    read_head,
    sniff,
)
from oracle.community.intake.gridding import to_sheet
from oracle.community.intake.rows import Layout, Rows, lay_out
from oracle.community.intake.sheet import Channel, Codes, Progress, Sheet, Told, no_progress
from oracle.community.intake.stamps import BadStamp, parse_walls

Coded = tuple[list[str], Codes]
"""Distinct texts, and which of them each row has; -1 where it has none."""


def read_csv(file: Path, told: Told, progress: Progress = no_progress) -> Sheet:
    """The sheet of a CSV file, wide or long. Raises CommunityError, one line."""
    dialect = sniff(file, read_head(file))

    def sample(place: int) -> list[str]:
        return [row[place] for row in dialect.sample if place < len(row)]

    def numeric(place: int) -> bool:
        cells = [cell for cell in sample(place) if cell not in MISSING]
        return (
            any(is_number(cell, dialect) for cell in cells)
            if cells
            else bool(dialect.header[place])
        )

    taken = (*dialect.stamp, *(() if dialect.until is None else (dialect.until,)))
    layout = lay_out(file, dialect.header, dialect.units, taken, sample, numeric, told)
    rows = _read(file, dialect, layout, told, progress)
    return to_sheet(file, rows, layout, told, _ends(dialect))


def is_number(text: str, dialect: Dialect) -> bool:
    if dialect.thousands:
        text = text.replace(dialect.thousands, "")
    try:
        float(text.replace(dialect.decimal, "."))
    except ValueError:
        return False
    return "_" not in text and (dialect.decimal == "." or "." not in text)


def _ends(dialect: Dialect) -> bool | None:
    """Whether the stamps' header says that they close intervals."""
    if dialect.until is not None:
        return False
    name = dialect.header[dialect.stamp[0]]
    if ENDS.search(name):
        return True
    return False if STARTS.search(name) else None


def _read(file: Path, dialect: Dialect, layout: Layout, told: Told, progress: Progress) -> Rows:
    texts = [*dialect.stamp]
    texts += [place for place in (layout.meter, layout.kind) if place is not None]
    numbers = [series.place for series in layout.series]
    try:
        coded, values = _columns(file, dialect, texts, numbers, layout.meter is not None, progress)
    except CommunityError:
        raise
    except (ValueError, OverflowError, EOFError, OSError) as error:
        raise _culprit(file, dialect, layout, error) from None
    stamps, codes = _joined(coded[: len(dialect.stamp)])
    here = codes >= 0
    if not here.all():
        lost = ~here & ~np.isnan(values).all(axis=1)
        if lost.any():
            raise _missing(file, dialect, "a date and time", dialect.stamp)
        coded = [(names, part[here]) for names, part in coded]
        codes, values = codes[here], values[here]

    def locate(code: int) -> tuple[str, str]:
        return _line_of(file, dialect, stamps[code]), stamps[code]

    try:
        walls = parse_walls(stamps, told.dates)
    except BadStamp as error:
        where, text = locate(error.index)
        raise CommunityError(file, where, text, f"must be {error.expected}") from None
    meters: tuple[str, ...] = ("",)
    owners = np.zeros(len(codes), dtype=np.int32)
    place = len(dialect.stamp)
    if layout.meter is not None:
        names, owners = coded[place]
        meters, place = tuple(names), place + 1
        if (owners < 0).any():
            raise _missing(file, dialect, "a meter's name", (layout.meter,))
    kinds = None
    if layout.kind is not None:
        kinds = _kinds(file, dialect, layout.kind, coded[place])

    def cell(row: int, series: int) -> str:
        one = layout.series[series]
        where = _line_of(file, dialect, stamps[int(codes[row])], meters[int(owners[row])], layout)
        return f"{where}, {one.name}"

    return Rows(walls, codes, meters, owners, kinds, values, locate, cell)


def _columns(
    file: Path,
    dialect: Dialect,
    texts: list[int],
    numbers: list[int],
    long: bool,
    progress: Progress,
) -> tuple[list[Coded], NDArray[np.float64]]:
    plain = dialect.thousands is None and dialect.encoding in ("utf-8", "utf-8-sig")
    if long and plain:
        try:
            arrow = import_module("pyarrow")
        except ImportError:
            pass
        else:
            return _by_arrow(arrow, file, dialect, texts, numbers, progress)
    return _by_pandas(file, dialect, texts, numbers, long, progress)


def _by_pandas(
    file: Path,
    dialect: Dialect,
    texts: list[int],
    numbers: list[int],
    long: bool,
    progress: Progress,
) -> tuple[list[Coded], NDArray[np.float64]]:
    kind: Any = "category" if long else str
    with open_bytes(file, progress) as source:
        frame = pd.read_csv(
            source,
            sep=dialect.delimiter,
            decimal=dialect.decimal,
            thousands=dialect.thousands,
            encoding=dialect.encoding,
            header=None,
            names=list(range(len(dialect.header))),
            skiprows=dialect.first,
            # All columns, so that a row with one cell too many is an error and not cut.
            dtype={
                **dict.fromkeys(range(len(dialect.header)), str),
                **dict.fromkeys(texts, kind),
                **dict.fromkeys(numbers, np.float64),
            },
            na_values=list(MISSING),
            keep_default_na=False,
            skipinitialspace=True,
        )
    coded = []
    for place in texts:
        column = frame[place].astype("category").cat
        names = [str(name) for name in column.categories]
        coded.append((names, column.codes.to_numpy().astype(np.int32, copy=False)))
    values: NDArray[np.float64] = frame[numbers].to_numpy(dtype=np.float64)
    return coded, values


def _by_arrow(
    arrow: Any,
    file: Path,
    dialect: Dialect,
    texts: list[int],
    numbers: list[int],
    progress: Progress,
) -> tuple[list[Coded], NDArray[np.float64]]:
    """The same several times faster for the millions of rows of a long table."""
    reader = import_module("pyarrow.csv")
    names = [f"f{place}" for place in range(len(dialect.header))]
    types = {names[place]: arrow.dictionary(arrow.int32(), arrow.string()) for place in texts}
    types |= {names[place]: arrow.float64() for place in numbers}
    with open_bytes(file, progress) as source:
        table = reader.read_csv(
            source,
            read_options=reader.ReadOptions(
                skip_rows=dialect.first, column_names=names, block_size=8 << 20
            ),
            parse_options=reader.ParseOptions(delimiter=dialect.delimiter),
            convert_options=reader.ConvertOptions(
                column_types=types,
                include_columns=[names[place] for place in (*texts, *numbers)],
                null_values=list(MISSING),
                strings_can_be_null=True,
                decimal_point=dialect.decimal,
            ),
        )
    table = table.unify_dictionaries()
    coded = []
    for place in texts:
        column = table.column(names[place]).combine_chunks()
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        coded.append((column.dictionary.to_pylist(), codes.astype(np.int32, copy=False)))
    values = np.empty((table.num_rows, len(numbers)))
    for index, place in enumerate(numbers):
        values[:, index] = table.column(names[place]).to_numpy()
    return coded, values


def _joined(parts: list[Coded]) -> Coded:
    """A stamp's texts: of one column, or of a date's and a time's."""
    texts, codes = parts[0]
    if len(parts) == 1:
        return texts, codes
    more, other = parts[1]
    pairs = np.where((codes >= 0) & (other >= 0), codes * len(more) + other, -1)
    found, inverse = np.unique(pairs, return_inverse=True)
    shift = int(len(found) > 0 and found[0] == -1)
    joined = [f"{texts[pair // len(more)]} {more[pair % len(more)]}" for pair in found[shift:]]
    return joined, inverse.astype(np.int32, copy=False) - shift


def _kinds(
    file: Path, dialect: Dialect, place: int, coded: Coded
) -> tuple[tuple[Channel, ...], Codes]:
    names, codes = coded
    if (codes < 0).any():
        raise _missing(file, dialect, "what is counted", (place,))
    channels = []
    for name in names:
        channel = channel_named(name)
        if channel is None:
            where = f"column {place + 1} ({dialect.header[place]})"
            allowed = "load, generation, import, export, net or an OBIS code such as 1-1:1.29.0"
            raise CommunityError(file, where, name, f"must be {allowed}")
        channels.append(channel)
    distinct = tuple(dict.fromkeys(channels))
    which = np.array([distinct.index(channel) for channel in channels], dtype=np.int32)
    return distinct, which[codes]


def _line_of(
    file: Path, dialect: Dialect, stamp: str, meter: str = "", layout: Layout | None = None
) -> str:
    """The line with this stamp (and meter): a search, as only errors need it."""
    place = None if layout is None else layout.meter
    for number, row in lines_of(file, dialect):
        cells = [row[i].strip() for i in dialect.stamp if i < len(row)]
        if " ".join(cells) == stamp.strip() and (
            place is None or (place < len(row) and row[place].strip() == meter.strip())
        ):
            return f"line {number}, column {dialect.stamp[0] + 1}"
    return f"column {dialect.stamp[0] + 1}"


def _missing(file: Path, dialect: Dialect, what: str, places: tuple[int, ...]) -> CommunityError:
    for number, row in lines_of(file, dialect):
        for place in places:
            if place >= len(row) or row[place].strip() in MISSING:
                where = f"line {number}, column {place + 1} ({dialect.header[place]})"
                return CommunityError(file, where, "empty", f"needs {what}")
    return CommunityError(file, f"column {places[0] + 1}", "empty", f"needs {what}")


def _culprit(file: Path, dialect: Dialect, layout: Layout, error: Exception) -> CommunityError:
    """The first row that made the reader stop, found by reading it again, slowly."""
    width, short = len(dialect.header), None
    for number, row in lines_of(file, dialect):
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            allowed = f"has {len(row)} cells, {width} names stand above"
            return CommunityError(file, f"line {number}", dialect.delimiter.join(row), allowed)
        for series in layout.series:
            cell = row[series.place].strip() if series.place < len(row) else ""
            if cell not in MISSING and not is_number(cell, dialect):
                where = f"line {number}, column {series.place + 1} ({series.name})"
                mark = f" with a decimal {'comma' if dialect.decimal == ',' else 'point'}"
                return CommunityError(file, where, cell, f"must be a number{mark}, or empty")
        if len(row) < width and short is None:
            short = (number, row)
    if short is not None:
        allowed = f"has {len(short[1])} cells, {width} names stand above"
        return CommunityError(file, f"line {short[0]}", dialect.delimiter.join(short[1]), allowed)
    text = re.sub(r"\s+", " ", str(error))
    return CommunityError(file, "CSV", text, "must be a CSV file with as many cells in every row")
