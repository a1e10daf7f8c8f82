"""Books and proofs: what everybody may see of a price."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.rounds.finish_clearing import finish_clearing
from oracle.rounds.finish_clearing import market as game_of
from oracle.rounds.words import PostedValue, Target
from oracle.service.market.book import book
from oracle.service.store.market_records import DeclarationRecord, FloorRecord, ProofRecord
from oracle.service.store.store import Store
from oracle.units import NEVER_SELLS, WAD

FLOOR = 80_000
WORDS = (
    Target(3, 500, 90_000, 0),
    Target(3, -350, 241_000, 269_000),
    Target(3, 0, 0, 0),
    Target(3, -800, 230_000, 269_000),
    Target(3, 300, 120_000, 0),
    Target(3, 40, NEVER_SELLS, 0),
    Target(3, -60, 70_000, 75_000),
)


def declared(*words: Target) -> list[DeclarationRecord]:
    return [
        DeclarationRecord("electricity", 3, place, f"0x{place + 1:040x}", word.pack())
        for place, word in enumerate(words)
    ]


def value_of(*words: Target) -> PostedValue:
    game = game_of(words, FLOOR)
    assert game is not None
    return finish_clearing(game, FLOOR)


def proof(world: SimpleNamespace, **changes: Any) -> ProofRecord:
    fields: dict[str, Any] = {
        "feed": "electricity",
        "epoch": 3,
        "tier": "inline",
        "bound_wei": 5 * 10**11,
        "commitment": "0x" + "cc" * 32,
        "input_block": 29,
        "servers": (world.ADA.address, world.BOB.address, world.EVE.address),
        "poster": world.BOB.address,
        "gas_used": 170_000,
        "quorum": 2,
    }
    return ProofRecord(**fields | changes)


def priced(store: Store, world: SimpleNamespace, **changes: Any) -> None:
    store.record_declarations(declared(*WORDS))
    store.record_floors([FloorRecord(3, FLOOR)])
    store.record_proof(proof(world, **changes))
    value = value_of(*WORDS)
    store.record_posting(world.posting(3, value=value.pack(), price_wei=value.price_ticks * 10**12))


def test_the_book_of_a_period(market: Store, world: SimpleNamespace, ask: Any) -> None:
    priced(market, world)
    found = ask.get("/api/rounds/3/book").json()
    assert [(b["side"], b["energy_wh"], b["limit"]) for b in found["bids"]] == [
        ("sell", 500, 0.09),
        ("buy", 350, 0.241),
        ("buy", 800, 0.23),
        ("sell", 300, 0.12),
        ("sell", 40, None),
        ("buy", 60, 0.07),
    ]
    assert found["bids"][1]["limit_wei"] == "241000000000000000"
    assert found["supply"] == [[0, 0.09], [0.5, 0.09], [0.5, 0.12], [0.8, 0.12]]
    assert found["demand"][0] == [0, 0.241]
    assert found["demand"][-1] == [pytest.approx(1.15, abs=1e-6), 0.08]
    assert found["price"] == value_of(*WORDS).price_ticks / 10**6
    assert found["cleared_kwh"] == pytest.approx(0.8, abs=1e-4)
    served = [bid["serves_wh"] for bid in found["bids"]]
    assert served[4:] == [0, 0]
    assert served[0] + served[3] == pytest.approx(served[1] + served[2], abs=3)


def test_sellers_at_the_price_share_and_at_the_floor_all_do() -> None:
    words = (Target(3, 500, 90_000, 0), Target(3, 500, 150_000, 0), Target(3, -900, 241_000, 0))
    at = value_of(*words).price_ticks
    assert at == 150_000
    made = book(declared(*words), FLOOR, at)
    assert [bid.served_wh for bid in made.bids] == [500, 8, 508]
    plenty = (Target(3, 3000, 0, 0), Target(3, 1000, 70_000, 0), Target(3, -900, 241_000, 0))
    value = value_of(*plenty)
    assert (value.price_ticks, value.matching_wad) == (
        FLOOR,
        pytest.approx(WAD * 9 // 40, rel=1e-6),
    )
    served = [bid.served_wh for bid in book(declared(*plenty), FLOOR, FLOOR).bids]
    assert served == [674, 224, 899]


def test_without_a_price_the_curves_are_there(market: Store, ask: Any) -> None:
    market.record_declarations(declared(WORDS[0], WORDS[1]))
    market.record_floors([FloorRecord(3, FLOOR)])
    nobody_pays = declared(WORDS[0], WORDS[6])
    assert book(nobody_pays, FLOOR, None).demand == ()
    market.record_floors([FloorRecord(99, FLOOR)])
    market.record_declarations(replace(record, epoch=99) for record in declared(*WORDS[:2]))
    found = ask.get("/api/rounds/99/book").json()
    assert (found["price"], found["cleared_kwh"]) == (None, None)
    assert len(found["demand"]) == 2
    assert [bid["serves_wh"] for bid in found["bids"]] == [None, None]


def test_a_proof_and_its_bound(market: Store, world: SimpleNamespace, ask: Any) -> None:
    priced(market, world)
    found = ask.get("/api/postings/electricity/3").json()
    assert (found["bound"], found["bound_wei"]) == (5e-7, "500000000000")
    assert (found["bound_unit"], found["bound_sentence_key"]) == ("ELE/kWh", "price_within")
    assert (found["turn"], found["signatures"], found["quorum"]) == (1, 2, 2)
    assert found["declarations"] == len(WORDS)
    assert found["order"][0] == world.ADA.address
    market.record_proof(proof(world, poster="0x" + "99" * 20, tier="optimistic", bound_wei=None))
    found = ask.get("/api/postings/electricity/3").json()
    assert (found["turn"], found["bound_sentence_key"]) == (None, "on_stakes")


def test_a_refuted_price_is_void_everywhere_and_told(
    market: Store, world: SimpleNamespace, ask: Any
) -> None:
    priced(market, world, tier="optimistic", challengeable_until=9_000)
    assert ask.get("/api/rounds/3/book").json()["price"] is not None
    market.record_proof(proof(world, tier="optimistic", challengeable_until=10_001))
    waits = ask.get("/api/rounds/3/book").json()
    assert (waits["price"], waits["matching_probability"]) == (None, None)
    before = market.last_change()
    market.record_proof(replace(proof(world, tier="optimistic"), voided=True), changed=True)
    assert [(c.kind, c.number) for c in market.changes_after(before)] == [("posting", 3)]
    assert ask.get("/api/postings/electricity/3").json()["voided"]
    assert ask.get("/api/rounds/3/book").json()["price"] is None
    history = ask.get("/api/prices?limit=1000").json()["history"]["items"]
    assert 3 not in [posting["epoch"] for posting in history]
    assert len(history) == world.PERIODS - 1


def test_no_name_is_in_them(market: Store, world: SimpleNamespace, ask: Any) -> None:
    priced(market, world)
    said = [ask.get(p).text for p in ("/api/rounds/3/book", "/api/postings/electricity/3")]
    assert world.SECRET_NAME not in json.dumps(said)
