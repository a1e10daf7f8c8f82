"""The integer finish of a period's price, against its definition tried at every tick."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from numpy.random import Generator

from oracle.community.problem import Declaration, period_problem
from oracle.games import clearing
from oracle.rounds.finish_clearing import SLOPE_BITS, Market, finish_clearing, market
from oracle.rounds.words import PostedValue, Target
from oracle.units import NEVER_SELLS, TICKS_PER_ELE, WAD, Ticks

GREATEST_PRICE = 2**32 - 1
GREATEST_NET, LEAST_NET = 2**31 - 1, -(2**31)


def made(floor: int, buyers: list[tuple[int, int]], sellers: list[tuple[int, int]]) -> Market:
    """The market of (deficit Wh, v) and (surplus Wh, a) in ticks."""
    words = [Target(0, -deficit, value, value) for deficit, value in buyers]
    words += [Target(0, surplus, cost, 0) for surplus, cost in sellers]
    period = market(words, floor)
    assert period is not None
    return period


def by_definition(period: Market) -> int:
    """The least tick in [floor, highest value] whose integer excess demand is not positive."""
    for ticks in range(period.floor_ticks, period.highest_ticks + 1):
        demand = sum(slope * max(0, value - ticks) for value, slope in period.buyers)
        if demand <= sum(offer for cost, offer in period.sellers if cost <= ticks):
            return ticks
    raise AssertionError("nobody demands anything at the highest value")


def random_words(rng: Generator, floor: int, span: int) -> list[Target]:
    """Few prices, so that ties, equal costs and values at the floor are common."""
    words = [
        Target(0, -int(rng.integers(1, 60)), floor + int(rng.integers(-1, span)), 0)
        for _ in range(rng.integers(1, 6))
    ]
    for _ in range(rng.integers(0, 6)):
        cost = NEVER_SELLS if rng.random() < 0.1 else max(0, floor + int(rng.integers(-3, span)))
        words.append(Target(0, int(rng.integers(1, 60)), cost, 0))
    words += [Target(0, 0, 0, 0)] * int(rng.integers(0, 2))
    return words


def test_is_the_least_clearing_tick_of_many_random_markets() -> None:
    rng = np.random.default_rng(3)
    at_floor = at_top = inside = 0
    for _ in range(3000):
        floor = int(rng.integers(1, 40))
        period = market(random_words(rng, floor, int(rng.integers(2, 90))), floor)
        if period is None:
            continue
        start = int(rng.integers(-50, 200))
        found = finish_clearing(period, start).price_ticks
        assert found == by_definition(period)
        at_floor += found == period.floor_ticks
        at_top += found == period.highest_ticks
        inside += period.floor_ticks < found < period.highest_ticks
    # All three kinds of answer were among them.
    assert min(at_floor, at_top, inside) > 100


def test_excess_demand_falls_so_the_answer_is_the_only_crossing() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        period = market(random_words(rng, 10, 40), 10)
        if period is not None:
            values = [period.excess(t) for t in range(10, period.highest_ticks + 1)]
            assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("seed", range(5))
def test_does_not_depend_on_where_the_search_starts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    floor = 93_000
    words = [
        Target(0, -int(rng.integers(1, 5000)), floor + int(rng.integers(1, 300_000)), 0)
        for _ in range(30)
    ]
    words += [
        Target(0, int(rng.integers(1, 5000)), floor + int(rng.integers(0, 200_000)), 0)
        for _ in range(10)
    ]
    period = market(words, floor)
    assert period is not None
    expected = finish_clearing(period, floor)
    near = expected.price_ticks
    starts = [near + d for d in (-3, -2, -1, 0, 1, 2, 3)]
    starts += [-(10**30), -1, 0, floor - 1, period.highest_ticks, period.highest_ticks + 1, 10**30]
    starts += [int(s) for s in rng.integers(floor, period.highest_ticks, 40)]
    assert {finish_clearing(period, start) for start in starts} == {expected}


def test_is_within_one_tick_of_the_float_equilibrium() -> None:
    rng = np.random.default_rng(5)
    for _ in range(150):
        floor = int(rng.integers(0, 100_000))
        words = [
            Declaration(
                f"b{i}",
                -int(rng.integers(1, 3000)),
                Ticks(floor + int(rng.integers(1, 300_000))),
                Ticks(0),
            )
            for i in range(rng.integers(1, 40))
        ]
        words += [
            Declaration(
                f"s{i}",
                int(rng.integers(1, 3000)),
                Ticks(floor + int(rng.integers(0, 200_000))),
                Ticks(0),
            )
            for i in range(rng.integers(1, 20))
        ]
        game = period_problem(words, Ticks(floor))
        period = market([Target(0, d.net_wh, d.price_ticks, 0) for d in words], floor)
        assert game.problem is not None
        assert period is not None
        solution = clearing.solve(game.problem)
        posted = finish_clearing(period, 0)
        equilibrium = floor + solution.price * TICKS_PER_ELE
        assert abs(posted.price_ticks - equilibrium) <= 1 + 1e-6
        if posted.price_ticks == floor:
            assert posted.matching_wad / WAD == pytest.approx(_share(period), abs=1e-15)


def _share(period: Market) -> float:
    floor = period.floor_ticks
    return float(Fraction(period.demand(floor), period.supply(floor)))


def test_nobody_is_assigned_more_than_declared() -> None:
    rng = np.random.default_rng(6)
    for _ in range(500):
        deficit = int(rng.integers(1, 2**31, endpoint=True))
        floor = int(rng.integers(0, 2**32 - 2))
        value = int(rng.integers(floor + 1, 2**32 - 1, endpoint=True))
        ((_, slope),) = made(floor, [(deficit, value)], []).buyers
        assert 0 < slope * (value - floor) <= deficit << SLOPE_BITS
        # And never a whole Wh less, while the premium is below a million ELE/kWh.
        assert (deficit << SLOPE_BITS) - slope * (value - floor) < value - floor


def test_the_slopes_rounding_moves_the_price_by_no_more_than_it_says() -> None:
    """|p − p*| < 1 + Σ(v − p)/Σσ ticks, whatever the words say: less than 2 below 1 ELE/kWh."""
    rng = np.random.default_rng(8)
    furthest = 0.0
    for _ in range(300):
        span = int(10 ** rng.uniform(1, 9.6))
        deficits = [int(d) for d in rng.integers(1, 2000, size=rng.integers(1, 6))]
        values = [int(v) for v in rng.integers(1, span + 1, size=len(deficits))]
        period = made(0, list(zip(deficits, values, strict=True)), [(int(rng.integers(1, 900)), 0)])
        exact = _equilibrium(deficits, values, Fraction(period.supply(0), 1 << SLOPE_BITS))
        posted = finish_clearing(period, 0).price_ticks
        buying = [(v, s) for v, s in period.buyers if v > posted] or [(posted, 1)]
        bound = 1 + Fraction(sum(v - posted for v, _ in buying), sum(s for _, s in buying))
        assert abs(posted - exact) <= bound
        if span <= TICKS_PER_ELE:
            assert abs(posted - exact) < 2
        furthest = max(furthest, float(abs(posted - exact)))
    # Nobody's energy is worth thousands of ELE/kWh; were it so, the price is only this exact.
    assert furthest > 2


def _equilibrium(deficits: list[int], values: list[int], supply: Fraction) -> Fraction:
    """Where Σ d (v − p)⁺ / v falls to the supply, or 0: exact, for the floor 0."""
    if sum(deficits) <= supply:
        return Fraction(0)
    ends = [0, *sorted(set(values))]
    for low, high in pairwise(ends):
        buying = [(Fraction(d), v) for d, v in zip(deficits, values, strict=True) if v >= high]
        slope = sum(d / v for d, v in buying)
        price = (sum(d for d, _ in buying) - supply) / slope
        if low <= price <= high:
            return price
    raise AssertionError("no piece holds the equilibrium")


@pytest.mark.parametrize("value", [1, 5, 10])
def test_nobody_who_pays_more_than_the_floor_is_no_market(value: int) -> None:
    assert market([Target(0, -100, value, 0), Target(0, 100, 3, 0)], 10) is None
    assert market([], 10) is None
    assert market([Target(0, 100, 3, 0)], 10) is None


def test_nobody_sells_names_the_highest_value_and_a_matching_probability_of_one() -> None:
    expected = PostedValue(90, WAD, WAD)
    assert finish_clearing(made(10, [(5, 90), (7, 40)], []), 10) == expected
    # A surplus that may not be sold is none, and so is one that asks more than anybody pays.
    assert finish_clearing(made(10, [(5, 90)], [(1000, NEVER_SELLS)]), 10) == expected
    assert finish_clearing(made(10, [(5, 90)], [(1000, 91)]), 10) == expected


def test_surplus_for_everybody_falls_to_the_floor_and_is_rationed() -> None:
    # 100 Wh wanted at the floor, 300 offered: a third matches, rounded down in 1e18.
    value = finish_clearing(made(10, [(100, 110)], [(300, 0)]), 77)
    demand = ((100 << SLOPE_BITS) // 100) * 100
    assert value == PostedValue(10, demand * WAD // (300 << SLOPE_BITS), WAD)
    assert value.matching_wad <= WAD // 3


def test_exactly_enough_at_the_floor_matches_everything() -> None:
    value = finish_clearing(made(10, [(128, 138)], [(128, 10)]), 50)
    assert value == PostedValue(10, WAD, WAD)


def test_the_tick_above_the_floor_is_a_market_too() -> None:
    assert finish_clearing(made(10, [(60, 11)], [(59, 10)]), 10).price_ticks == 11
    assert finish_clearing(made(10, [(60, 11)], [(60, 10)]), 10).price_ticks == 10
    assert finish_clearing(made(10, [(60, 11)], []), 10).price_ticks == 11


def test_a_step_of_supply_is_the_price_where_it_meets_demand() -> None:
    # Linear demand 1000 → 0 from 0 to 1000; two sellers at the equal cost 400 cover it there.
    period = made(0, [(1000, 1000)], [(500, 400), (500, 400)])
    assert finish_clearing(period, 0) == PostedValue(400, WAD, WAD)
    # 600 Wh remain wanted at 400, 300 are offered: the price climbs to where 300 are wanted.
    assert finish_clearing(made(0, [(1000, 1000)], [(300, 400)]), 0).price_ticks == 700


@pytest.mark.parametrize("start", [0, 2**31, GREATEST_PRICE])
def test_the_edges_of_every_range(start: int) -> None:
    top = made(0, [(-LEAST_NET, GREATEST_PRICE)], [])
    assert finish_clearing(top, start).price_ticks == GREATEST_PRICE
    period = made(0, [(-LEAST_NET, GREATEST_PRICE)], [(GREATEST_NET, 0)])
    # One Wh more is wanted than offered: the price climbs by that share of the whole range.
    found = finish_clearing(period, start).price_ticks
    assert period.excess(found) <= 0 < period.excess(found - 1)
    assert found == -(-(2**32 - 1) // 2**31)
    many = made(1, [(-LEAST_NET, GREATEST_PRICE)] * 500, [(GREATEST_NET, GREATEST_PRICE - 1)])
    found = finish_clearing(many, start).price_ticks
    assert many.excess(found) <= 0 < many.excess(found - 1)
    assert finish_clearing(made(GREATEST_PRICE - 1, [(1, GREATEST_PRICE)], []), start) == (
        PostedValue(GREATEST_PRICE, WAD, WAD)
    )


def test_the_order_of_the_words_does_not_matter() -> None:
    rng = np.random.default_rng(7)
    for _ in range(50):
        words = random_words(rng, 5, 50)
        period = market(words, 5)
        shuffled = market([words[i] for i in rng.permutation(len(words))], 5)
        if period is None or shuffled is None:
            assert period is shuffled
        else:
            assert finish_clearing(period, 9) == finish_clearing(shuffled, 9)
