"""Two real half-hourly meters with their faults: gaps, repeated rows, a clock without summer."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from oracle.community import CommunityError
from oracle.community.intake.combine import combine
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Sheet, Told

DATA = Path(__file__).parent / "data" / "opendsm"
LONDON = ZoneInfo("Europe/London")
TOLD = Told("Europe/London", zone_given=True, unit="kWh")


def rows(meter: int) -> dict[int, float]:
    """The file's values by UTC second, read with nothing of ours."""
    text = gzip.decompress((DATA / f"uk-meter-{meter}.csv.gz").read_bytes()).decode()
    found = {}
    for line in text.splitlines()[1:]:
        stamp, value = line.split(",")
        moment = dt.datetime.fromisoformat(stamp).replace(tzinfo=dt.UTC)
        found[int(moment.timestamp())] = float(value)
    return found


@pytest.fixture(scope="module")
def sheets() -> list[Sheet]:
    return [read_meters(DATA / f"uk-meter-{meter}.csv.gz", TOLD) for meter in (1, 2)]


def test_every_reading_is_where_it_was(sheets: list[Sheet]) -> None:
    for meter, sheet in zip((1, 2), sheets, strict=True):
        expected = rows(meter)
        assert sheet.step == 1800
        got = {
            sheet.start + 1800 * i: float(kw)
            for i, kw in enumerate(sheet.kw[0])
            if not np.isnan(kw)
        }
        assert got.keys() == expected.keys()
        assert all(abs(got[at] - 2 * kwh) < 1e-12 for at, kwh in expected.items())


def test_what_was_found_out_is_said(sheets: list[Sheet]) -> None:
    for sheet in sheets:
        said = {note.about: note.text for note in sheet.notes}
        assert "skips in Europe/London: they keep winter time (UTC+0 h)" in said["dst"]
        assert "kept once" in said["duplicates"]
        assert said["stamps"].startswith("at the start")


def test_together_they_have_the_gaps_of_both(sheets: list[Sheet]) -> None:
    combined = combine(sheets)
    assert [member.name for member in combined.members] == ["uk-meter-1", "uk-meter-2"]
    assert combined.gaps
    expected = [rows(1), rows(2)]
    assert combined.start == max(min(found) for found in expected)
    for member, found in zip(combined.members, expected, strict=True):
        assert member.taken is not None
        empty = np.flatnonzero(np.isnan(member.taken)) * 1800 + combined.start
        wanted = set(range(combined.start, combined.end, 1800)) - found.keys()
        assert set(empty.tolist()) == wanted
    gaps = next(note.text for note in combined.notes if note.about == "gaps")
    lost = sum(int(np.isnan(m.taken).sum()) for m in combined.members if m.taken is not None)
    assert gaps.startswith(f"{lost} of ")


def local_copy(file: Path, *, end: bool, offset: bool) -> dict[int, float]:
    """The second meter as a device in London would write it; returns what was written."""
    found = rows(2)
    lines = [("end" if end else "start") + ";m kWh"]
    for at, kwh in found.items():
        moment = dt.datetime.fromtimestamp(at + (1800 if end else 0), tz=LONDON)
        text = moment.isoformat() if offset else moment.strftime("%d.%m.%Y %H:%M")
        value = repr(kwh) if offset else repr(kwh).replace(".", ",")
        lines.append(f"{text};{value}")
    file.write_text("\n".join(lines))
    return found


@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("offset", [False, True])
def test_the_same_meter_on_a_local_clock(tmp_path: Path, end: bool, offset: bool) -> None:
    file = tmp_path / "m.csv"
    found = local_copy(file, end=end, offset=offset)
    sheet = read_meters(file, Told("Europe/London", zone_given=True))
    at = np.array(sorted(found))
    power = sheet.kw[0][(at - sheet.start) // 1800]
    assert np.allclose(power, [2 * found[int(second)] for second in at], rtol=1e-12)
    assert int((~np.isnan(sheet.kw[0])).sum()) == len(found)


def test_a_changed_duplicate_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = gzip.decompress((DATA / "uk-meter-1.csv.gz").read_bytes()).decode().splitlines()
    seen: dict[str, int] = {}
    again = next(i for i, line in enumerate(lines) if seen.setdefault(line.split(",")[0], i) != i)
    lines[again] = lines[again].split(",")[0] + ",9.75"
    file = tmp_path / "meter.csv"
    file.write_text("\n".join(lines))
    with pytest.raises(CommunityError, match=r"line \d+, column 1, value: .* same meter and inter"):
        read_meters(file, TOLD)
