"""Statements on paper: months by local days, words in both languages, hostile names, printing."""

from __future__ import annotations

import csv
import datetime as dt
import stat
import typing
from dataclasses import fields
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from oracle.app.statement.catalogue import LANGUAGES
from oracle.app.statement.command import file_stems
from oracle.app.statement.ledger import open_ledger
from oracle.app.statement.sheet import safe_text
from oracle.app.statement.texts import Texts
from oracle.cli import main
from oracle.community.correction import REASONS
from oracle.community.monthly import Kind, Section, Unit
from oracle.service.store.records import (
    BillLine,
    CorrectionRecord,
    ElecoinMoveRecord,
    InstanceRecord,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    ReadingRecord,
    SupplyPriceRecord,
    SupplyRecord,
)
from oracle.service.store.store import Store, open_store
from oracle.units import WAD

HOUR = 3600
ADA, EVE = ("0x" + digit * 40 for digit in "12")
EVIL = '=HYPERLINK("http://evil")<script>alert(1)</script>'
ZONE = "Europe/Berlin"
BEGIN = int(dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC).timestamp())
"""Local midnight of 29 March, the day with 23 hours."""
HOURS = 4 * 24
"""From then to an hour past the end of 1 April, local time."""


def fill(store: Store) -> None:
    """Two members, hour by hour over a change of the clocks and the end of a month."""
    facts = {
        "community": "Mühle & Söhne",
        "currency": "EUR",
        "timezone": ZONE,
        "schedule": {"step": HOUR},
        "contracts": {},
    }
    store.save_instance(InstanceRecord("5e" * 16, 4711, "0x00", facts))
    store.record_members(
        MemberRecord(address, "prosumer", "north", "0x22", name)
        for address, name in ((ADA, "Ada"), (EVE, EVIL))
    )
    store.record_supplies(
        [
            SupplyRecord(ADA, "0x" + "a" * 40, "home", Fraction(8, 100)),
            SupplyRecord(EVE, "0x" + "b" * 40, "home", Fraction(8, 100), own_use_known=False),
        ]
    )
    store.record_supply_prices(
        SupplyPriceRecord(
            "home", n, BEGIN + n * HOUR, Fraction(31 if n % 24 < 12 else 25, 200),
            Fraction(8, 100), Fraction(2, 100), Fraction(19, 100), Fraction(1, 3),
        )
        for n in range(HOURS)
    )  # fmt: skip
    for n in range(HOURS):
        start = BEGIN + n * HOUR
        store.record_period(
            PeriodRecord(n, start, start + HOUR, "closed", 0, 0, elecoin_price_wei=102 * WAD // 100)
        )
    lines = (
        BillLine("energy", "ELE", 2 * WAD // 100),
        BillLine("network", "ELE", WAD // 1000),
        BillLine("levy", "ELE", WAD // 1000),
    )
    store.record_member_periods(
        MemberPeriodRecord(
            address, n, 0, 700, bought_wh=100, imported_wh=600, declared_wh=-700, lines=lines
        )
        for address in (ADA, EVE)
        for n in range(HOURS)
    )
    store.record_readings(
        ReadingRecord(address, n, 0, 700 * (n + 1), 0, 700, estimated=n == 5)
        for address in (ADA, EVE)
        for n in range(HOURS)
    )
    april = BEGIN + (HOURS - 2) * HOUR
    store.record_corrections(
        [CorrectionRecord("0x01", 0, 9, ADA, 6, april, generated_wh=0, consumed_wh=300, reason=2)]
    )
    store.record_elecoin_moves(
        [
            ElecoinMoveRecord("0x02", 0, ADA, "bought", BEGIN - 60, WAD, 102 * WAD // 100),
            ElecoinMoveRecord("0x03", 0, ADA, "bought", BEGIN, 2 * WAD, 204 * WAD // 100),
            ElecoinMoveRecord("0x04", 0, ADA, "redeemed", april, WAD, 97 * WAD // 100),
        ]
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("run")
    with open_store(made / "store.sqlite") as store:
        fill(store)
    return made


@pytest.fixture(scope="module")
def german(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(folder, tmp_path_factory.mktemp("de"), "2026-04", "de")


@pytest.fixture(scope="module")
def english(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(folder, tmp_path_factory.mktemp("en"), "2026-03", "en")


def written(folder: Path, out: Path, month: str, language: str) -> Path:
    asked = ["--month", month, "--language", language, "--out", str(out), "--folder", str(folder)]
    assert main(["statement", *asked, "--no-pdf"]) == 0
    return out


def sheet(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


# --- months -----------------------------------------------------------------------------------


def test_months_are_local_and_days_have_their_hours(folder: Path) -> None:
    """March ends at 22:00 UTC; the 29th has 23 hours and still one standing charge."""
    with open_ledger(folder) as ledger:
        assert ledger.months == ("2026-03", "2026-04")
        march, april = (ledger.member_month(ledger.find("Ada"), m) for m in ledger.months)
    days_in_march = 23 + 24 + 24
    assert len(march.monthly.periods) == days_in_march
    assert len(april.monthly.periods) == HOURS - days_in_march
    last = march.monthly.periods[-1].entry.start
    assert dt.datetime.fromtimestamp(last, tz=dt.UTC).isoformat() == "2026-03-31T21:00:00+00:00"
    (standing,) = [x for x in march.monthly.lines if x.kind == "standing_charge"]
    assert (standing.quantity, standing.amount) == (3, 1)
    assert march.consumption_register == (0, 700 * days_in_march)
    assert april.consumption_register == (700 * days_in_march, 700 * HOURS)
    # By their own time: what was bought a minute before March 29 is March's, too.
    assert march.monthly.elecoins.bought_wei == 3 * WAD
    assert march.monthly.elecoins.spent_wei == days_in_march * 22 * WAD // 1000
    assert april.monthly.elecoins.redemption_wei == 97 * WAD // 100


def test_a_correction_is_on_the_bill_of_the_month_that_books_it(folder: Path) -> None:
    with open_ledger(folder) as ledger:
        march, april = (ledger.member_month(ledger.find(ADA), m) for m in ledger.months)
    assert not march.monthly.section("corrections")
    assert [p.number for p in march.monthly.periods if p.corrected] == [6]
    assert [p.number for p in march.monthly.periods if p.estimated] == [5]
    lines = {line.kind: line.amount for line in april.monthly.section("corrections")}
    assert lines == {
        "corrected_energy": Fraction(31, 200) * Fraction(3, 10),
        "corrected_network": Fraction(8, 100) * Fraction(3, 10),
        "corrected_levy": Fraction(2, 100) * Fraction(3, 10),
    }


BAD = {
    "--month 2026-3": "--month: '2026-3': must be YYYY-MM",
    "--month 2026-13": "--month: '2026-13': must be YYYY-MM",
    "--month 2026-05": "--month: 2026-05: no data; the run in {folder} has 2026-03, 2026-04",
    "--month 2026-03 --member Bob": "--member: 'Bob': not a member; one of ",
    "--month 2026-03 --language fr": "--language: 'fr': one of en, de",
    "--month 2026-03 --folder /no/such": "--folder: /no/such: no run found there",
    "--month 2026-03 --out /dev/null/x": "--out: /dev/null/x: Not a directory",
    "": "Missing option '--month'",
}


@pytest.mark.parametrize("options", BAD)
def test_what_is_wrong_is_one_line(
    options: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--folder", str(folder), "--out", str(tmp_path / "out"), *options.split()]
    assert main(["statement", *given, "--no-pdf"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert BAD[options].format(folder=folder) in said.err
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.parametrize("options", ["--format xml", "--folder /no/such", "--out /dev/null/x"])
def test_a_wrong_export_is_one_line(
    options: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--folder", str(folder), "--out", str(tmp_path), *options.split()]
    assert main(["export", *given]) == 2
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert said.startswith(f"wattmarket: {options.split()[0]}: ")
    assert not list(tmp_path.iterdir())


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_no_word_is_missing(texts: Texts) -> None:
    """A field that is missing does not load; this is about what the types cannot see."""
    assert set(texts.kinds) == set(typing.get_args(Kind))
    assert set(texts.sections) == set(typing.get_args(Section))
    assert set(texts.units) == set(typing.get_args(Unit))
    assert set(texts.reasons) == set(REASONS)
    assert len(texts.months) == 12
    blank = [f.name for f in fields(Texts) if not getattr(texts, f.name)]
    assert blank == []
    other = LANGUAGES["de" if texts.language == "en" else "en"]
    for field in fields(Texts):
        mine, theirs = getattr(texts, field.name), getattr(other, field.name)
        if isinstance(mine, str):
            assert mine.count("{") == theirs.count("{"), field.name


def test_numbers_are_written_as_each_language_does() -> None:
    en, de = LANGUAGES["en"], LANGUAGES["de"]
    value = Fraction(-12_345_675, 10_000)
    assert en.number(value, 2) == "−1,234.57"
    assert de.number(value, 2) == "−1.234,57"
    assert en.plain(value, 2) == "-1234.57"
    assert de.plain(value, 6) == "-1234,5675"
    assert (en.money(-5), de.money(0)) == ("−0.05", "0,00")
    assert (en.number(Fraction(3), 3, 0), en.number(Fraction(155, 1000), 6, 4)) == ("3", "0.1550")


def test_a_german_statement_is_german(german: Path) -> None:
    page = (german / "2026-04-ada.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in page
    assert "Abrechnung für April 2026" in page
    assert "Periode vom 29.03.2026 07:00, Uhr des Zählers" in page
    assert "Mühle &amp; Söhne" in page
    rows = sheet(german / "2026-04-ada.csv", ";")
    total = next(row for row in rows if row["Code"] == "total")
    assert total["Posten"] == "Summe des Monats"
    lines = [row for row in rows if row["Code"] not in ("total", "paid", "due")]
    assert total["Betrag"].count(",") == 1
    sums = sum(Fraction(row["Betrag"].replace(",", ".")) for row in lines)
    assert sums == Fraction(total["Betrag"].replace(",", "."))
    english_words = {LANGUAGES["en"].kinds[kind] for kind in typing.get_args(Kind)}
    assert not english_words & {row["Posten"] for row in rows}


# --- pages and sheets -------------------------------------------------------------------------


class Page(HTMLParser):
    """The elements of a page, checked to be closed in order."""

    VOID: typing.ClassVar = {"meta"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_a_page_can_be_read_by_everybody(english: Path) -> None:
    page = Page((english / "2026-03-ada.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert page.named("html") == [{"lang": "en"}]
    for landmark in ("header", "main", "footer", "h1", "title"):
        assert len(page.named(landmark)) == 1
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for part in (*page.named("section"), *page.named("table")):
        assert part["aria-labelledby"] in ids
    assert all(head["scope"] in ("row", "col", "colgroup") for head in page.named("th"))
    assert len(page.named("th")) >= len(page.named("tr"))
    assert not page.named("script")
    assert not page.named("link")
    assert not page.named("img")
    (policy,) = [m for m in page.named("meta") if m.get("http-equiv")]
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    said = " ".join(page.text)
    assert "E: estimated" in said
    assert "C: corrected" in said
    assert "2026-03-29 07:00 CEST" in said


def test_a_hostile_name_is_text(english: Path) -> None:
    (stem,) = [path.stem for path in english.glob("*.html") if "ada" not in path.name]
    assert stem == "2026-03-hyperlink-http-evil-script-alert-1-script"
    page = Page((english / f"{stem}.html").read_text(encoding="utf-8"))
    assert not page.named("script")
    assert not page.named("a")
    assert EVIL in page.text
    rows = sheet(english / f"{stem}.csv")
    assert {row["Member"] for row in rows} == {"'" + EVIL}
    for path in english.glob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8-sig", newline="")):
            for cell in row:
                number = cell.lstrip("-").replace(".", "", 1).isdigit()
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_what_looks_like_a_formula_gets_an_apostrophe() -> None:
    for start in ("=1", "+1", "-1", "@x", "\tx", "\rx", "  =1", "＝1", "|x", "%x", "\n=1"):
        assert safe_text(start) == "'" + start
    for plain in ("Ada", "a=b", "3 - 2", "", " x", "Zoë-1"):
        assert safe_text(plain) == plain


def test_what_nobody_knows_is_said(english: Path) -> None:
    (path,) = [path for path in english.glob("*.html") if "ada" not in path.name]
    assert path.read_text(encoding="utf-8").count("not metered") == 3
    (periods,) = [p for p in english.glob("*-periods.csv") if "ada" not in p.name]
    assert {row["generated kWh"] for row in sheet(periods)} == {""}
    assert {row["generated kWh"] for row in sheet(english / "2026-03-ada-periods.csv")} == {"0.00"}


def test_periods_sum_to_the_lines(english: Path) -> None:
    """A reader with a spreadsheet gets the total from the periods' sheet alone."""
    total = Fraction(0)
    for row in sheet(english / "2026-03-ada-periods.csv"):
        elecoins = sum(Fraction(text) for name, text in row.items() if name.endswith(" ELE"))
        total += elecoins * Fraction(row["Elecoin price EUR/ELE"])
        unit = sum(Fraction(text) for name, text in row.items() if name.endswith("EUR/kWh"))
        net = unit * Fraction(row["from the grid kWh"]) + Fraction(row["Standing charge EUR"])
        total += net * (1 + Fraction(row["VAT %"]) / 100)
    rows = {row["Code"]: row["Amount"] for row in sheet(english / "2026-03-ada.csv")}
    assert abs(total - Fraction(rows["total"])) <= Fraction(1, 200)


def test_files_are_their_owners_alone_and_names_do_not_collide(english: Path) -> None:
    for path in english.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    same = [
        MemberRecord("0x" + digit * 40, "consumer", "n", "0x", name)
        for digit, name in (("1", "Zoë"), ("2", "zoe"), ("3", None), ("4", "../../etc"))
    ]
    assert file_stems("2026-03", same) == {
        same[0].address: "2026-03-zoe-111111",
        same[1].address: "2026-03-zoe-222222",
        same[2].address: "2026-03-0x" + "3" * 40,
        same[3].address: "2026-03-etc",
    }


# --- printing ---------------------------------------------------------------------------------


def browser(tmp_path: Path, script: str) -> Path:
    """A program in a browser's place: what it is asked is what counts here."""
    made = tmp_path / "browser"
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o755)
    return made


def test_the_browser_that_is_named_prints(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    script = f"""for a in "$@"; do echo "$a" >> {asked}
case "$a" in --print-to-pdf=*) echo "%PDF-1.4" > "${{a#--print-to-pdf=}}";; esac; done"""
    monkeypatch.setenv("WATTMARKET_BROWSER", str(browser(tmp_path, script)))
    out = tmp_path / "out"
    given = ["--month", "2026-03", "--member", "Ada", "--folder", str(folder), "--out", str(out)]
    assert main(["statement", *given]) == 0
    assert (out / "2026-03-ada.pdf").read_text() == "%PDF-1.4\n"
    arguments = asked.read_text().splitlines()
    assert arguments[-1] == (out / "2026-03-ada.html").as_uri()
    assert "--headless" in arguments


def test_a_browser_that_fails_or_is_not_there_is_one_line(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    given = ["--month", "2026-03", "--member", "Ada", "--folder", str(folder), "--out", str(out)]
    broken = browser(tmp_path, "echo no display >&2; exit 1")
    for name, says in ((str(broken), "no display"), ("no-such-browser", "no such program")):
        monkeypatch.setenv("WATTMARKET_BROWSER", name)
        assert main(["statement", *given]) == 2
        said = capsys.readouterr().err
        assert len(said.strip().splitlines()) == 1
        assert says in said
    assert not list(out.glob("*.pdf*"))
    assert not list(out.glob("*.part"))
    monkeypatch.delenv("WATTMARKET_BROWSER")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert main(["statement", *given]) == 0
    assert "no PDF (no Chromium found)" in capsys.readouterr().out
    assert main(["statement", *given, "--pdf"]) == 2
    assert "--pdf: no Chromium on PATH" in capsys.readouterr().err
