"""What the store keeps of books, proofs and contests, on both of its kinds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from oracle.service.store.market_records import (
    ContestRecord,
    DeclarationRecord,
    FloorRecord,
    ProofRecord,
    StandingRecord,
    TicketRecord,
)
from oracle.service.store.records import InstanceRecord, ReputationRecord
from oracle.service.store.store import Store
from tests.backends import BACKENDS


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_declarations_and_proofs_are_read_as_written(market: Store, world: SimpleNamespace) -> None:
    declared = [
        DeclarationRecord("electricity", 4, 0, world.BOB.address, 2**136 + 7),
        DeclarationRecord("electricity", 4, 1, world.ADA.address, 2**120),
    ]
    proof = ProofRecord(
        feed="electricity",
        epoch=4,
        tier="inline",
        bound_wei=2**95,
        commitment="0x" + "ab" * 32,
        input_block=40,
        servers=(world.BOB.address, world.ADA.address),
        poster=world.ADA.address,
        gas_used=160_000,
        quorum=1,
    )
    for _ in range(2):
        market.record_declarations(declared)
        market.record_floors([FloorRecord(4, 82_475)])
        market.record_proof(proof)
    assert market.declarations("electricity", 4) == tuple(declared)
    assert market.declared_count("electricity", 4) == 2
    assert market.declared_count("elecoin", 4) == 0
    assert (market.floor_ticks(4), market.floor_ticks(5)) == (82_475, None)
    assert market.proof("electricity", 4) == proof
    assert market.proof("elecoin", 4) is None


def test_entries_replace_what_was_booked_before(market: Store, world: SimpleNamespace) -> None:
    north = ContestRecord(2, "north", 1, "open", None, 1000)
    south = replace(north, zone="south", number=0)
    booked = [
        TicketRecord(2, "north", 0, world.ADA.address, 400),
        TicketRecord(2, "north", 1, world.BOB.address, 300),
    ]
    market.record_contests([north, south], booked)
    earlier = TicketRecord(1, "north", 0, world.BOB.address, 9)
    market.record_contests([replace(north, round=1)], [earlier])
    assert market.tickets([2]) == tuple(booked)
    drawn = replace(
        north,
        state="paid",
        prize_wei=10**18,
        seed="0x" + "5e" * 32,
        block_hash="0x" + "b0" * 32,
        winner=world.BOB.address,
        entry=0,
        transactions=("0x" + "01" * 32, "0x" + "02" * 32),
    )
    entered = TicketRecord(2, "north", 0, world.BOB.address, 1800)
    market.record_contests([drawn, south], [entered])
    assert market.contests(limit=1) == (south, drawn)
    assert [contest.round for contest in market.contests(limit=2)] == [2, 2, 1]
    assert market.tickets([1, 2]) == (earlier, entered)


def test_reputations_age_until_the_account_leads(market: Store, world: SimpleNamespace) -> None:
    ada, bob, eve = world.ADA.address, world.BOB.address, world.EVE.address
    for number, leader in ((1, ada), (2, bob), (3, bob)):
        market.record_reputation(
            ReputationRecord(number, who, number * 10**18, who == leader) for who in (ada, bob)
        )
    market.record_reputation([ReputationRecord(2, eve, -(10**18))])
    rounds, standings = market.reputation_history(2)
    assert [record.round for record in rounds] == [2, 2, 2, 3, 3]
    assert set(standings) == {
        StandingRecord(ada, 3 * 10**18, since_round=0, age=2),
        StandingRecord(bob, 3 * 10**18, since_round=0, age=0),
        StandingRecord(eve, -(10**18), since_round=2, age=1),
    }
    market.save_instance(InstanceRecord("6f" * 16, 4711, "0x" + "12" * 32, {}))
    assert market.reputation_history(9) == ((), ())
    assert market.contests(limit=9) == ()
