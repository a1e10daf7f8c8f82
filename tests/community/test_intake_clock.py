"""Both clock changes, whatever the stamps look like: every reading at its instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from oracle.community import CommunityError
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Sheet, Told
from oracle.community.intake.stamps import BadStamp, parse_walls

SPRING, AUTUMN = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
Form = Callable[[dt.datetime], str]
FORMS: dict[str, Form] = {
    "iso": lambda m: m.strftime("%Y-%m-%d %H:%M"),
    "german": lambda m: m.strftime("%d.%m.%Y %H:%M:%S"),
    "british": lambda m: m.strftime("%d/%m/%Y %H:%M"),
    "american": lambda m: m.strftime("%m/%d/%Y %I:%M %p"),
    "compact": lambda m: m.strftime("%Y%m%d%H%M"),
    "offset": lambda m: m.isoformat(),
    "named": lambda m: m.strftime("%d/%m/%Y %H:%M:%S") + f" ({m.tzname()})",
    "unix": lambda m: str(int(m.timestamp())),
}


def write(
    file: Path, day: dt.date, step: int, form: Form, zone: str = "Europe/Berlin", *,
    end: bool = False, newest_first: bool = False, long: bool = False,
) -> tuple[int, int]:  # fmt: skip
    """Three local days around `day`; the value counts intervals. Returns start and count."""
    tz = ZoneInfo(zone)
    start = int(dt.datetime.combine(day - dt.timedelta(days=1), dt.time(), tz).timestamp())
    stop = int(dt.datetime.combine(day + dt.timedelta(days=2), dt.time(), tz).timestamp())
    count = (stop - start) // step
    rows = []
    for i in range(count):
        at = start + (i + end) * step
        stamp = form(dt.datetime.fromtimestamp(at, tz=tz))
        rows += [f"a,{stamp},{i}", f"b,{stamp},{1000 + i}"] if long else [f"{stamp},{i}"]
    if newest_first:
        rows.reverse()
    head = "meter,time,kw" if long else "time,a kW"
    file.write_text("\n".join([head, *rows]))
    return start, count


def check(sheet: Sheet, start: int, count: int, first: int = 0, row: int = 0) -> None:
    assert sheet.start == start
    assert np.array_equal(sheet.kw[row], first + np.arange(count))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("end", [False, True])
def test_every_form_at_both_changes(tmp_path: Path, form: str, day: dt.date, end: bool) -> None:
    for step in (900, 1800, 3600):
        file = tmp_path / f"{step}.csv"
        start, count = write(file, day, step, FORMS[form], end=end)
        assert count * step == 3 * 86_400 + (3600 if day == AUTUMN else -3600)
        told = Told("Europe/Berlin", stamps="end" if end else "start")
        check(read_meters(file, told), start, count)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe"])
def test_other_zones(tmp_path: Path, zone: str) -> None:
    days = {
        "Europe/London": (SPRING, AUTUMN),
        "America/New_York": (dt.date(2026, 3, 8), dt.date(2026, 11, 1)),
        "Australia/Lord_Howe": (dt.date(2026, 10, 4), dt.date(2026, 4, 5)),
    }
    for day in days[zone]:
        for end in (False, True):
            file = tmp_path / "m.csv"
            start, count = write(file, day, 900, FORMS["iso"], zone, end=end)
            told = Told(zone, stamps="end" if end else "start")
            check(read_meters(file, told), start, count)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_long_tables_and_newest_first(tmp_path: Path, day: dt.date) -> None:
    for newest_first in (False, True):
        file = tmp_path / "m.csv"
        start, count = write(file, day, 900, FORMS["iso"], newest_first=newest_first, long=True)
        sheet = read_meters(file, Told("Europe/Berlin"))
        names = [column.meter for column in sheet.columns]
        assert sorted(names) == ["a", "b"]
        check(sheet, start, count, 0, names.index("a"))
        check(sheet, start, count, 1000, names.index("b"))


def test_winter_time_all_year(tmp_path: Path) -> None:
    winter = dt.timezone(dt.timedelta(hours=1))
    start = int(dt.datetime(2026, 3, 28, tzinfo=winter).timestamp())
    moments = [dt.datetime.fromtimestamp(start + 900 * i, tz=winter) for i in range(300)]
    file = tmp_path / "m.csv"
    file.write_text(
        "\n".join(["time,a kW", *(f"{FORMS['iso'](m)},{i}" for i, m in enumerate(moments))])
    )
    sheet = read_meters(file, Told("Europe/Berlin"))
    check(sheet, start, 300)
    assert any("winter time (UTC+1 h)" in note.text for note in sheet.notes)


def test_autumns_hour_that_is_there_once(tmp_path: Path) -> None:
    """A device that lost the second pass: its hour is a gap, and it is said."""
    tz = ZoneInfo("Europe/Berlin")
    start = int(dt.datetime(2026, 10, 24, tzinfo=tz).timestamp())
    moments = [dt.datetime.fromtimestamp(start + 900 * i, tz=tz) for i in range(240)]
    kept = [(i, m) for i, m in enumerate(moments) if m.fold == 0]
    file = tmp_path / "m.csv"
    file.write_text("\n".join(["time,a kW", *(f"{FORMS['iso'](m)},{i}" for i, m in kept)]))
    sheet = read_meters(file, Told("Europe/Berlin"))
    assert sheet.start == start
    assert np.flatnonzero(np.isnan(sheet.kw[0])).tolist() == [108, 109, 110, 111]
    assert [n for n in sheet.notes if n.about == "dst" and "the second is a gap" in n.text]


@pytest.mark.parametrize("written", ["02:00", "03:00"])
@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_how_a_closing_stamp_writes_the_change_itself(
    tmp_path: Path, day: dt.date, written: str
) -> None:
    """What ends as the clock jumps ends at 02:00 or at 03:00, which are one: devices write either.

    In spring 02:00 does not exist; in autumn 03:00 comes again an hour later.
    """
    file = tmp_path / "m.csv"
    start, count = write(file, day, 900, FORMS["iso"], end=True)
    lines = file.read_text().splitlines()
    change = int(dt.datetime.combine(day, dt.time(1), tzinfo=dt.UTC).timestamp())
    row = (change - start) // 900
    assert lines[row].startswith(f"{day} {'03' if day == SPRING else '02'}:00")
    lines[row] = f"{day} {written},{row - 1}"
    file.write_text("\n".join(lines))
    sheet = read_meters(file, Told("Europe/Berlin", stamps="end"))
    check(sheet, start, count)
    assert not any("a gap" in note.text for note in sheet.notes)


def test_stamps_of_two_clocks_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    write(file, AUTUMN, 900, FORMS["iso"])
    file.write_text(file.read_text() + "\n2027-03-28 02:15,1")
    with pytest.raises(CommunityError, match=r"line \d+, column 1: 2026-10-25 02:00: must be once"):
        read_meters(file, Told("Europe/Berlin"))
    file.write_text("time,a kW\n2026-06-01 00:00,1\n2026-06-01 00:15+02:00,1\n")
    with pytest.raises(CommunityError, match=r"line 2, column 1: .* must have an offset"):
        read_meters(file, Told("Europe/Berlin"))


def test_midnight_as_24_and_seconds_before_the_minute() -> None:
    walls = parse_walls(["2026-03-01 24:00", "2026-03-02 00:00", "01.03.2026 23:59:59"])
    assert len(set(walls.seconds.tolist())) == 1


def test_day_or_month_first() -> None:
    def first_day(texts: list[str]) -> dt.datetime:
        return dt.datetime.fromtimestamp(int(parse_walls(texts).seconds[0]), tz=dt.UTC)

    assert first_day(["03/04/2026 00:00", "13/04/2026 00:00"]).month == 4
    assert first_day(["03/04/2026 00:00", "03/14/2026 00:00"]).month == 3
    # Neither exceeds 12: the part that changes more often is the day.
    assert first_day([f"03/{day:02d}/2026 00:00" for day in range(4, 9)]).month == 3
    assert first_day([f"{day:02d}/03/2026 00:00" for day in range(4, 9)]).month == 3
    assert not parse_walls(["03/04/2026 00:00"], "month-first").day_first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-30 00:00", "a day of the calendar"),
        ("2026-02-03 25:00", "a time of day"),
        ("1815-06-18 00:00", "a year from 1990"),
        ("2026-02-03 13:00 pm", "an hour from 1 to 12"),
        ("2026-02-03 12:00 XYZ", "an offset such as"),
        ("2026-02-03 12:00+99:00", "an offset from"),
        ("2026-02-03", "date and time"),
        ("", "date and time"),
    ],
)
def test_what_is_no_stamp(text: str, expected: str) -> None:
    with pytest.raises(BadStamp, match=expected) as caught:
        parse_walls(["2026-01-01 00:00", text])
    assert caught.value.index == 1
