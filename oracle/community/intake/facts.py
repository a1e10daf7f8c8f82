"""What the meters' files do not say of the members: a small table, a row for each."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle.community.errors import CommunityError

TEXTS = ("name", "role", "zone", "retail", "standard_profile")
NUMBERS = ("feed_in", "rated_kw", "annual_kwh")
FLAGS = ("supported", "renewable")
NESTED = {
    "pv_kw": ("pv", "peak_kw"),
    "pv_tilt": ("pv", "tilt"),
    "pv_azimuth": ("pv", "azimuth"),
    "storage_kwh": ("storage", "capacity_kwh"),
    "storage_kw": ("storage", "power_kw"),
    "storage_efficiency": ("storage", "efficiency"),
}
COLUMNS = ("meter", *TEXTS, *NUMBERS, *FLAGS, *NESTED)
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Fact:
    """One row: the member's fields as the community file has them, and the line they stand in."""

    meter: str
    line: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class Facts:
    file: Path | None = None
    rows: tuple[Fact, ...] = ()

    def of(self, meter: str, name: str) -> Fact | None:
        return next((row for row in self.rows if row.meter in (meter, name)), None)


def read_facts(file: Path) -> Facts:
    """The table in a CSV whose columns are any of COLUMNS, `meter` (the name in the meters' files)
    or `name` among them. Raises CommunityError: file, line, column, what is allowed.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CommunityError(None, "members", str(file), error.strerror or "unreadable") from error
    except UnicodeDecodeError:
        raise CommunityError(file, "file", "not UTF-8", "must be UTF-8 text") from None
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        table = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise CommunityError(file, "CSV", str(error), "must be a CSV file") from None
    table = [(line, row) for line, row in table if any(row)]
    if not table:
        raise CommunityError(file, "file", "empty", "needs a header and a row for each member")
    header = table[0][1]
    for place, column in enumerate(header):
        if column not in COLUMNS:
            raise CommunityError(
                file, f"line 1, column {place + 1}", column, f"one of {', '.join(COLUMNS)}"
            )
    if "meter" not in header and "name" not in header:
        raise CommunityError(file, "line 1", ", ".join(header), "needs a column meter or name")
    rows = tuple(_fact(file, line, header, row, delimiter) for line, row in table[1:])
    seen: set[str] = set()
    for row in rows:
        if row.meter in seen:
            raise CommunityError(file, f"line {row.line}", row.meter, "every meter only once")
        seen.add(row.meter)
    return Facts(file, rows)


def _fact(file: Path, line: int, header: list[str], row: list[str], delimiter: str) -> Fact:
    if len(row) > len(header):
        raise CommunityError(
            file, f"line {line}", delimiter.join(row), f"has {len(row)} cells, not {len(header)}"
        )
    fields: dict[str, Any] = {}
    for place, (column, cell) in enumerate(zip(header, row, strict=False)):
        if not cell:
            continue
        where = f"line {line}, column {place + 1} ({column})"
        if column in FLAGS:
            if cell.lower() not in YES_NO:
                raise CommunityError(file, where, cell, "must be true or false")
            fields[column] = YES_NO[cell.lower()]
        elif column in NUMBERS or column in NESTED:
            try:
                number = float(cell.replace(",", ".") if delimiter != "," else cell)
            except ValueError:
                raise CommunityError(file, where, cell, "must be a number") from None
            if column in NESTED:
                table, key = NESTED[column]
                fields.setdefault(table, {})[key] = number
            else:
                fields[column] = number
        else:
            fields[column] = cell
    meter = str(fields.pop("meter", "") or fields.get("name", ""))
    if not meter:
        raise CommunityError(file, f"line {line}", delimiter.join(row), "needs meter or name")
    if "pv" in fields:
        fields["pv"] = [fields["pv"]]
    return Fact(meter, line, fields)
