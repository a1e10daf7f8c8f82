"""Profiles: time, clock changes, gaps and wrong files."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from oracle.community import Community, CommunityError, Profiles, load_profiles, parse_profiles
from oracle.community.model import DEFAULT_COMMUNITY
from oracle.community.profiles import WEEK, repeated

BERLIN = ZoneInfo("Europe/Berlin")
MakeCommunity = Callable[..., Community]
NAMES = ("sue", "bob", "cem", "dot")


def csv_text(start: dt.datetime, periods: int, step: int = 900) -> str:
    """A profile in local time with offsets; sue's load counts the intervals."""
    first = int(start.timestamp())
    lines = ["timestamp,sue:load,sue:generation,bob:load,cem:load,dot:load"]
    for i in range(periods):
        when = dt.datetime.fromtimestamp(first + i * step, tz=BERLIN).isoformat()
        lines.append(f"{when},{i},{i % 7},1.5,0.25,0")
    return "\n".join(lines)


def parse(community: Community, text: str) -> Profiles:
    frame = pd.read_csv(io.StringIO(text), dtype={"timestamp": str})
    return parse_profiles(frame, community, "p.csv")


@pytest.mark.parametrize(
    ("day", "periods"), [((2026, 3, 29), 92), ((2026, 10, 25), 100), ((2026, 6, 1), 96)]
)
@pytest.mark.parametrize("step", [900, 1800, 3600])
def test_a_local_day_at_a_clock_change(
    make_community: MakeCommunity, day: tuple[int, int, int], periods: int, step: int
) -> None:
    community = make_community(step=step)
    count = periods * 900 // step
    date = dt.date(*day)
    profiles = parse(community, csv_text(dt.datetime(*day, tzinfo=BERLIN), count, step))
    assert len(profiles) == community.periods_of_day(date) == count
    assert np.array_equal(np.diff(profiles.start), np.full(count - 1, step))
    assert profiles.start[0] == community.local_midnight(date)
    assert profiles.end == community.local_midnight(date + dt.timedelta(days=1))
    assert np.array_equal(profiles.load_kw[:, 0], np.arange(count))
    assert np.array_equal(profiles.generation_kw[:, 1], np.zeros(count))
    assert not profiles.estimated.any()


def test_arrays_are_read_only(make_community: MakeCommunity) -> None:
    profiles = parse(make_community(), csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 4))
    with pytest.raises(ValueError, match="read-only"):
        profiles.load_kw[0, 0] = 1


def test_the_first_gap_is_named(make_community: MakeCommunity) -> None:
    lines = csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 10).splitlines()
    row_gone = "\n".join(lines[:4] + lines[5:])
    with pytest.raises(CommunityError, match=r"timestamp at 2026-05-31T22:45:00Z: .*first gap"):
        parse(make_community(), row_gone)
    cells = lines[6].split(",")
    cells[3] = ""
    cell_gone = "\n".join([*lines[:6], ",".join(cells), *lines[7:]])
    with pytest.raises(CommunityError, match=r"bob:load at 2026-05-31T23:15:00Z: .*first gap"):
        parse(make_community(), cell_gone)


def test_a_gap_is_filled_from_a_week_before_and_marked(make_community: MakeCommunity) -> None:
    week = 7 * 96
    lines = csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 2 * week + 5).splitlines()
    # One row lacks in the second week, and the row a week after it: the fill is filled on.
    gone = [week + 3, 2 * week + 3]
    text = "\n".join(line for i, line in enumerate(lines) if i - 1 not in gone)
    profiles = parse(make_community(gaps="estimate"), text)
    assert len(profiles) == 2 * week + 5
    assert profiles.load_kw[gone, 0].tolist() == [3, 3]
    assert np.flatnonzero(profiles.estimated[:, 0]).tolist() == gone
    # A column that the file does not have is not a gap.
    assert not profiles.estimated[:, 3].all()
    assert profiles.generation_kw[gone, 1].tolist() == [0, 0]
    # In the first week there is only the week after it.
    early = "\n".join(line for i, line in enumerate(lines) if i != 5)
    assert parse(make_community(gaps="estimate"), early).load_kw[4, 0] == week + 4
    alone = "\n".join(line for i, line in enumerate(lines[: week - 1]) if i != 5)
    with pytest.raises(CommunityError, match=r"sue:load at .*: needs a value whole weeks"):
        parse(make_community(gaps="estimate"), alone)


WRONG = [
    ("2026-06-01T00:00:00+02:00,0", "2026-06-01T00:00:00,0", "row 2 timestamp: .*with an offset"),
    ("2026-06-01T00:15:00+02:00", "2026-06-01T00:00:00+02:00", "row 3 timestamp: .*ascend"),
    ("2026-06-01T00:15:00+02:00", "2026-06-01T00:16:00+02:00", "row 3 .*multiples of 900"),
    ("2026-06-01T00:15:00+02:00", "yesterday", "row 3 timestamp: yesterday: must be ISO 8601"),
    ("2026-06-01T00:15:00+02:00", "2026-13-01T00:15:00+02:00", "timestamp: .*must be ISO 8601"),
    ("1.5", "much", "bob:load at 2026-05-31T22:00:00Z: much: must be a power"),
    ("1.5", "-1.5", "bob:load at 2026-05-31T22:00:00Z: -1.5: must be a power"),
    ("bob:load", "rob:load", "column: rob:load: timestamp, <member>:load"),
    ("bob:load", "bob:power", "column: bob:power: "),
    ("timestamp", "time", "needs timestamp"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_a_wrong_csv_is_one_line(
    make_community: MakeCommunity, old: str, new: str, message: str
) -> None:
    text = csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 4)
    with pytest.raises(CommunityError, match=message) as caught:
        parse(make_community(), text.replace(old, new, 1))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("p.csv: ")


def test_missing_members_and_files(make_community: MakeCommunity, tmp_path: Path) -> None:
    text = "timestamp,sue:load\n2026-06-01T00:00:00Z,1"
    with pytest.raises(CommunityError, match="bob:load: missing"):
        parse(make_community(), text)
    with pytest.raises(CommunityError, match="no rows"):
        parse(make_community(), csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 0))
    with pytest.raises(CommunityError, match="No such file"):
        load_profiles(make_community(), csv=tmp_path / "none.csv")
    with pytest.raises(CommunityError, match="profiles: None: must name a CSV"):
        load_profiles(make_community(), tmp_path / "small.toml")
    path = tmp_path / "p.csv"
    path.write_text(csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 3))
    community = make_community(profiles="p.csv")
    assert len(load_profiles(community, tmp_path / "small.toml")) == 3


def test_until_and_window(make_community: MakeCommunity) -> None:
    profiles = parse(make_community(), csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 10))
    start = int(profiles.start[0])
    # An interval is known when it has ended, not before.
    assert len(profiles.until(start + 899)) == 0
    assert len(profiles.until(start + 900)) == 1
    assert len(profiles.until(start + 10**6)) == 10
    known = profiles.until(start + 1800)
    assert not np.shares_memory(known.load_kw, profiles.load_kw)
    assert profiles.window(start + 900, 2).load_kw[:, 0].tolist() == [1, 2]
    with pytest.raises(ValueError, match="not 11 periods"):
        profiles.window(start, 11)


def test_the_default_profiles(default_community: Community, default_profiles: Profiles) -> None:
    assert len(default_profiles) == 13 * 96 + 92
    assert default_community.default_start is not None
    start = default_community.local_midnight(default_community.default_start)
    day = default_profiles.window(start, 96)
    # A clear day: the south roof makes at least 4 kWh per kW of peak power, smoothly.
    south = day.generation_kw[:, default_community.member_index["anna"]]
    assert south.sum() / 4 > 4 * 3.0
    assert int((np.diff(np.sign(np.diff(south[south > 0.05]))) != 0).sum()) <= 4
    # The spring clock change is inside.
    assert default_profiles.position(default_community.local_midnight(dt.date(2026, 3, 29)))


def test_reading_is_fast_at_a_year(make_community: MakeCommunity) -> None:
    periods = 35_040
    starts = pd.date_range("2026-01-01", periods=periods, freq="15min", tz="UTC")
    data: dict[str, Any] = {"timestamp": starts.strftime("%Y-%m-%dT%H:%M:%S+00:00")}
    data |= {f"{name}:load": np.linspace(0, 5, periods) for name in NAMES}
    profiles = parse_profiles(pd.DataFrame(data), make_community())
    assert len(profiles) == periods
    assert profiles.load_kw[-1].tolist() == [5.0] * 4


def test_the_default_file_names_its_profiles(default_community: Community) -> None:
    assert (DEFAULT_COMMUNITY.parent / str(default_community.profiles)).exists()


def test_an_import_export_meter_has_its_own_columns(
    make_community: MakeCommunity, small_file: dict[str, Any]
) -> None:
    plain = make_community()
    small_file["member"][0]["meter"] = "import_export"
    community = make_community(member=small_file["member"])
    text = csv_text(dt.datetime(2026, 6, 1, tzinfo=BERLIN), 4)
    with pytest.raises(CommunityError, match=r"sue:load: sue:import or sue:export, as her meter"):
        parse(community, text)
    grid = text.replace("sue:load", "sue:import").replace("sue:generation", "sue:export")
    with pytest.raises(CommunityError, match=r"sue:import: sue:load or sue:generation, as her"):
        parse(plain, grid)
    profiles = parse(community, grid)
    assert profiles.load_kw[:, 0].tolist() == [0, 1, 2, 3]
    assert not community.own_use_known


def test_profiles_from_parquet(make_community: MakeCommunity, tmp_path: Path) -> None:
    text = csv_text(dt.datetime(2026, 3, 29, tzinfo=BERLIN), 92)
    frame = pd.read_csv(io.StringIO(text))
    path = tmp_path / "p.parquet"
    expected = parse(make_community(), text)
    for stamps in (frame["timestamp"], pd.to_datetime(frame["timestamp"], utc=True)):
        frame.assign(timestamp=stamps).to_parquet(path)
        got = load_profiles(make_community(), csv=path)
        assert np.array_equal(got.start, expected.start)
        assert np.array_equal(got.load_kw, expected.load_kw)
    path.write_bytes(b"PAR1 not really PAR1")
    with pytest.raises(CommunityError, match="must be a readable Parquet file"):
        load_profiles(make_community(), csv=path)


@pytest.mark.parametrize(
    ("days", "cycle"), [(8.0, 7 * 96), (7.0, 7 * 96), (6.9, 96), (1.0, 96), (0.5, 48)]
)
def test_beyond_their_end_profiles_repeat_a_week_a_day_or_themselves(
    make_community: MakeCommunity, days: float, cycle: int
) -> None:
    start = dt.datetime(2026, 6, 1, tzinfo=BERLIN)
    known = parse(make_community(), csv_text(start, round(days * 96)))
    rows = len(known)
    made = repeated(known, known.end + 2 * WEEK + 1)
    assert len(made) == rows + 2 * 7 * 96 + 1
    assert np.array_equal(np.diff(made.start), np.full(len(made) - 1, 900))
    assert np.array_equal(made.until(known.end).load_kw, known.load_kw)
    for row in (rows, rows + cycle - 1, rows + cycle, len(made) - 1):
        assert np.array_equal(made.load_kw[row], made.load_kw[row - cycle])
        assert np.array_equal(made.generation_kw[row], made.generation_kw[row - cycle])
    assert repeated(known, known.end - 900).end == known.end
