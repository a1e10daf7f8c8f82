"""Any bytes: a sheet or one line, never a traceback."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.community import CommunityError
from oracle.community.intake.entsoe import read_day_ahead
from oracle.community.intake.facts import read_facts
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Told
from oracle.community.prices import load_prices

CSV = (
    b"meter;time;import kWh;export kWh\n"
    + b"".join(b"m;2026-03-29 0%d:%02d;1,5;0\n" % (h, q) for h in (0, 1, 3) for q in (0, 15))
)  # fmt: skip
XML = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content><ReadingType xmlns="http://naesb.org'
    b'/espi"><uom>72</uom><flowDirection>1</flowDirection></ReadingType></content></entry><entry>'
    b'<content><IntervalBlock xmlns="http://naesb.org/espi"><IntervalReading><timePeriod><duration>'
    b"900</duration><start>1780272000</start></timePeriod><value>5</value></IntervalReading>"
    b"</IntervalBlock></content></entry></feed>"
)
PRICES = b'"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]"\n' + b"".join(
    b'"01.06.2026 0%d:00 - 01.06.2026 0%d:00","%d"\n' % (h, h + 1, h) for h in range(8)
)
FACTS = b"meter,name,role,rated_kw,pv_kw\na,Anna,prosumer,5,3\nb,Bob,consumer,4,\n"
SERIES = b"timestamp,price\n2026-06-01T00:00:00Z,0.1\n2026-06-01T01:00:00Z,0.2\n"
PIECES = [
    b"", b"\n", b";", b",", b'"', b"2026-10-25 02:00", b"nan", b"1e999", b"-1", b"\xff", b"\x00",
    b"24:00", b"</", b"<!--", b"99999999999999", b"0", b"31.02.2026 00:00", b"+25:00",
]  # fmt: skip


def survives(read: Callable[[Path], object], data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        line = ""
        try:
            read(file)
        except CommunityError as error:
            line = str(error)
        assert "\n" not in line


@st.composite
def broken(draw: st.DrawFn, whole: bytes) -> bytes:
    """A good file with a few pieces put in, taken out or written over."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 12))
        data = data[:at] + draw(st.sampled_from(PIECES)) + data[at + gone :]
    return data


def sheet_of(file: Path) -> None:
    sheet = read_meters(file, Told("Europe/Berlin", unit="kWh"))
    assert sheet.kw.shape[0] == len(sheet.columns) > 0
    assert not np.isinf(sheet.kw).any()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    survives(sheet_of, data, "m.csv")
    survives(sheet_of, b"PAR1" + data, "m.parquet")
    survives(sheet_of, b"\x1f\x8b" + data, "m.gz")
    survives(sheet_of, b"<" + data, "m.xml")
    survives(read_day_ahead, data, "p.csv")
    survives(read_facts, data, "f.csv")
    survives(load_prices, data, "s.csv")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.data())
def test_files_with_a_few_bytes_broken(data: st.DataObject) -> None:
    survives(sheet_of, data.draw(broken(CSV)), "m.csv")
    survives(sheet_of, data.draw(broken(CSV.replace(b"m;", b"").replace(b"meter;", b""))), "w.csv")
    survives(sheet_of, data.draw(broken(XML)), "m.xml")
    survives(read_day_ahead, data.draw(broken(PRICES)), "p.csv")
    survives(read_facts, data.draw(broken(FACTS)), "f.csv")
    survives(load_prices, data.draw(broken(SERIES)), "s.csv")
