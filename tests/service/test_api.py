"""What the endpoints answer, against the store's own records."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from oracle.service.errors import ApiError
from oracle.service.http.context import CachedHead
from oracle.service.http.limits import RateLimit
from oracle.service.live import Head
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import CorrectionRecord, SupplyPriceRecord, SupplyRecord
from oracle.service.store.store import Store
from oracle.units import decimal


def test_health(look, world) -> None:
    answer = look.get("/api/health")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["ok"], said["block"], said["block_time"]) == (True, 77, 10_000)
    assert said["instance_id"] == world.INSTANCE.instance_id
    assert said["chain_id"] == 4711


def test_health_without_a_chain(market: Store, settings: ServiceSettings, world) -> None:
    ask = world.asked(market, settings, head=None)
    answer = ask.get("/api/health")
    assert answer.status_code == 503
    assert answer.json()["ok"] is False
    assert answer.json()["block"] is None
    now = ask.get("/api/prices").json()["electricity"]
    assert (now["state"], now["age_seconds"]) == ("unknown", None)
    assert "cannot be read" in ask.get("/").text


def test_a_fresh_store_answers_everything(store: Store, settings: ServiceSettings, world) -> None:
    ask = world.asked(store, settings)
    assert ask.get("/api/health").status_code == 503
    assert ask.get("/api/rounds").json() == {"items": [], "next": None}
    assert ask.get("/api/prices").json()["electricity"] is None
    assert ask.get("/api/members").json() == {"items": [], "next": None}
    assert "No market" in ask.get("/").text
    assert ask.get("/metrics").status_code == 200
    assert ask.get(f"/api/members/{world.ADA.address}").status_code == 401


def test_rounds(look, world) -> None:
    first = look.get("/api/rounds?limit=5").json()
    assert [p["period"] for p in first["items"]] == [0, 1, 2, 3, 4]
    rest = look.get(f"/api/rounds?after={first['next']}").json()
    assert [p["period"] for p in rest["items"]] == [5, 6, 7, 8, 9, 10, 11]
    assert rest["next"] is None
    unpriced, priced = rest["items"][:2]
    assert (unpriced["price"], unpriced["price_wei"], unpriced["state"]) == (None, None, "unpriced")
    assert priced["price_wei"] == str(world.period(6).price_wei)
    assert priced["price"] == pytest.approx(0.200006)
    assert priced["elecoin_price_wei"] == "1020000000000000001"
    newest = look.get("/api/rounds?order=newest&limit=1").json()
    assert (newest["items"][0]["period"], newest["next"]) == (11, 11)


@pytest.mark.parametrize(
    ("time", "state", "age"),
    [
        (900 * 11 - 200, "upcoming", 0),
        (900 * 11 - 1, "upcoming", 199),
        (900 * 11, "current", 200),
        (900 * 12 - 1, "current", 1099),
        (900 * 12, "stale", 1100),
        (900 * 900, "stale", 900 * 889 + 200),
        (0, "upcoming", 0),
    ],
)
def test_a_price_says_its_age(market, settings, world, time: int, state: str, age: int) -> None:
    said = world.asked(market, settings, head=Head(1, time)).get("/api/prices").json()
    assert said["chain_time"] == time
    now = said["electricity"]
    assert (now["epoch"], now["state"], now["age_seconds"]) == (11, state, age)


def test_prices_and_their_history(look, world) -> None:
    said = look.get("/api/prices?limit=3").json()
    assert [p["epoch"] for p in said["history"]["items"]] == [11, 10, 9]
    assert said["history"]["next"] == 9
    latest = said["history"]["items"][0]
    assert latest["value"] == str(2**255 + 11)
    assert latest["signers"] == [world.ADA.address, world.BOB.address]
    coins = look.get("/api/prices?feed=elecoin&order=oldest").json()
    assert [p["epoch"] for p in coins["history"]["items"]] == [0]
    assert coins["elecoin"]["price_wei"] == "1020000000000000001"


def test_the_public_list_has_nothing_private(look, world) -> None:
    said = look.get("/api/members").json()["items"]
    assert {tuple(sorted(item)) for item in said} == {("address", "reputation", "role", "zone")}
    assert {item["address"]: item["reputation"] for item in said} == {
        world.ADA.address: 1.0,
        world.BOB.address: 2.0,
    }


def test_members_come_in_pages(look, world) -> None:
    both = sorted([world.ADA.address, world.BOB.address], key=str.lower)
    first = look.get("/api/members?limit=1").json()
    assert ([m["address"] for m in first["items"]], first["next"]) == ([both[0]], both[0])
    rest = look.get(f"/api/members?limit=1&after={first['next']}").json()
    assert ([m["address"] for m in rest["items"]], rest["next"]) == ([both[1]], None)


PUBLIC = (
    "/",
    "/docs",
    "/openapi.json",
    "/api/health",
    "/api/rounds",
    "/api/prices",
    "/api/members",
    "/metrics",
)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_public_answer_names_anybody(look, world, path: str) -> None:
    answer = look.get(path)
    assert answer.status_code == 200
    assert world.SECRET_NAME not in answer.text
    assert "77" * 32 not in answer.text  # the salt
    assert "500" not in [str(v) for v in _numbers(answer)]  # everybody's consumption


def _numbers(answer) -> list[object]:
    if not answer.headers["content-type"].startswith("application/json"):
        return []

    def walk(value: object) -> list[object]:
        if isinstance(value, dict):
            return [x for item in value.values() for x in walk(item)]
        if isinstance(value, list):
            return [x for item in value for x in walk(item)]
        return [value]

    return walk(answer.json())


def test_a_bill_is_exact_and_adds_up(look, world) -> None:
    said = look.get(f"/api/members/{world.ADA.address}?limit=7", headers=look.operator).json()
    assert said["name"] == world.SECRET_NAME
    assert [p["period"] for p in said["periods"]] == [11, 10, 9, 8, 7, 6, 5]
    assert said["next"] == 5
    records = [world.own_period(world.ADA.address, p["period"]) for p in said["periods"]]
    totals = {(t["name"], t["unit"]): Decimal(t["amount"]) for t in said["totals"]}
    for i, key in enumerate([("energy", "ELE"), ("feed_in", "EUR")]):
        assert totals[key] * 10**18 == sum(record.lines[i].amount for record in records)
    for shown, record in zip(said["periods"], records, strict=True):
        assert shown["consumed_wh"] == record.consumed_wh
        assert shown["declared_wh"] == -450
        assert Decimal(shown["bill"][1]["amount"]) * 10**18 == record.lines[1].amount
    assert said["trades"] == []
    older = look.get(f"/api/members/{world.ADA.address}?after=5", headers=look.operator).json()
    assert [t["energy_wh"] for t in older["trades"]] == [100]
    assert older["more_trades"] is False


def test_corrections_are_lines_with_their_reason(ask, world) -> None:
    """300 Wh more were generated: of period 3's 370 Wh from the grid 70 are left."""
    store, ada = ask.store, world.ADA.address
    price = SupplyPriceRecord(
        "home", 3, 2700, *(Fraction(n, 100) for n in (15, 8, 2, 19)), Fraction(1, 3)
    )
    store.record_supplies([SupplyRecord(ada, world.BOB.address, "home", Fraction(8, 100))])
    store.record_supply_prices([price])
    store.record_corrections(
        [
            CorrectionRecord("0x02", 0, 8, ada, 3, 9000, -100, 0, reason=1),
            CorrectionRecord("0x01", 0, 7, ada, 3, 9000, 400, 0, reason=3),
            CorrectionRecord("0x03", 0, 9, ada, 99, 9000, 1, 0, reason=1),
        ]
    )
    said = ask.get(f"/api/members/{ada}", headers=ask.operator).json()["corrections"]
    assert [(c["reason"], c["imported_wh"], c["exported_wh"]) for c in said] == [
        (3, -370, 30),
        (1, 70, -30),
    ]
    assert "transaction" not in said[0]
    first = {line["name"]: Fraction(line["amount"]) for line in said[0]["bill"]}
    kwh = Fraction(-370, 1000)
    assert first == {
        "grid_import": Fraction(15, 100) * kwh,
        "grid_network": Fraction(8, 100) * kwh,
        "grid_levy": Fraction(2, 100) * kwh,
        "feed_in": -Fraction(8, 100) * Fraction(30, 1000),
        "vat": Fraction(25, 100) * Fraction(19, 100) * kwh,
    }
    assert (
        ask.get(f"/api/members/{world.BOB.address}", headers=ask.operator).json()["corrections"]
        == []
    )


@given(st.integers(-(2**256), 2**256))
def test_decimals_are_exact(amount: int) -> None:
    text = decimal(amount)
    assert Fraction(text) == Fraction(amount, 10**18)
    assert not text.endswith((".", ".0"))
    assert not text.startswith("-0") or amount < 0


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/rounds?limit=0", "limit"),
        ("/api/rounds?limit=1001", "limit"),
        ("/api/rounds?limit=x", "limit"),
        ("/api/rounds?after=99999999999999999999999", "after"),
        ("/api/rounds?order=random", "order"),
        ("/api/prices?feed=gas", "feed"),
        ("/api/members/0x12", "address"),
        ("/api/members?after=bob", "after"),
        ("/api/members/0x" + "g" * 40, "address"),
    ],
)
def test_a_bad_parameter_is_one_line(look, path: str, field: str) -> None:
    answer = look.get(path)
    assert answer.status_code == 422
    said = answer.json()
    assert said["field"] == field
    assert said["error"] == f"{field}: {said['message']}"
    assert "\n" not in said["error"]


def test_unknown_paths_and_methods(look) -> None:
    assert (look.get("/nope").status_code, look.get("/nope").json()) == (
        404,
        {"error": "not found"},
    )
    assert look.get("/static/../app.py").status_code == 404
    assert look.get("/static/%2e%2e%2fapp.py").status_code == 404
    assert look("DELETE", "/api/rounds").status_code == 405
    assert look("POST", "/api/health").json() == {"error": "method not allowed"}


def test_the_metrics_parse_and_agree(ask, market: Store) -> None:
    for _ in range(3):
        ask.get("/api/health")
    ask.get("/api/members/0x" + "ab" * 20)
    ask.get("/secret/0x1234")
    text = ask.get("/metrics").text
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["wattmarket_periods_total",] == 12
    assert found["wattmarket_periods_priced_total",] == 11
    assert found["wattmarket_last_period",] == 11
    assert found["wattmarket_postings_total", "electricity"] == 12
    assert found["wattmarket_price", "elecoin"] == pytest.approx(1.02)
    assert found["wattmarket_requests_total", "/api/health", "200", "GET"] == 3
    assert found["wattmarket_requests_total", "/api/members/{address}", "401", "GET"] == 1
    assert found["wattmarket_requests_total", "404", "GET", "unmatched"] == 1
    assert "0xabab" not in text
    assert "/secret" not in text


def test_openapi_describes_every_error_as_ours(look) -> None:
    document = look.get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/api/health",
        "/api/rounds",
        "/api/rounds/{period}/book",
        "/api/postings/{feed}/{epoch}",
        "/api/contests",
        "/api/reputation",
        "/api/prices",
        "/api/prices/grid",
        "/api/members",
        "/api/members/{address}",
        "/api/members/{address}/name",
        "/api/members/{address}/saving",
        "/api/members/{address}/meter",
        "/api/members/{address}/statements",
        "/api/members/{address}/statement",
        "/api/games",
        "/api/games/{name}",
        "/api/find",
        "/api/papers",
        "/api/papers/{name}",
        "/api/solve",
        "/api/events",
        "/api/admm/sessions",
        "/api/admm/sessions/{name}",
        "/api/admm/sessions/{name}/agents",
        "/api/admm/sessions/{name}/answers",
        "/api/admm/sessions/{name}/questions/{attempt}/{number}",
        "/api/market",
        "/api/join",
        "/api/join/{address}",
        "/api/requests",
        "/api/requests/{address}",
        "/api/operator/members",
        "/api/operator/health",
        "/rpc",
        "/metrics",
    }
    assert "HTTPValidationError" not in json.dumps(document)


# --- parts ------------------------------------------------------------------------------------


def test_a_rate_is_kept_for_each_client() -> None:
    now = [0.0]
    limit = RateLimit(2.0, 3, clock=lambda: now[0])

    def passed(client: str, times: int) -> int:
        count = 0
        for _ in range(times):
            with contextlib.suppress(ApiError):
                limit.take(client)
                count += 1
        return count

    assert passed("a", 10) == 3
    assert passed("b", 10) == 3
    with pytest.raises(ApiError) as refused:
        limit.take("b")
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "1"})
    now[0] += 1.0
    assert passed("a", 10) == 2
    now[0] += 1000.0
    assert passed("a", 10) == 3


def test_the_chain_is_asked_at_most_twice_a_second_and_may_fail() -> None:
    now = [0.0]

    class Chain:
        asked = 0

        def head(self) -> Head:
            self.asked += 1
            if self.asked == 2:
                raise ConnectionError("refused")
            return Head(self.asked, 0)

    chain = Chain()
    head = CachedHead(chain, clock=lambda: now[0])
    assert [head() for _ in range(5)] == [Head(1, 0)] * 5
    now[0] = 0.6
    assert [head() for _ in range(5)] == [None] * 5
    now[0] = 1.2
    assert head() == Head(3, 0)
    assert chain.asked == 3


def test_solving_and_signatures_have_rates(market: Store, tmp_path: Path, world) -> None:
    settings = ServiceSettings(
        tmp_path / "token", signature_rate=0.001, signature_burst=4, solve_rate=0.001, solve_burst=2
    )
    ask = world.asked(market, settings)
    path = f"/api/members/{world.ADA.address}"
    codes = [ask.get(path, headers=ask.operator).status_code for _ in range(6)]
    assert codes == [200] * 4 + [429] * 2
    codes = [ask("POST", "/api/solve", content=b"{}").status_code for _ in range(4)]
    assert codes == [415] * 2 + [429] * 2
    assert dataclasses.replace(settings).host_names == {"127.0.0.1", "localhost", "[::1]"}
