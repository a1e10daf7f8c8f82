"""From a community to the two games: the integer words, the curves, the prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.community import Community, parse_community
from oracle.community.model import Market
from oracle.community.problem import (
    Declaration,
    declaration,
    elecoin_problem,
    elecoins_wanted,
    floor_ticks,
    period_problem,
    revenue_factor,
    solve_period,
)
from oracle.games.clearing import solve as solve_clearing
from oracle.games.stackelberg import solve as solve_stackelberg
from oracle.units import NEVER_SELLS, WAD, Ticks, Wei, currency_to_wei_up

MakeCommunity = Callable[..., Community]
NOON = int(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC).timestamp())
PRICE = currency_to_wei_up(1.02)


def words(account: str, net: int, price: int, limit: int = 0) -> Declaration:
    return Declaration(account, net, Ticks(price), Ticks(limit))


def test_a_buyers_words(make_community: MakeCommunity) -> None:
    community = make_community()
    # bob: 0.20 at noon; his cheapest seller is sue at 0.03.
    bob = declaration(community, community.member("bob"), NOON, -400, PRICE, account="0xb")
    assert bob == words("0xb", -400, 17_000_000 * 10**4 // 1_020_000, 20 * 10**10 // 1_020_000)
    # Nobody may sell to dot: she stays out.
    dot = declaration(community, community.member("dot"), NOON, -400, PRICE)
    assert dot.price_ticks == 0
    assert dot.limit_ticks == 294_117  # 0.30 / 1.02


def test_a_sellers_words(make_community: MakeCommunity, small_file: dict[str, Any]) -> None:
    community = make_community()
    sue = declaration(community, community.member("sue"), NOON, 900, PRICE)
    assert sue == words("sue", 900, 82_475)  # 0.08 / 0.97 rounded up
    cem = declaration(community, community.member("cem"), NOON, 900, PRICE)
    assert cem == words("cem", 900, NEVER_SELLS)
    assert declaration(community, community.member("sue"), NOON, 0, PRICE) == words("sue", 0, 0)
    small_file["member"][0]["feed_in"] = -0.03
    community = parse_community(small_file)
    assert declaration(community, community.member("sue"), NOON, 900, PRICE).price_ticks == 0
    assert floor_ticks(community) == 0


def test_the_floor_is_rounded_up(make_community: MakeCommunity) -> None:
    assert floor_ticks(make_community()) == 72_165  # 0.07 / 0.97 = 0.0721649...


def test_the_demand_curve_runs_from_all_at_the_floor_to_nothing_at_v() -> None:
    """Also at quarter-hour energies, where a constant curvature would ask for nothing."""
    floor, value = Ticks(80_000), 280_000
    for deficit in (1, 60, 5_000):
        for price in (floor, 130_000, 180_000, 279_999):
            seller = words("s", 10**9, price)
            period = period_problem([words("b", -deficit, value), seller], floor)
            assert period.problem is not None
            bounds = period.problem.price_bounds
            assert bounds.tolist() == pytest.approx([0, 0.2])
            solved = solve_clearing(period.problem)
            wanted = deficit / 1000 * (value - price) / (value - floor)
            assert solved.consumption[0] == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_rules_without_a_solution() -> None:
    floor = Ticks(80_000)
    nobody = period_problem([words("b", -500, 80_000), words("s", 500, 80_000)], floor)
    assert (nobody.rule, nobody.consumers, solve_period(nobody)) == ("unpriced", (), None)
    alone = period_problem([words("b", -500, 90_000), words("c", -500, 120_000)], floor)
    price = solve_period(alone)
    assert alone.rule == "upper_bound"
    assert price is not None
    assert (price.price_ticks, price.matching_probability) == (120_000, 1.0)
    # A surplus that may not be sold is no offer.
    barred = period_problem([words("b", -500, 90_000), words("s", 500, NEVER_SELLS)], floor)
    assert (barred.rule, barred.prosumers) == ("upper_bound", ())


def test_prices_of_a_period_by_hand() -> None:
    floor = Ticks(80_000)
    # Half of the demand can be met: the price lies half way to v.
    half = solve_period(
        period_problem([words("b", -1000, 280_000), words("s", 500, 80_000)], floor)
    )
    assert half is not None
    assert (half.price_ticks, half.matching_probability) == (180_000, 1.0)
    # Plenty: the floor, and a quarter of the offers is matched.
    plenty = solve_period(
        period_problem([words("b", -500, 280_000), words("s", 2000, 80_000)], floor)
    )
    assert plenty is not None
    assert plenty.price_ticks == floor
    assert plenty.matching_probability == pytest.approx(0.25)
    # A dearer seller comes in when the price reaches her cost.
    two = [words("b", -1000, 280_000), words("s", 100, 80_000), words("t", 5000, 120_000)]
    entering = solve_period(period_problem(two, floor))
    assert entering is not None
    assert entering.price_ticks == 120_000


DECLARATIONS = st.lists(
    st.builds(
        words,
        account=st.just("x"),
        net=st.integers(-20_000, 20_000),
        price=st.integers(60_000, 400_000),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(DECLARATIONS)
def test_the_price_is_the_least_at_which_demand_is_met(declared: list[Declaration]) -> None:
    """Against exact rational excess demand on either side of the tick."""
    floor = Ticks(80_000)
    period = period_problem(declared, floor)
    price = solve_period(period)
    buyers = [d for d in declared if d.net_wh < 0 and d.price_ticks > floor]
    if not buyers:
        assert price is None
        return
    assert price is not None
    highest = max(d.price_ticks for d in buyers)
    assert floor <= price.price_ticks <= highest

    def excess(ticks: int) -> Fraction:
        demand = sum(
            Fraction(-d.net_wh * max(0, d.price_ticks - ticks), d.price_ticks - floor)
            for d in buyers
        )
        offers = (d for d in declared if d.net_wh > 0 and max(d.price_ticks, floor) <= ticks)
        return demand - sum(d.net_wh for d in offers)

    # The float solution may lie one tick beside the integer finish.
    assert price.price_ticks == highest or excess(price.price_ticks + 1) <= 0
    if price.price_ticks > floor + 1:
        assert excess(price.price_ticks - 2) > 0 or excess(price.price_ticks - 1) > 0


# --- the elecoin price ------------------------------------------------------------------------


def wei(amount: float) -> Wei:
    return currency_to_wei_up(amount)


@pytest.mark.parametrize(("factor", "price"), [(1.0, 1.02), (2.0, 1.047), (1e-9, 0.995)])
def test_the_elecoin_price_by_mean_need(factor: float, price: float) -> None:
    market = Market(typical_need=0.6)
    for spread in (0.0, 0.5):  # only the mean matters
        needs = [wei(0.6 * factor * f) for f in (1 - spread, 1.0, 1 + spread)]
        problem = elecoin_problem(market, needs, 0.21)
        assert problem is not None
        solution = solve_stackelberg(problem)
        assert float(solution.price) == pytest.approx(price, abs=5e-4)
        mean = 0.6 * factor
        theta = float(revenue_factor(market))
        exact = (0.97 * theta / (theta / 1.02 - mean)) ** 0.5
        assert float(solution.price) == pytest.approx(exact, abs=1e-6)


def test_the_mean_power_price_cancels() -> None:
    needs = [wei(0.3), wei(0.9), wei(0.0)]
    prices = []
    for mean_price in (0.1, 0.3):
        problem = elecoin_problem(Market(), needs, mean_price)
        assert problem is not None
        assert len(problem.willingness) == 2  # who needs nothing is no player
        prices.append(float(solve_stackelberg(problem).price))
    assert prices[0] == pytest.approx(prices[1], abs=1e-9)
    assert elecoin_problem(Market(), [wei(0.0)], 0.2) is None


@given(st.floats(0.001, 30), st.floats(0.97, 1.05))
def test_what_is_wanted_is_the_followers_best_response(need: float, price: float) -> None:
    market = Market(typical_need=0.5)
    problem = elecoin_problem(market, [wei(need)], 0.2)
    assert problem is not None
    theta, w = problem.revenue_factor, float(problem.willingness[0])
    wanted = elecoins_wanted(market, wei(need), wei(price)) / WAD
    assert 0 <= wanted <= theta

    def utility(x: np.ndarray[Any, Any] | float) -> Any:
        return theta * np.log(x * w / 0.2 + 1) - x * price

    grid = np.linspace(0, theta, 2001)
    assert utility(wanted) >= utility(grid).max() - 1e-9
    if need < theta / 2.04:
        at_target = elecoins_wanted(market, wei(need), wei(1.02))
        assert at_target == pytest.approx(wei(need), abs=2)


def test_no_need_wants_nothing() -> None:
    assert elecoins_wanted(Market(), 0, wei(0.98)) == 0
