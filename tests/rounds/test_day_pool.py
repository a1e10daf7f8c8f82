"""A day's root: the contract's tree, proofs, and amounts that balance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from oracle.rounds.day_pool import day_amounts, packed_amounts, proof, root
from oracle.rounds.pool import CREDIT, Pooled, settle

FORGE_TEST = Path(__file__).resolve().parents[1] / "contracts" / "DayPool.t.sol"
AMOUNTS = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20)


def test_the_contracts_root_is_the_same() -> None:
    amounts = [(-1) ** i * (i * 10**9 + 1) for i in range(11)]
    expected = re.search(r"0x[0-9a-f]{64}", FORGE_TEST.read_text(encoding="utf-8"))
    assert expected
    assert "0x" + root(3, amounts).hex() == expected[0]
    assert len(packed_amounts(amounts)) == 88
    assert root(3, []) == bytes(32)


@given(AMOUNTS, st.data())
def test_a_proof_leads_to_the_root(amounts: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(amounts) - 1))
    words = (7, place, amounts[place] % 2**256)
    node = keccak(b"".join(w.to_bytes(32, "big") for w in words))
    at = place
    for sibling in proof(7, amounts, place):
        node = keccak(sibling + node if at & 1 else node + sibling)
        at >>= 1
    assert node == root(7, amounts)
    assert at == 0


def test_a_seat_without_a_leaf_has_no_proof() -> None:
    with pytest.raises(IndexError):
        proof(0, [1, -1], 2)


def test_an_amount_beyond_eight_bytes_is_refused() -> None:
    with pytest.raises(OverflowError):
        packed_amounts([2**63])


def test_a_days_amounts_sum_to_nothing() -> None:
    seats = ["a", "b", "c", "network", "levy"]
    days = []
    for ticks in (150_000, 222_222):
        members = [Pooled("a", 1, 700, 0), Pooled("b", 1, -300, 10**6), Pooled("c", 2, -900, 10**6)]
        fees = {(1, 1): (10**16 + 3, 5), (1, 2): (3 * 10**16, 10**15)}
        days.append((ticks, settle(members, ticks, fees).lines))
    amounts = day_amounts(days, seats, "network", "levy")
    assert sum(amounts) == 0
    assert amounts[0] == 700 * (150_000 + 222_222)
    assert amounts[3] == sum(line.network_wei for _, lines in days for line in lines) // CREDIT
    with pytest.raises(KeyError):
        day_amounts(days, ["a"], "network", "levy")
