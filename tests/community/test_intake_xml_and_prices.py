"""Green Button XML and ENTSO-E's price files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from oracle.community import CommunityError
from oracle.community.intake.entsoe import DayAhead, read_day_ahead
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Sheet, Told

START = 1_780_272_000


def entry(links: dict[str, str], title: str, content: str) -> str:
    hrefs = "".join(f'<link rel="{rel}" href="{href}"/>' for rel, href in links.items())
    return f"<entry>{hrefs}<title>{title}</title><content>{content}</content></entry>"


def green_button(
    *, flow: str = "1", uom: str = "72", power: int = 0, count: int = 8, length: int = 900,
    title: str = "Main meter", second: bool = False,
) -> str:  # fmt: skip
    meters = [("MR/1", "T/1", flow, title)] + ([("MR/2", "T/2", "19", "PV")] if second else [])
    out = []
    for meter, kind, direction, name in meters:
        meter, kind = (
            f"/espi/1_1/resource/UsagePoint/1/MeterReading/{meter[-1]}",
            f"/ReadingType/{kind[-1]}",
        )
        readings = "".join(
            f"<IntervalReading><timePeriod><duration>{length}</duration><start>{START + i * length}"
            f"</start></timePeriod><value>{100 + i}</value></IntervalReading>"
            for i in range(count)
        )
        out += [
            entry({"self": meter, "related": kind}, name, f'<MeterReading xmlns="{NS}"/>'),
            entry(
                {"self": kind}, "type",
                f'<ReadingType xmlns="{NS}"><flowDirection>{direction}</flowDirection>'
                f"<powerOfTenMultiplier>{power}</powerOfTenMultiplier><uom>{uom}</uom></ReadingType>",
            ),
            entry(
                {"self": f"{meter}/IntervalBlock/1", "up": f"{meter}/IntervalBlock"}, "",
                f'<IntervalBlock xmlns="{NS}">{readings}</IntervalBlock>',
            ),
        ]  # fmt: skip
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{"".join(out)}</feed>'


NS = "http://naesb.org/espi"


def read(tmp_path: Path, text: str) -> Sheet:
    file = tmp_path / "usage.xml"
    file.write_text(text)
    return read_meters(file, Told("America/New_York"))


def test_green_button(tmp_path: Path) -> None:
    sheet = read(tmp_path, green_button(second=True))
    assert [(c.meter, c.channel) for c in sheet.columns] == [
        ("Main meter", "import"), ("PV", "export"),
    ]  # fmt: skip
    assert (sheet.start, sheet.step) == (START, 900)
    for row in sheet.kw:
        assert np.allclose(row, (100 + np.arange(8)) * 4 / 1000, rtol=1e-14)
    # Power instead of energy, and the power of ten.
    sheet = read(tmp_path, green_button(uom="38", power=3, length=3600))
    assert sheet.kw[0].tolist() == [100.0 + i for i in range(8)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (green_button(uom="61"), "uom: 61: must be 72"),
        (green_button(flow="20"), "flowDirection: 20: must be 1"),
        (green_button(length=86_400), "duration: 86400 s: a market needs"),
        (green_button(count=0), "needs interval readings"),
        (green_button()[:-20], r"line 1, column \d+: .*well-formed XML"),
        (green_button().replace("<value>101<", "<value>much<"), "value: much: must be a number"),
        (green_button().replace(f">{START}<", f">{START + 60}<"), "15 min must start at multiples"),
        (green_button().replace(f">{START}<", f">{START + 900}<"), "two values for the same"),
        (green_button().replace("<value>101</value>", ""), "needs timePeriod and value"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><feed/>', "DOCTYPE"),
        ("<feed/>", "needs interval readings"),
    ],
)
def test_wrong_green_button_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CommunityError, match=message) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)


BRUSSELS = ZoneInfo("Europe/Brussels")


def local_hours(day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    start = int(dt.datetime.combine(day, dt.time(), BRUSSELS).timestamp())
    end = int(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), BRUSSELS).timestamp())
    return [
        (dt.datetime.fromtimestamp(at, BRUSSELS), dt.datetime.fromtimestamp(at + 3600, BRUSSELS))
        for at in range(start, end, 3600)
    ]


def old_form(day: dt.date) -> str:
    lines = ['"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]","Currency","BZN|DE-LU"']
    for i, (a, b) in enumerate(local_hours(day)):
        if day.month == 3 and i == 2:  # the platform shows the skipped hour, without a price
            lines.append(f'"{a:%d.%m.%Y} 02:00 - {a:%d.%m.%Y} 03:00","","",""')
        lines.append(f'"{a:%d.%m.%Y %H:%M} - {b:%d.%m.%Y %H:%M}","{i * 10 - 4.5}","EUR",""')
    return "\n".join(lines)


def new_form(day: dt.date, areas: tuple[str, ...] = ("BZN|BE",)) -> str:
    lines = [
        '"MTU (CET/CEST)","Area","Sequence","Day-ahead Price (EUR/MWh)",'
        '"Intraday Period (CET/CEST)","Intraday Price (EUR/MWh)"'
    ]
    change = len(local_hours(day)) != 24
    for i, (a, b) in enumerate(local_hours(day)):
        first, last = (
            f"{m:%d/%m/%Y %H:%M:%S}" + (f" ({m.tzname()})" if change else "") for m in (a, b)
        )
        for number, area in enumerate(areas):
            for sequence in (1, 2):
                price = i * 10 - 5 + 0.5 + 1000 * number + 100 * (sequence - 1)
                lines.append(
                    f'"{first} - {last}","{area}","Sequence Sequence {sequence}","{price}","","99"'
                )
    return "\n".join(lines)


def library_form(day: dt.date) -> str:
    lines = [
        "DateTime(UTC)\tResolutionCode\tAreaCode\tAreaDisplayName\tMapCode\tContractType\tSequence"
        "\tPrice[Currency/MWh]\tCurrency"
    ]
    for i, (a, _) in enumerate(local_hours(day)):
        at = a.astimezone(dt.UTC)
        for kind, area, code in (("Day-ahead", "10YBE", "BE"), ("Intraday", "10YBE", "BE"),
                                 ("Day-ahead", "10YFR", "FR")):  # fmt: skip
            price = i * 10 - 5 + 0.5 + 7 * (kind == "Intraday") + 50 * (code == "FR")
            lines.append(
                f"{at:%Y-%m-%d %H:%M:%S}.000\tPT60M\t{area}\tZone {code}\t{code}\t{kind}\t\t"
                f"{price}\tEUR"
            )
    return "\n".join(lines)


def prices(tmp_path: Path, text: str, area: str | None = None) -> DayAhead:
    file = tmp_path / "prices.csv"
    file.write_text(text)
    return read_day_ahead(file, area=area)


@pytest.mark.parametrize("day", [dt.date(2025, 3, 30), dt.date(2025, 10, 26), dt.date(2025, 6, 1)])
def test_every_form_of_entsoe_at_both_clock_changes(tmp_path: Path, day: dt.date) -> None:
    hours = local_hours(day)
    for text, area in (
        (old_form(day), None), (new_form(day), None), (new_form(day, ("BZN|BE", "BZN|FR")), "BE"),
        (library_form(day), "BE"), (library_form(day), "10YBE"),
    ):  # fmt: skip
        found = prices(tmp_path, text, area)
        assert found.currency == "EUR"
        assert found.series.start == int(hours[0][0].timestamp())
        assert found.series.step == 3600
        assert np.allclose(found.series.values, [(i * 10 - 4.5) / 1000 for i in range(len(hours))])


def test_hourly_then_quarter_hourly_prices(tmp_path: Path) -> None:
    lines = ['"MTU (UTC)","Area","Sequence","Day-ahead Price (EUR/MWh)"']
    at = dt.datetime(2025, 9, 30, 22)
    for i, minutes in enumerate([60, 60] + [15] * 12):
        after = at + dt.timedelta(minutes=minutes)
        lines.append(f'"{at:%d/%m/%Y %H:%M:%S} - {after:%d/%m/%Y %H:%M:%S}","BZN|BE","1","{i}"')
        at = after
    found = prices(tmp_path, "\n".join(lines)).series
    assert found.step == 900
    assert [round(1000 * v) for v in found.values] == [0] * 4 + [1] * 4 + list(range(2, 14))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"35.5"', '"n/e"', "price at 2025-06-01T02:00:00Z: missing: no hour may lack"),
        ('"35.5"', '"dear"', r"line 6, column 2: dear: must be a price"),
        ("01.06.2025 04:00 -", "01.06.2025 44:00 -", r"line 6, column 1: .* a time of day"),
        ("MTU", "When", "needs columns such as MTU"),
        ("Price", "Cost", "needs columns such as MTU"),
    ],
)
def test_wrong_prices_are_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = old_form(dt.date(2025, 6, 1))
    assert old in text
    with pytest.raises(CommunityError, match=message):
        prices(tmp_path, text.replace(old, new, 1))


def test_several_areas_need_a_choice(tmp_path: Path) -> None:
    text = new_form(dt.date(2025, 6, 1), ("BZN|BE", "BZN|FR"))
    with pytest.raises(CommunityError, match=r"say which with --area: BZN\|BE, BZN\|FR"):
        prices(tmp_path, text)
    with pytest.raises(CommunityError, match=r"--area: 'PL'|--area: PL"):
        prices(tmp_path, text, "PL")
