"""The lottery's mirror: exact odds, and every input that counts."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.rounds.tickets import (
    TicketsError,
    commitment,
    drawn_number,
    odds,
    running_sums,
    secret,
    seed,
    winner_index,
)

REWARDS = "0x00000000000000000000000000000000000000Aa"
TICKETS = st.lists(st.integers(1, 60), min_size=1, max_size=12)


class FixedSigner:
    """Signs as a deterministic scheme does: the same digest, the same signature."""

    def __init__(self, key: bytes) -> None:
        self.key, self.address = key, REWARDS

    def sign_digest(self, digest: bytes) -> tuple[bytes, bytes]:
        return self.key + digest[16:], digest


@given(TICKETS)
def test_over_all_numbers_each_entry_wins_as_often_as_it_has_tickets(tickets: list[int]) -> None:
    sums = running_sums(tickets)
    wins = Counter(winner_index(sums, number) for number in range(sums[-1]))
    assert [wins[i] for i in range(len(tickets))] == tickets
    assert odds(sums) == tuple(Fraction(own, sum(tickets)) for own in tickets)
    assert sum(odds(sums)) == 1


@given(TICKETS, st.binary(min_size=32, max_size=32), st.integers(0, 65535))
def test_the_number_is_one_of_the_tickets(tickets: list[int], seed_: bytes, zone: int) -> None:
    sums = running_sums(tickets)
    number = drawn_number(seed_, zone, sums[-1])
    i = winner_index(sums, number)
    assert (sums[i - 1] if i else 0) <= number < sums[i]


def test_numbers_are_evenly_drawn() -> None:
    counts = Counter(drawn_number(i.to_bytes(32, "big"), 1, 5) for i in range(5000))
    # Mean 1000, standard deviation 28: five of them.
    assert all(abs(counts[n] - 1000) < 140 for n in range(5))


def test_every_part_of_a_commitment_and_a_seed_counts() -> None:
    a, b = bytes(31) + b"\1", bytes(31) + b"\2"
    made = {
        commitment(REWARDS, 0, 0, a),
        commitment(REWARDS, 1, 0, a),
        commitment(REWARDS, 0, 1, a),
        commitment(REWARDS, 0, 0, b),
        commitment("0x" + "11" * 20, 0, 0, a),
    }
    assert len(made) == 5
    seeds = {seed(0, a, [a, b]), seed(1, a, [a, b]), seed(0, b, [a, b]), seed(0, a, [b, a])}
    assert len(seeds) == 4
    assert len({drawn_number(a, zone, 2**64) for zone in range(4)}) == 4


def test_a_secret_is_the_keys_and_the_rounds_own() -> None:
    one, other = FixedSigner(b"\1" * 16), FixedSigner(b"\2" * 16)
    made = {
        secret(one, 1, REWARDS, 0),
        secret(other, 1, REWARDS, 0),
        secret(one, 2, REWARDS, 0),
        secret(one, 1, REWARDS, 1),
        secret(one, 1, "0x" + "11" * 20, 0),
    }
    assert len(made) == 5
    assert secret(one, 1, REWARDS, 0) == secret(one, 1, REWARDS, 0)


@pytest.mark.parametrize(("sums", "number"), [([], 0), ([3, 5], 5), ([3, 5], -1)])
def test_a_number_that_nobody_holds_is_refused(sums: list[int], number: int) -> None:
    with pytest.raises(TicketsError, match="number"):
        winner_index(sums, number)


def test_no_tickets_no_draw() -> None:
    with pytest.raises(TicketsError, match="tickets: 0: at least 1"):
        drawn_number(bytes(32), 0, 0)
    with pytest.raises(TicketsError, match=r"tickets\[1\]: 0: at least 1"):
        running_sums([1, 0])
