"""The rule by which the price moves the cap: exact fractions, and the regulator's Riccati."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.linalg import solve_continuous_are

from oracle.rounds.certificate import CLEARING_GAS, ELECOIN_GAS, INLINE_GAS
from oracle.rounds.clock import Schedule, ScheduleError
from oracle.rounds.oracle_terms import (
    INLINE_MEMBERS,
    SUPPLY_UNIT,
    OracleTerms,
    SupplyTerms,
    default_supply,
    default_terms,
    feedback_gain_down,
)
from oracle.rounds.words import ElecoinValue, WordError
from oracle.units import TICK, WAD

TARGET = 102 * WAD // 100


@pytest.mark.parametrize("speed", [0.3, 2.0, 11.0])
@pytest.mark.parametrize("weight", [Fraction(1, 50), Fraction(1), Fraction(20), Fraction(700)])
def test_the_gain_is_the_feedback_of_the_regulation_game(speed: float, weight: Fraction) -> None:
    """dp = −η(p + u) dt, cost q p² + ρ u²: scipy's own Riccati solver gives u = −k p."""
    one = np.eye(1)
    riccati = solve_continuous_are(-speed * one, -speed * one, float(weight) * one, one)
    feedback = -speed * riccati[0, 0]
    assert feedback_gain_down(weight) / WAD == pytest.approx(-feedback, rel=1e-12)


def test_the_change_is_the_rule_in_exact_fractions() -> None:
    draw = random.Random(5)
    for _ in range(2000):
        terms = SupplyTerms(
            gain=draw.randrange(10 * WAD),
            base=draw.randrange(10**9 * WAD),
            most_per_epoch=draw.randrange(10**16),
        )
        price = draw.randrange(970_000, 1_050_001) * TICK
        scaled = terms.gain * terms.base // WAD
        exact = Fraction(scaled * (price - TARGET), TARGET * SUPPLY_UNIT)
        bounded = max(-terms.most_per_epoch, min(terms.most_per_epoch, exact))
        change = terms.change_towards_zero(price, TARGET)
        assert change == int(bounded)
        assert abs(change) <= terms.most_per_epoch
    assert terms.change_towards_zero(TARGET, TARGET) == 0


def test_a_dear_elecoin_adds_and_a_cheap_one_takes_away() -> None:
    supply = default_supply(1_000_000 * WAD)
    high = supply.change_towards_zero(1_020_100 * TICK, TARGET)
    low = supply.change_towards_zero(1_019_900 * TICK, TARGET)
    assert 0 < high == -low < supply.most_per_epoch
    assert supply.change_towards_zero(1_050_000 * TICK, TARGET) == supply.most_per_epoch


@pytest.mark.parametrize("change", [0, 1, -1, 2**63 - 1, -(2**63), 123_456_789])
def test_the_word_carries_the_change(change: int) -> None:
    value = ElecoinValue(1_020_000, change)
    assert ElecoinValue.unpack(value.pack()) == value
    assert value.pack() >> 160 == 0
    with pytest.raises(WordError):
        ElecoinValue.unpack(value.pack() | 1 << 160)
    with pytest.raises(WordError):
        ElecoinValue(1, 2**63).pack()


def schedule(**changes: int) -> Schedule:
    fields = {
        "start": 10**9, "period": 900, "step": 900, "declaration_lead": 300, "reading_grace": 300,
        "trade_window": 600, "rating_window": 600, "elecoin_lead": 300, "epoch_periods": 24,
        "round_periods": 24, "ring_length": 5,
    }  # fmt: skip
    return Schedule(**(fields | changes))


def test_windows_fit_the_clock() -> None:
    """What the oracle's constructor requires, for clocks from seconds to a day."""
    for period in (4, 20, 900, 86_400):
        for lead in (4, 7, 300, 5000):
            clock = schedule(period=period, elecoin_lead=lead)
            if lead > 24 * period:
                with pytest.raises(ScheduleError, match="elecoin_lead"):
                    default_terms(clock, WAD)
                continue
            terms: OracleTerms = default_terms(clock, WAD)
            assert 0 < terms.response_time < terms.challenge_window < lead
            assert terms.challenge_window <= period + clock.reading_grace
            assert terms.unbond_delay >= 2 * terms.challenge_window
            assert terms.turn_seconds >= 1
    with pytest.raises(ScheduleError, match="elecoin_lead"):
        default_terms(schedule(elecoin_lead=3), WAD)


def test_a_market_that_must_prove_its_prices_can() -> None:
    """What is never posted on stakes fits into an inline certificate, whatever was declared."""
    for fixed, each in (CLEARING_GAS, ELECOIN_GAS):
        assert fixed + each * INLINE_MEMBERS <= INLINE_GAS
    assert default_terms(schedule(), WAD).inline_members == INLINE_MEMBERS
