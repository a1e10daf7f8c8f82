"""Readings that come late, and readings that were wrong: on a real chain, and on the bill."""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from oracle.app.day.accounting import BookKeeper, statements
from oracle.app.day.options import RunOptions, check
from oracle.app.day.plan import development_roster
from oracle.app.day.run import DEPLOYMENT, Outcome, run
from oracle.app.statement.ledger import open_ledger
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.transactions import Sender
from oracle.cli import main
from oracle.community.bill import period_bill
from oracle.community.load import load_community
from oracle.community.tariff import grid_price
from oracle.units import WAD
from tests.app.conftest import atoll

pytestmark = pytest.mark.node

PERIODS, DELAY = 3, 4
BITTEN = ["correct", "inn", "2026-03-02T00:15", "--consumed=-100", "--reason", "3"]
"""The inn's meter counted 100 Wh too many in period 1."""


@dataclass
class Late:
    """A delayed run, its report, and what its chain and books said while it stood."""

    folder: Path
    report: dict[str, Any] = field(default_factory=dict)
    waited: list[int] = field(default_factory=list)
    corrected: dict[str, Any] = field(default_factory=dict)


def performed(folder: Path, late: Late | None = None) -> dict[str, Any]:
    """Three periods of the atoll; with `late` their readings come four periods after their end."""
    options = RunOptions(
        community=atoll(folder),
        periods=PERIODS,
        forecast="perfect",
        meter_delay=0 if late is None else DELAY,
        folder=folder / "run",
        seed=0,
    )

    def look(outcome: Outcome, url: str | None) -> None:
        if late is not None:
            on_the_living_chain(outcome, late)

    return run(check(options), lambda done, total, what: None, look).report


def on_the_living_chain(outcome: Outcome, late: Late) -> None:
    client = Client(outcome.chain)
    client.request("evm_setAutomine", True)
    market = Market(client, Deployment.load(late.folder / DEPLOYMENT))

    def time_of(block: int) -> int:
        return client.block(block).timestamp

    for event in market.events(0, client.block().number):
        if event.name == "MeterReading":
            end = market.schedule.end_of(event.arguments["period"])
            late.waited.append(time_of(event.log.block) - end)
    assert main([*BITTEN, "--node", outcome.chain, "--folder", str(late.folder)]) == 0
    community = load_community(late.folder.parent / "community.toml")
    roster = development_roster(community, 0)
    # Another program, which knows nothing of the store: the run sees it on the chain.
    other = market.transaction(
        roster.administrator, "correct", roster.members[0].address, 0, 0, 10, 2
    )
    (sent,) = Sender(client, client.chain_id()).send([other])
    until = time.monotonic() + 20
    while client.receipts([sent.hash])[0] is None:  # Anvil mines after it has answered
        assert time.monotonic() < until
        time.sleep(0.02)
    outcome.follow()
    outcome.follow()
    start = market.schedule.start
    keeper = BookKeeper(
        roster, market, start, 900, lambda epoch: market.elecoin_price(epoch)[0], time_of
    )
    for event in market.events(0, client.block().number):
        keeper.add(event)
    late.corrected = dict(
        statements(community, roster, keeper.books, dict.fromkeys(roster.addresses, 0))
    )


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Late:
    folder = tmp_path_factory.mktemp("late")
    found = Late(folder / "run")
    found.report = performed(folder, found)
    return found


def test_late_readings_make_the_same_bills(late: Late, tmp_path: Path) -> None:
    punctual = performed(tmp_path)
    assert late.report["energy_traded_wh"] == punctual["energy_traded_wh"] > 1000
    for key in ("electricity_price", "elecoin_price", "matching_probability"):
        assert late.report[key] == punctual[key]
    for name, member in punctual["members"].items():
        for key in ("bill", "bill_ele_wei", "bought_wh", "sold_wh", "grid_only", "reputation"):
            assert late.report["members"][name][key] == member[key]
    # They came late, and not a second later than that.
    assert Counter(late.waited) == {DELAY * 900: 2 * PERIODS}


def test_the_deployment_has_room_for_what_is_open(late: Late) -> None:
    clock = Deployment.load(late.folder / DEPLOYMENT).schedule
    assert clock.reading_grace == DELAY * 900 + 240
    assert clock.ring_length == -(-(300 + 900 + DELAY * 900 + 240 + 240 + 180) // 900) + 1


def test_a_correction_is_in_the_books(late: Late) -> None:
    inn = late.corrected["inn"]
    uncorrected = Fraction(late.report["members"]["inn"]["bill"]["total"])
    assert float(inn.bill.corrections) == pytest.approx(-0.1 * (0.155 + 0.085 + 0.035) * 1.19)
    assert float(inn.bill.total) == pytest.approx(float(uncorrected + inn.bill.corrections))
    # Alone she would have paid as much less: what she did not use cost the grid's price.
    assert float(inn.grid_only) == pytest.approx(
        late.report["members"]["inn"]["grid_only"] + float(inn.bill.corrections)
    )
    roof = late.corrected["roof"]
    assert float(roof.bill.corrections) == pytest.approx(0.01 * (0.155 + 0.085 + 0.035) * 1.19)


def test_a_correction_is_a_line_of_the_statement(late: Late, tmp_path: Path) -> None:
    """On a chain that the run left, too; the lines sum to the period bills and both corrections."""
    folder = tmp_path / "run"
    shutil.copytree(late.folder, folder)
    again = ["correct", "inn", "1", "--consumed", "40", "--generated", "5", "--reason", "200"]
    assert main([*again, "--folder", str(folder)]) == 0
    assert main(["verify", "--all", "--folder", str(folder)]) == 0
    out = tmp_path / "out"
    asked = ["statement", "--month", "2026-03", "--folder", str(folder), "--out", str(out)]
    assert main([*asked, "--no-pdf"]) == 0
    assert len(list(out.iterdir())) == 2 * 3

    with (out / "2026-03-inn.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    corrections = [row for row in rows if row["Code"] == "corrected_energy"]
    assert [row["Quantity"] for row in corrections] == ["-0.10", "0.035"]
    assert [row["Reason"] for row in corrections] == ["meter fault", "reason 200"]
    assert {row["Period"] for row in corrections} == {"2026-03-02T00:15:00+00:00"}
    page = (out / "2026-03-inn.html").read_text(encoding="utf-8")
    assert page.count("period of 2026-03-02 00:15, meter fault") == 3
    assert "C: corrected" in page

    amounts = {row["Code"]: Fraction(row["Amount"]) for row in rows[-3:]}
    lines = sum(Fraction(row["Amount"]) for row in rows[:-3])
    assert lines == amounts["total"] == amounts["paid"] + amounts["due"]
    community = load_community(late.folder.parent / "community.toml")
    inn = community.member("inn")
    with open_ledger(folder) as ledger:
        (address,) = [m.address for m in ledger.members if m.name == "inn"]
        entries = [ledger.entry(r) for r in ledger.store.member_periods(address).items]
        total = sum((period_bill(community, inn, e).total for e in entries), Fraction(0))
        price = grid_price(community, inn, entries[1].start)
        total += price.all_in * Fraction(-100 + 35, 1000)
        statement = ledger.member_month(ledger.find("inn"), "2026-03")
    assert statement.monthly.total == total
    assert abs(amounts["total"] - total) <= Fraction(1, 200)
    assert statement.monthly.elecoins.spent_wei == sum(e.paid_wei for e in entries) > 0
    bought = statement.monthly.elecoins
    assert bought.bought_wei >= bought.spent_wei
    assert statement.consumption_register == (0, sum(e.consumed_wh for e in entries))


def test_what_the_chain_refuses_is_one_line_and_changes_nothing(
    late: Late, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(late.folder, folder)
    before = (folder / "chain.json").read_bytes()
    wrong = {
        ("inn", "1", "--consumed", "9999999"): "the chain refuses it: AboveRating(",
        ("inn", "7", "--consumed", "1"): "PERIOD: '7': the start or number of a closed period",
        ("reef", "1", "--consumed", "1"): "--member: 'reef': not a member; one of inn, roof",
        ("inn", "1"): "nothing to correct",
        ("inn", "1", "--consumed", "1", "--reason", "0"): "--reason: 0: from 1 to 255",
        ("inn", "1", "--consumed", "1", "--seed", "5"): "--seed: 5: its administrator is not 0x",
    }
    for arguments, says in wrong.items():
        assert main(["correct", *arguments, "--folder", str(folder)]) == 2
        said = capsys.readouterr().err
        assert len(said.strip().splitlines()) == 1
        assert says in said
    assert (folder / "chain.json").read_bytes() == before
    assert not list(folder.glob("*.part"))
    with open_ledger(folder) as ledger:
        booked = ledger.store.corrections()
    assert [c.consumed_wh for c in booked] == [-100, 10]
    assert booked[0].block < booked[1].block


def test_export_is_what_the_run_left(late: Late, tmp_path: Path) -> None:
    """Parquet and CSV say the same; trades and bills sum to the report."""
    import pyarrow.parquet

    out = tmp_path / "tables"
    asked = ["export", "--folder", str(late.folder), "--out", str(out), "--format", "both"]
    assert main(asked) == 0
    tables = {path.stem: pyarrow.parquet.read_table(path) for path in out.glob("*.parquet")}
    for name, table in tables.items():
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == table.num_rows
        assert list(rows[0] if rows else table.column_names) == table.column_names
        for row, typed in zip(rows, table.to_pylist(), strict=True):
            for column, text in row.items():
                assert same(text, typed[column]), (name, column)
    traded = tables["trades"]["energy_wh"].to_pylist()
    assert sum(traded) == late.report["energy_traded_wh"]
    bills = tables["bills"].to_pylist()
    for member in late.report["members"].values():
        own = [line for line in bills if line["address"] == member["address"]]
        for line, wei in member["bill_ele_wei"].items():
            amounts = [row["amount"] for row in own if row["line"] == line]
            assert sum(amounts) * WAD == wei
    assert tables["readings"].num_rows == tables["energy"].num_rows == 2 * PERIODS
    assert sorted(tables["corrections"]["consumed_wh"].to_pylist()) == [-100, 10]
    assert tables["readings"].schema.field("generated_wh").metadata[b"unit"] == b"Wh"
    assert not any("inn" in path.read_text(encoding="utf-8") for path in out.glob("*.csv"))
    assert main([*asked[:-1], "csv", "--names"]) == 0
    assert ",inn\n" in (out / "members.csv").read_text(encoding="utf-8")


def same(text: str, value: Any) -> bool:
    """Whether a CSV cell and a Parquet value are the same."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == json.dumps(value)
    if hasattr(value, "strftime"):
        return text == value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return text == value if isinstance(value, str) else Fraction(text) == value
