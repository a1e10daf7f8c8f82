"""A member's saving, meter and statements: hers alone, corrections and gaps included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from oracle.app.statement.catalogue import LANGUAGES
from oracle.service.ports import Language
from oracle.service.settings import ServiceSettings
from oracle.service.store.market_records import ContestRecord
from oracle.service.store.records import (
    BillLine,
    CorrectionRecord,
    ElecoinMoveRecord,
    MemberPeriodRecord,
    MemberRecord,
    ReadingRecord,
    SupplyPriceRecord,
    SupplyRecord,
)
from oracle.service.store.store import Store
from oracle.units import WAD

START = 1_767_222_000
"""Midnight of 1 January 2026 in Berlin."""
HALF_DAY = 43_200
FACTS = {
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "redemption_wei": str(WAD * 97 // 100),
    "schedule": {"start": 5000, "period": 20, "step": HALF_DAY, "round_periods": 2},
}
Sign = Callable[..., dict[str, str]]


@pytest.fixture
def home(store: Store, world: SimpleNamespace) -> Store:
    """Four half days of Ada's: she buys 100 Wh in the first, sells 300 Wh in the third."""
    ada, market = world.ADA.address, store
    market.save_instance(replace(world.INSTANCE, deployment=FACTS))
    market.record_members(
        MemberRecord(who.address, "prosumer", "north", "0x" + "22" * 32)
        for who in (world.ADA, world.BOB)
    )
    market.record_supplies([SupplyRecord(ada, world.EVE.address, "home", Fraction(8, 100))])
    price = Fraction(1, 5), Fraction(1, 20), Fraction(0), Fraction(1, 5), Fraction(0)
    market.record_supply_prices(
        SupplyPriceRecord("home", number, START + HALF_DAY * number, *price) for number in range(4)
    )

    def period(number: int, generated: int, consumed: int, **rest: Any) -> MemberPeriodRecord:
        return MemberPeriodRecord(ada, number, generated, consumed, **rest)

    market.record_member_periods(
        [
            period(0, 0, 500, bought_wh=100, imported_wh=400, lines=(
                BillLine("energy", "ELE", WAD // 50), BillLine("grid_import", "EUR", WAD // 10),
            )),
            period(1, 0, 0),
            period(2, 700, 0, sold_wh=300, exported_wh=400, lines=(
                BillLine("energy", "ELE", -WAD // 20), BillLine("feed_in", "EUR", -WAD // 100),
            )),
            period(3, 0, 0),
        ]
    )  # fmt: skip
    market.record_readings(
        [
            ReadingRecord(ada, 0, 0, 500, 0, 500),
            ReadingRecord(ada, 2, 700, 500, 700, 0, estimated=True),
            ReadingRecord(ada, 3, 700, 500, 0, 0),
        ]
    )
    return market


@pytest.fixture
def ask(home: Store, world: SimpleNamespace, settings: ServiceSettings) -> Any:
    return world.asked(home, settings)


def paths(address: str) -> list[str]:
    own = f"/api/members/{address}"
    return [f"{own}/saving", f"{own}/meter", f"{own}/statements", f"{own}/statement?month=2026-01"]


def test_they_are_hers_and_the_operators(ask: Any, world: SimpleNamespace, sign: Sign) -> None:
    for path in paths(world.ADA.address):
        assert ask.get(path).status_code == 401
        assert ask.get(path, headers=sign(world.BOB)).status_code == 403
        allowed = 404 if "statement" in path else 200  # nobody makes statements here
        assert ask.get(path, headers=sign(world.ADA)).status_code == allowed
        assert ask.get(path, headers=ask.operator).status_code == allowed
    for path in paths(world.EVE.address):
        assert ask.get(path, headers=ask.operator).status_code == 404
    assert set(get_args(Language)) == set(LANGUAGES)


def test_the_saving_by_local_day(ask: Any, world: SimpleNamespace) -> None:
    path = f"/api/members/{world.ADA.address}/saving"
    found = ask.get(path, headers=ask.operator).json()
    first, second = found["by_day"]
    assert (first["day"], second["day"]) == ("2026-01-01", "2026-01-02")
    # 0.02 ELE at what they redeem for, in place of 100 Wh at 0.25 net of a fifth of VAT.
    assert first["paid"] == pytest.approx(0.1 + 0.02 * 0.97)
    assert first["grid_alone"] == pytest.approx(0.1 + 0.1 * 0.30)
    assert second["paid"] == pytest.approx(-0.01 - 0.05 * 0.97)
    assert second["grid_alone"] == pytest.approx(-0.01 - 0.3 * 0.08)
    assert found["saving"] == pytest.approx(first["saving"] + second["saving"])
    newest = ask.get(f"{path}?days=1", headers=ask.operator).json()
    assert newest["by_day"] == [second]
    assert (newest["since"], newest["until"]) == ("2026-01-02", "2026-01-02")


def test_elecoins_that_she_holds_prizes_and_corrections_count(
    home: Store, ask: Any, world: SimpleNamespace
) -> None:
    ada = world.ADA.address
    path = f"/api/members/{ada}/saving"
    before = ask.get(path, headers=ask.operator).json()["saving"]
    home.record_elecoin_moves(
        [ElecoinMoveRecord("0x" + "01" * 32, 0, ada, "bought", START + 9, WAD, WAD * 102 // 100)]
    )
    home.record_contests(
        [ContestRecord(1, "north", 0, "paid", WAD // 2, 0, winner=ada, entry=0)], []
    )
    # 60 Wh less were used in the first half day: 60 Wh less imported, with the market or without.
    home.record_corrections(
        [CorrectionRecord("0x" + "02" * 32, 0, 9, ada, 0, START + 3 * HALF_DAY, 0, -60, 1)]
    )
    found = ask.get(path, headers=ask.operator).json()
    assert found["saving"] == pytest.approx(before - 0.05 + 0.5 * 0.97)
    assert [dt.date.fromisoformat(one["day"]).day for one in found["by_day"]] == [1, 2]
    assert found["by_day"][1]["paid"] == pytest.approx(-0.01 - 0.55 * 0.97 - 0.06 * 0.30)


def test_the_meter_says_what_it_knows(home: Store, ask: Any, world: SimpleNamespace) -> None:
    ada = world.ADA.address
    home.record_corrections(
        [CorrectionRecord("0x" + "02" * 32, 0, 9, ada, 0, START + HALF_DAY, 0, -60, 1)]
    )
    path = f"/api/members/{ada}/meter?order=oldest"
    found = ask.get(path, headers=ask.operator).json()
    quality = [item["quality"] for item in found["items"]]
    assert quality[:4] == ["corrected", "missing", "estimated", "measured"]
    first, missing = found["items"][:2]
    assert (first["consumed_wh"], first["consumption_wh"]) == (440, 500)
    assert (missing["consumed_wh"], missing["generation_wh"]) == (None, None)
    assert [item["starts_at"] for item in found["items"][:3]] == [5000, 5020, 5040]
    pages = []
    after = ""
    while True:
        page = ask.get(f"{path}&limit=2{after}", headers=ask.operator).json()
        pages += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert pages == found["items"]


def test_without_terms_of_supply_nothing_is_compared(ask: Any, world: SimpleNamespace) -> None:
    answer = ask.get(f"/api/members/{world.BOB.address}/saving", headers=ask.operator)
    assert answer.status_code == 404
    assert "terms with the supplier" in answer.json()["error"]
