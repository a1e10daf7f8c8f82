"""How a CSV file is written: encoding, delimiter, decimal comma, where header and data start."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from oracle.community.errors import CommunityError
from oracle.community.intake.sheet import Progress
from oracle.community.intake.stamps import DATE_ONLY, TIME_ONLY, UNIX, is_stamp

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 262_144
HEAD_LINES = 200
LEAST_ROWS = 1
MISSING = (
    "",
    "NA",
    "N/A",
    "n/a",
    "n/e",
    "NaN",
    "nan",
    "null",
    "Null",
    "NULL",
    "None",
    "-",
    "--",
    "#N/A",
)
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)*|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")


@dataclass(frozen=True)
class Dialect:
    """`header` are the columns' names, `units` the cells of a row of units under it (or empty);
    `first` is the 0-based line of the first row of data, `sample` the first rows' cells.
    `stamp` are the columns of date and time: one, or a date and a time; `until` closes intervals.
    """

    encoding: str
    delimiter: str
    decimal: str
    thousands: str | None
    header: tuple[str, ...]
    units: tuple[str, ...]
    above: tuple[str, ...]
    first: int
    sample: tuple[tuple[str, ...], ...]
    stamp: tuple[int, ...]
    until: int | None


def open_bytes(file: Path, progress: Progress) -> BinaryIO:
    """The file's bytes, unpacked if gzip. Raises CommunityError where it cannot be read."""
    try:
        raw = file.open("rb")
        total = file.stat().st_size
    except OSError as error:
        raise CommunityError(None, "file", str(file), error.strerror or "unreadable") from error
    source: Any = _Watched(raw, total, progress)
    watched = io.BufferedReader(source, buffer_size=1 << 20)
    if watched.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(gzip.GzipFile(fileobj=watched))
    return watched


class _Watched(io.RawIOBase):
    """A file that says how far it was read."""

    def __init__(self, raw: BinaryIO, total: int, progress: Progress) -> None:
        self._raw, self._total, self._progress, self._done = raw, total, progress, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._raw.read(len(view))
        view[: len(data)] = data
        self._done += len(data)
        self._progress(self._done, self._total)
        return len(data)

    def close(self) -> None:
        self._raw.close()
        super().close()


def read_head(file: Path) -> bytes:
    """The file's first bytes. Raises CommunityError where it is empty or no readable file."""
    try:
        with open_bytes(file, lambda done, total: None) as source:
            head = source.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.strerror:
            raise CommunityError(None, "file", str(file), error.strerror) from error
        raise CommunityError(file, "file", "gzip", f"must be a whole gzip file ({error})") from None
    if not head.strip(b"\x00\xef\xbb\xbf \r\n\t"):
        raise CommunityError(file, "file", "empty", "needs a header and a row of readings")
    return head


def sniff(file: Path, head: bytes) -> Dialect:
    """The dialect of a CSV file. Raises CommunityError where no row starts with a stamp."""
    encoding = _encoding(head)
    text = head.decode(encoding, errors="replace")
    if len(head) == HEAD_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    if "\x00" in text:
        raise CommunityError(file, "file", "binary", "must be CSV, Green Button XML or Parquet")
    lines = text.splitlines()[:HEAD_LINES]
    for delimiter in sorted(
        ";\t,|", key=lambda mark: -sum(line.count(mark) for line in lines[-20:])
    ):
        rows = _rows("\n".join(lines), delimiter)
        first = next((i for i, row in enumerate(rows) if len(row) > 1 and _stamps_in(row)), None)
        if first is not None:
            return _described(file, encoding, delimiter, rows, first)
    raise CommunityError(
        file,
        "line 1",
        lines[0] if lines else "",
        "no line has a date and time and a value, split by comma, semicolon, tab or |",
    )


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Rows by line: a row that runs over several lines counts once for each of them."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for row in reader:
            rows += [[]] * (reader.line_num - 1 - len(rows)) + [row]
    except csv.Error:
        pass
    return rows


def _encoding(head: bytes) -> str:
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if head.startswith(mark):
            return name
    try:
        head[: len(head) - 4 if len(head) == HEAD_BYTES else None].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _stamps_in(row: list[str]) -> tuple[int, ...]:
    """The columns of the stamp in a row of data, () if there is none."""
    cells = [cell.strip() for cell in row]
    whole = [i for i, cell in enumerate(cells) if is_stamp(cell)]
    if whole:
        return tuple(whole[:2])
    dates = [i for i, cell in enumerate(cells) if DATE_ONLY.fullmatch(cell) and not cell.isdigit()]
    times = [i for i, cell in enumerate(cells) if TIME_ONLY.fullmatch(cell)]
    if dates and times:
        return (dates[0], times[0])
    if UNIX.fullmatch(cells[0]) and cells[0][:2] in (
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "18",
        "19",
    ):
        return (0,)
    return ()


def _described(
    file: Path, encoding: str, delimiter: str, rows: list[list[str]], first: int
) -> Dialect:
    data = [row for row in rows[first:] if any(cell.strip() for cell in row)]
    above = [i for i in range(first) if any(cell.strip() for cell in rows[i])]
    units: tuple[str, ...] = ()
    if len(above) > 1 and _is_units(rows[above[-1]]):
        units = tuple(cell.strip() for cell in rows[above.pop()])
    if not above:
        raise CommunityError(
            file, f"line {first + 1}", delimiter.join(rows[first]),
            "a line of column names must stand above the first readings",
        )  # fmt: skip
    header = tuple(cell.strip().strip("\ufeff") for cell in rows[above[-1]])
    width = max(len(header), len(data[0]))
    header += ("",) * (width - len(header))
    cells = [cell.strip() for row in data for cell in row]
    commas = delimiter != "," and any(re.fullmatch(r"[+-]?\d*(?:\.\d{3})*,\d+", c) for c in cells)
    stamp, until = _stamp_columns(data[0])
    return Dialect(
        encoding=encoding,
        delimiter=delimiter,
        decimal="," if commas else ".",
        thousands="." if commas and any(GROUPED.fullmatch(cell) for cell in cells) else None,
        header=header,
        units=units,
        above=tuple(delimiter.join(rows[i]) for i in above[:-1]),
        first=first,
        sample=tuple(tuple(cell.strip() for cell in row) for row in data[:100]),
        stamp=stamp,
        until=until,
    )


def _stamp_columns(row: list[str]) -> tuple[tuple[int, ...], int | None]:
    found = _stamps_in(row)
    if len(found) == 2 and is_stamp(row[found[0]].strip()):
        # Two whole stamps are an interval's start and end.
        start, end = sorted(found, key=lambda i: row[i].strip())
        return (start,), end
    return found, None


def _is_units(row: list[str]) -> bool:
    cells = [cell.strip(" []()").lower() for cell in row if cell.strip()]
    return bool(cells) and all(cell in ("kwh", "kw", "wh", "w", "mwh", "mw") for cell in cells[-1:])


def lines_of(file: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Line numbers (from 1) and cells of the rows of data: slow, to say where an error is."""
    with (
        open_bytes(file, lambda done, total: None) as source,
        io.TextIOWrapper(source, encoding=dialect.encoding, errors="replace", newline="") as text,
    ):
        reader = csv.reader(
            (line.replace("\x00", "") for line in text), delimiter=dialect.delimiter
        )
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise CommunityError(
                    file, f"line {reader.line_num}", str(error), "must be a row of a CSV file"
                ) from None
            if reader.line_num > dialect.first and any(cell.strip() for cell in row):
                yield reader.line_num, row
