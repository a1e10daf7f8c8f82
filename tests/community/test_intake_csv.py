"""CSV and Parquet of meters: layouts, units, decimal commas, channels; a line for an error."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oracle.community import CommunityError
from oracle.community.intake import csv_file
from oracle.community.intake.columns import Heading, read_heading
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Sheet, Told

BERLIN = Told("Europe/Berlin")
STAMPS = [f"2026-06-01 {i // 4:02d}:{15 * (i % 4):02d}" for i in range(8)]


def read(tmp_path: Path, text: str | bytes, told: Told = BERLIN, name: str = "m.csv") -> Sheet:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_meters(file, told)


def column(sheet: Sheet, meter: str, channel: str | None) -> list[float]:
    index = [(c.meter, c.channel) for c in sheet.columns].index((meter, channel))  # type: ignore[arg-type]
    return [float(value) for value in sheet.kw[index]]


def test_wide_with_units_and_channels_in_names(tmp_path: Path) -> None:
    head = "time,anna:load [kWh],anna:generation [kWh],Bob import (W),Bob export (W),note"
    rows = [f"{stamp},0.25,{i},500,{i},ok" for i, stamp in enumerate(STAMPS)]
    sheet = read(tmp_path, "\n".join([head, *rows]))
    assert column(sheet, "anna", "load") == [1.0] * 8
    assert column(sheet, "anna", "generation") == [4.0 * i for i in range(8)]
    assert column(sheet, "Bob", "import") == [0.5] * 8
    assert column(sheet, "Bob", "export") == [i / 1000 for i in range(8)]
    assert any(note.text == "columns without numbers: note" for note in sheet.notes)


GERMAN = """Zählpunkt;DE0001234
Erstellt am;01.07.2026
Datum;Uhrzeit;Bezug;Einspeisung
;;kWh;kWh
01.06.2026;00:15;1.234,5;0,25
01.06.2026;00:30;0,75;
01.06.2026;00:45;0,5;1
01.06.2026;01:00;0,5;1
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_export(tmp_path: Path, encoding: str) -> None:
    sheet = read(tmp_path, GERMAN.encode(encoding), Told("Europe/Berlin", stamps="end"))
    assert column(sheet, "", "import") == [4938, 3, 2, 2]
    exported = column(sheet, "", "export")
    assert np.isnan(exported[1])
    assert exported[::2] == [1, 4]


def test_the_same_rows_wide_long_packed_and_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    stamps = pd.date_range("2026-03-28 23:00", periods=300, freq="15min", tz="UTC")
    values = np.round(rng.uniform(0, 9, (300, 3)), 3)
    names = ["m1", "m 2", "m-3"]
    texts = stamps.strftime("%Y-%m-%dT%H:%M:%SZ")
    wide = pd.DataFrame(values, columns=[f"{name}:load (kW)" for name in names])
    wide.insert(0, "time", texts)
    long = pd.concat(
        pd.DataFrame({"id": name, "time": texts, "kind": "load", "kW": values[:, i]})
        for i, name in enumerate(names)
    )
    wide.to_csv(tmp_path / "wide.csv", index=False)
    long.to_csv(tmp_path / "long.csv", index=False)
    mixed = long.sample(frac=1, random_state=1)
    mixed.to_csv(tmp_path / "mixed.csv.gz", index=False)
    wide.assign(time=stamps).to_parquet(tmp_path / "wide.parquet")
    long.assign(time=pd.DatetimeIndex(long["time"])).to_parquet(tmp_path / "long.parquet")
    long.to_parquet(tmp_path / "text.parquet")
    files = ["wide.csv", "long.csv", "mixed.csv.gz", "wide.parquet", "long.parquet", "text.parquet"]
    slow = csv_file._by_pandas
    for without_arrow in (False, True):
        if without_arrow:
            monkeypatch.setattr(
                csv_file, "_by_arrow", lambda arrow, f, d, t, n, p: slow(f, d, t, n, True, p)
            )
        for name in files:
            sheet = read_meters(tmp_path / name, BERLIN)
            assert sheet.start == int(stamps[0].timestamp())
            for i, meter in enumerate(names):
                assert column(sheet, meter, "load") == values[:, i].tolist(), name


def test_channels_by_row_and_obis(tmp_path: Path) -> None:
    rows = [
        f"{stamp},{code},m,{value}"
        for i, stamp in enumerate(STAMPS)
        for code, value in (("1-1:1.29.0", i), ("1-1:2.29.0", 2 * i))
    ]
    sheet = read(tmp_path, "\n".join(["time,obis,meter,Wh", *rows]))
    assert column(sheet, "m", "import") == [i * 4 / 1000 for i in range(8)]
    assert column(sheet, "m", "export") == [i * 8 / 1000 for i in range(8)]


def test_an_hourly_meter_in_a_quarter_hourly_table(tmp_path: Path) -> None:
    for told, head in ((BERLIN, "start"), (BERLIN, "end")):
        late = head == "end"
        rows = [
            f"{stamp},1,{8 if i % 4 == (3 if late else 0) else ''}"
            for i, stamp in enumerate(STAMPS)
        ]
        if late:
            rows = [f"2026-06-01 {(i + 1) // 4:02d}:{15 * ((i + 1) % 4):02d}" + row[16:]
                    for i, row in enumerate(rows)]  # fmt: skip
        sheet = read(tmp_path, "\n".join([f"{head},a kWh,b kWh", *rows]), told)
        assert sheet.coarsest == 3600
        assert column(sheet, "a", None) == [4.0] * 8
        assert column(sheet, "b", None) == [8.0] * 8


def test_start_and_end_columns_and_a_told_unit(tmp_path: Path) -> None:
    rows = [f"{a},{b},2" for a, b in pairwise(STAMPS)]
    sheet = read(tmp_path, "\n".join(["from,to,value", *rows]), Told("UTC", unit="kWh"))
    assert sheet.start == 1_780_272_000
    assert column(sheet, "", None) == [8.0] * 7


HEADINGS = [
    ("anna:load", Heading("anna", "load", None)),
    ("solar_school:generation [kW]", Heading("solar_school", "generation", "kW")),
    ("House 3 grid import_kWh", Heading("House 3", "import", "kWh")),
    ("Bezug (kWh)", Heading("", "import", "kWh")),
    ("DE0001 1-1:2.29.0", Heading("DE0001", "export", None)),
    ("consumption", Heading("", "load", None)),
    ("kWh", Heading("", None, "kWh")),
    ("KWH/hh (per half hour) ", Heading("KWH/hh (per half hour)", None, None)),
    ("greta", Heading("greta", None, None)),
    ("net [W]", Heading("", "net", "W")),
]


@pytest.mark.parametrize(("text", "expected"), HEADINGS)
def test_what_a_name_says(text: str, expected: Heading) -> None:
    assert read_heading(text) == expected


GOOD = "time,a kWh,b kWh\n" + "\n".join(f"{stamp},1,2" for stamp in STAMPS)
WRONG = [
    (f"{STAMPS[4]},1", f"{STAMPS[4]},x1", r"line 6, column 2 \(a kWh\): x1: must be a number"),
    (f"{STAMPS[4]},1", f"{STAMPS[4]},inf", r"line 6, column 1, a kWh: inf: must be finite"),
    (STAMPS[4], "2026-06-31 01:00", r"line 6, column 1: 2026-06-31 01:00: must be a day of"),
    (STAMPS[4], "today", r"line 6, column 1: today: must be date and time"),
    (STAMPS[4], "2026-06-01 01:07", r"line 6, column 1: .*intervals of 15 min must start"),
    (STAMPS[4], "", r"line 6, column 1 \(time\): empty: needs a date and time"),
    (f"{STAMPS[4]},1", f"{STAMPS[3]},7", r"line 5, column 1, a kWh: .*another row has"),
    (f"{STAMPS[4]},1", f"{STAMPS[4]},1,9", r"line 6: .*has 4 cells, 3 names stand above"),
    ("a kWh", "a", r"column 2: a: its unit is not in its name: say --unit"),
    ("time,a kWh,b kWh\n", "", r"line 1: .*a line of column names must stand above"),
    (GOOD, "", "empty: needs a header"),
    (GOOD, "time,a kWh\n", "no line has a date and time and a value"),
    (GOOD, "time,a kWh\n2026-01-01 00:00,1\n2026-01-02 00:00,1", "86400 s apart: a market needs"),
    (GOOD, "time,note\n2026-01-01 00:00,ab\n", "needs a column of numbers"),
    (GOOD, "\x00\x01\x02" * 50, "binary: must be CSV"),
    (GOOD, "time,a kWh\n1990-01-01 00:00,1\n2090-01-01 00:00,1\n2090-01-01 00:15,1", None),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_a_wrong_file_is_one_line(tmp_path: Path, old: str, new: str, message: str | None) -> None:
    text = GOOD.replace(old, new, 1)
    if message is None:
        assert len(read(tmp_path, text).kw[0]) > 3_000_000
        return
    with pytest.raises(CommunityError, match=message) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)
    assert "m.csv: " in str(caught.value)


def test_wrong_long_tables(tmp_path: Path) -> None:
    rows = [f"m,{stamp},1" for stamp in STAMPS]
    for place, row, message in (
        (3, f",{STAMPS[3]},1", r"line 5, column 1 \(meter\): empty: needs a meter's name"),
        (3, f"m,{STAMPS[3]},1,5", r"line 5: .*has 4 cells"),
        (3, f"m,{STAMPS[3]}", r"line 5: .*has 2 cells, 3 names"),
        (3, f"m,{STAMPS[3]},one", r"line 5, column 3 \(kW\): one: must be a number"),
        (3, f"m,{STAMPS[2]},3", r"line 4, column 2, kW: .*another row has"),
    ):
        lines = [*rows[:place], row, *rows[place + 1 :]]
        with pytest.raises(CommunityError, match=message):
            read(tmp_path, "\n".join(["meter,time,kW", *lines]))


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    with pytest.raises(CommunityError, match="No such file"):
        read_meters(tmp_path / "none.csv", BERLIN)
    with pytest.raises(CommunityError, match="is a folder"):
        read_meters(tmp_path, BERLIN)
    with pytest.raises(CommunityError, match="must be a Parquet file"):
        read(tmp_path, b"PAR1" + b"\x00" * 60)
    whole = gzip.compress(GOOD.encode())
    with pytest.raises(CommunityError, match=r"gzip|readable|EOF|end-of-stream|ended"):
        read(tmp_path, whole[: len(whole) // 2])
