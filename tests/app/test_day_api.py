"""What the service tells of a real day, against the day's chain and its report."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from oracle.app.day.plan import development_roster
from oracle.app.day.recorder import Recorder
from oracle.app.day.run import STORE
from oracle.app.serving.statements import StoreStatements
from oracle.app.verify.draws import Draw, read_contests, verify_draw
from oracle.app.verify.postings import read_history
from oracle.chain.client import ChainError
from oracle.chain.market import Event, Market
from oracle.cli import main
from oracle.community.load import load_community
from oracle.community.tariff import grid_price
from oracle.rounds.report import Feed
from oracle.rounds.words import Target, commitment
from oracle.service.app import create_app
from oracle.service.live import LastHead
from oracle.service.ports import Ports
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store, open_store
from oracle.units import TICK, TICKS_PER_ELE, WAD
from tests.app.conftest import Day

pytestmark = pytest.mark.node
Get = Callable[..., Any]


@pytest.fixture(scope="module")
def store(day: Day) -> Iterator[Store]:
    with open_store(day.folder / STORE) as opened:
        yield opened


@pytest.fixture(scope="module")
def get(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Get:
    settings = ServiceSettings(tmp_path_factory.mktemp("api") / "token", signature_burst=10**6)
    ports = Ports(statements=StoreStatements(store))
    app = create_app(settings, store, live=LastHead(), ports=ports)
    operator = {"Authorization": f"Bearer {settings.token_path.read_text().strip()}"}

    def ask(path: str, *, own: bool = False, status: int = 200, raw: bool = False) -> Any:
        async def asking() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                return await http.get(path, headers=operator if own else {})

        answer = asyncio.run(asking())
        assert answer.status_code == status, answer.text
        return answer if raw else answer.json()

    return ask


def test_books_are_the_declared_words_of_the_chain(market: Market, day: Day, get: Get) -> None:
    last = market.client.block().number
    for period in (0, 40, 52, 60):
        words = [
            (account, Target.unpack(word))
            for account, word in market.declared(Feed.ELECTRICITY, period, last)
        ]
        found = get(f"/api/rounds/{period}/book")
        assert [
            (bid["account"], bid["energy_wh"] * (1 if bid["side"] == "sell" else -1))
            for bid in found["bids"]
        ] == [(account, target.net_wh) for account, target in words if target.net_wh]
        assert found["price"] == day.report["electricity_price"][period]
        assert found["floor"] * TICKS_PER_ELE == pytest.approx(
            market.read("floorPrice", period)[0] / TICK
        )


def test_supply_and_demand_meet_at_the_price(day: Day, get: Get) -> None:
    sold = 0
    for period, price in enumerate(day.report["electricity_price"]):
        found = get(f"/api/rounds/{period}/book")
        if price is None:
            assert found["cleared_kwh"] is None
            continue
        assert found["matching_probability"] == day.report["matching_probability"][period]
        demand = _at(found["demand"], price)
        offered = sum(
            bid["energy_wh"]
            for bid in found["bids"]
            if bid["side"] == "sell" and bid["limit"] is not None and bid["limit"] <= price
        )
        cleared = found["cleared_kwh"]
        assert cleared == pytest.approx(demand, abs=1e-9)
        assert cleared * 1000 <= offered or not offered
        bought = [bid["serves_wh"] for bid in found["bids"] if bid["side"] == "buy"]
        given = [bid["serves_wh"] for bid in found["bids"] if bid["side"] == "sell"]
        assert sum(bought) == pytest.approx(cleared * 1000, abs=len(bought))
        if offered:
            sold += 1
            assert sum(given) == pytest.approx(cleared * 1000, abs=len(given) + 1)
    assert sold > 20


def _at(line: list[list[float]], price: float) -> float:
    """kWh at a price on a line of points from the highest price down."""
    if price >= line[0][1]:
        return 0.0
    for (above, high), (below, low) in pairwise(line):
        if low <= price <= high:
            return above + (below - above) * (high - price) / (high - low)
    raise AssertionError(price)


def test_certificates_say_what_the_chain_did(
    market: Market, events: list[Event], get: Get, day: Day
) -> None:
    posted = [event for event in events if event.name == "Posted"]
    assert {event.arguments["feed"] for event in posted} == {0, 1}
    receipts = market.client.receipts([event.log.transaction for event in posted])
    for event, receipt in zip(posted, receipts, strict=True):
        a = event.arguments
        feed = Feed(a["feed"])
        found = get(f"/api/postings/{feed.label}/{a['epoch']}")
        declared = market.declared(feed, a["epoch"], a["inputBlock"])
        assert found["commitment"] == "0x" + commitment(declared).hex()
        assert found["declarations"] == len(declared)
        assert found["input_block"] == a["inputBlock"]
        assert found["bound_wei"] == str(a["bound"])
        assert found["tier"] == {1: "inline", 2: "constant"}[a["status"]]
        first = a["epoch"] * (1 if feed is Feed.ELECTRICITY else market.schedule.epoch_periods)
        assert found["order"] == market.order_of(market.schedule.round_of(first))
        assert receipt is not None
        assert found["order"][found["turn"]].lower() == receipt.sender.lower()
        assert found["gas_used"] == receipt.gas_used
        assert (found["signatures"], found["quorum"]) == (2, 2)
        assert (found["challengeable_until"], found["voided"]) == (None, False)
        if feed is Feed.ELECTRICITY:
            assert found["bound_unit"] == "ELE/kWh"
            assert found["bound"] * TICKS_PER_ELE < 1


def test_contests_are_those_of_the_report_and_of_verify(
    market: Market, day: Day, get: Get, store: Store
) -> None:
    names = {member.address: member.name for member in store.members()}
    found = get("/api/contests")
    drawn = [contest for contest in found if contest["state"] == "paid"]
    assert [
        {
            "round": contest["round"],
            "zone": contest["zone"],
            "prize_wei": int(contest["prize_wei"]),
            "tickets_wh": contest["total"],
            "odds": {names[account]: share for account, share in contest["odds"].items()},
            "winner": names[contest["winner"]],
        }
        for contest in sorted(drawn, key=lambda c: c["round"])
    ] == day.report["contests"]
    assert {contest["state"] for contest in found} <= {"paid", "empty", "below_minimum"}
    held = read_contests(market, read_history(market).servers)
    for contest in drawn:
        verdict = verify_draw(market, held, Draw(contest["round"]))
        assert verdict.seed is not None
        assert contest["seed"] == "0x" + verdict.seed.hex()
        proof = contest["proof"]
        (zone,) = [zone for zone in verdict.zones if zone.zone == proof["zone_number"]]
        assert (proof["number"], contest["winner"]) == (zone.number, zone.winner)
        assert proof["first"] <= proof["number"] <= proof["last"]
        assert proof["last"] - proof["first"] + 1 == contest["tickets"][contest["winner"]]
        assert contest["total"] > contest["least"]
        assert len(contest["transactions"]) >= 3
        assert all(market.client.receipts([bytes.fromhex(t[2:]) for t in contest["transactions"]]))


def test_reputations_have_the_age_that_the_chain_gives(
    events: list[Event], get: Get, day: Day, store: Store
) -> None:
    names = {member.address: member.name for member in store.members()}
    found = get("/api/reputation")
    leaders = [names[one["leader"]] for one in found["rounds"]]
    assert leaders == day.report["leaders"][: len(leaders)]
    last = {}
    for event in events:
        if event.name == "RoundSettled":
            a = event.arguments
            assert found["rounds"][a["round"]]["values"][a["account"]] == a["reputation"] / WAD
            last[a["account"]] = (a["reputation"] / WAD, a["age"])
    ages = {one["address"]: (one["value"], one["rounds"]) for one in found["accounts"]}
    assert ages == last
    assert min(age for _, age in last.values()) == 0
    someone = found["accounts"][-1]["address"]
    hers = get(f"/api/reputation?account={someone}&limit=2")
    assert [list(one["values"]) for one in hers["rounds"]] == [[someone]] * 2
    assert [one["leader"] for one in hers["rounds"]] == [
        one["leader"] for one in found["rounds"][-2:]
    ]
    assert hers["accounts"] == found["accounts"][-1:]


def test_the_grid_stands_beside_each_price(get: Get) -> None:
    community = load_community()
    history = get("/api/prices?limit=30")["history"]["items"]
    expected = [
        {
            "period": posting["epoch"],
            "tariffs": {
                member.retail: float(grid_price(community, member, posting["valid_from"]).all_in)
                for member in community.members
            },
        }
        for posting in history
    ]
    assert get("/api/prices/grid?limit=30") == expected
    assert len({tuple(one["tariffs"].values()) for one in expected}) > 1, "a window ends"


def test_a_members_saving_is_that_of_the_report(day: Day, get: Get) -> None:
    for name, member in day.report["members"].items():
        found = get(f"/api/members/{member['address']}/saving", own=True)
        assert found["saving"] == pytest.approx(member["saving"], abs=1e-9), name
        assert found["grid_alone"] == pytest.approx(member["grid_only"], abs=1e-9)
        assert found["paid"] == pytest.approx(member["with_market"], abs=1e-9)
        assert sum(one["saving"] for one in found["by_day"]) == pytest.approx(found["saving"])
        assert found["currency"] == "EUR"
        assert found["since"] == found["by_day"][0]["day"]
    get(f"/api/members/{member['address']}/saving", status=401)


def test_a_meters_history_is_what_was_read(day: Day, get: Get, events: list[Event]) -> None:
    member = next(m for m in day.report["members"].values() if m["generated_wh"])
    path = f"/api/members/{member['address']}/meter"
    first = get(f"{path}?order=oldest&limit=60", own=True)
    rest = get(f"{path}?order=oldest&limit=60&after={first['next']}", own=True)
    assert rest["next"] is None
    items = first["items"] + rest["items"]
    read = [
        event.arguments
        for event in events
        if event.name == "MeterReading" and event.arguments["account"] == member["address"]
    ]
    assert [(i["period"], i["generation_wh"], i["consumption_wh"]) for i in items] == [
        (a["period"], a["generation"], a["consumption"]) for a in read
    ]
    assert sum(item["generated_wh"] for item in items) == member["generated_wh"]
    assert sum(item["consumed_wh"] for item in items) == member["consumed_wh"]
    assert {item["quality"] for item in items} == {"measured"}
    assert items[1]["starts_at"] - items[0]["starts_at"] == 900
    newest = get(f"{path}?limit=1", own=True)
    assert newest["items"] == items[-1:]


def test_statements_are_those_of_the_command(day: Day, get: Get, tmp_path: Path) -> None:
    member = next(iter(day.report["members"].values()))
    base = f"/api/members/{member['address']}"
    (month,) = get(f"{base}/statements", own=True)["months"]
    places = ["--folder", str(day.folder), "--out", str(tmp_path)]
    wanted = ["--month", month, "--member", member["address"], "--language", "de"]
    assert main(["statement", *wanted, *places, "--no-pdf"]) == 0
    assert len(list(tmp_path.iterdir())) == 3
    for form, kind in (("html", "html"), ("csv", "csv"), ("periods", "csv")):
        path = f"{base}/statement?month={month}&language=de&format={form}"
        answer = get(path, own=True, raw=True)
        name = re.fullmatch(
            r'attachment; filename="([^"]+)"', answer.headers["content-disposition"]
        )
        assert name is not None
        assert answer.content == (tmp_path / name[1]).read_bytes()
        assert answer.headers["content-type"] == f"text/{kind}; charset=utf-8"
        get(path, status=401)
    said = get(f"{base}/statement?month=1999-01", own=True, status=404)
    assert said["field"] == "month"
    assert month in said["error"]
    get(f"{base}/statement?month=2026-13", own=True, status=422)
    get(f"{base}/statement?month={month}&language=fr", own=True, status=422)


class Failing(Market):
    """A market whose node does not answer now and then."""

    asked = 0

    def read_many(self, *args: Any, **options: Any) -> Any:
        self.asked += 1
        if self.asked in (3, 9, 30, 100):
            raise ChainError("busy")
        return super().read_many(*args, **options)


def test_a_node_that_fails_now_and_then_loses_and_doubles_nothing(
    market: Market, store: Store, tmp_path: Path
) -> None:
    failing = Failing(market.client, market.deployment)
    community = load_community()
    roster = development_roster(community, 0)
    with open_store(tmp_path / "again.db") as again:
        instance = store.instance()
        assert instance is not None
        again.save_instance(instance)
        start = store.supply_prices()[0].starts_at
        recorder = Recorder(community, roster, failing, again, start)
        failures = 0
        while failures < 9:
            try:
                recorder.follow()
                break
            except ChainError:
                failures += 1
        assert failures == 4
        for table in ("declarations", "floors", "proofs", "contests", "tickets", "postings"):
            assert list(again.scan(table, 10_000)) == list(store.scan(table, 10_000)), table
        for table in ("member_periods", "bill_lines", "trades", "readings", "reputation"):
            assert list(again.scan(table, 10_000)) == list(store.scan(table, 10_000)), table
        traded = sum(event.energy_traded_wh for event in store.periods(limit=1000).items)
        assert recorder.books.energy_traded_wh == traded
        bought = {
            address: sum(purchase.amount_wei for purchase in own.purchases)
            for address, own in recorder.books.members.items()
        }
        assert bought == {
            address: sum(m.amount_wei for m in store.elecoin_moves(address) if m.kind == "bought")
            for address in bought
        }


def test_what_is_not_there_is_404(get: Get) -> None:
    assert "nothing was declared" in get("/api/rounds/5000/book", status=404)["error"]
    assert "nothing is posted" in get("/api/postings/elecoin/77", status=404)["error"]
    get("/api/postings/gas/1", status=422)
    get("/api/rounds/-1/book", status=422)
