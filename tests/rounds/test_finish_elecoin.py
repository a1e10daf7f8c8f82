"""The integer finish of the elecoin price, against exact fractions tried at every tick."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.random import Generator

from oracle.games import stackelberg
from oracle.rounds.finish_stackelberg import (
    ElecoinTerms,
    LeaderUtility,
    demand_down,
    finish_elecoin,
    offsets,
)
from oracle.units import TICK, TICKS_PER_ELE, WAD

TYPICAL = 4 * WAD


def wad(number: str) -> int:
    return int(Fraction(number) * WAD)


def spec_terms(typical: int = TYPICAL, least: str = "0.97", most: str = "1.05") -> ElecoinTerms:
    """The defaults: c 0.97, p̄ 1.02, θ = m̄₀ p̄² / (p̄ − c)."""
    theta = int(Fraction(typical) * Fraction("1.02") ** 2 / Fraction("0.05"))
    return ElecoinTerms(wad("0.97"), wad("1.02"), wad(least), wad(most), theta)


def utility(terms: ElecoinTerms, needs: list[int], ticks: int) -> Fraction:
    """(p − c) Σ clip(θ/p − b_i, 0, θ), straight from the definition."""
    price = Fraction(ticks, TICKS_PER_ELE)
    centre = terms.theta * WAD // terms.target
    sold = Fraction(0)
    for need in needs:
        if need > 0:
            offset = centre - min(need, centre // 2)
            sold += min(max(terms.theta / price - offset, Fraction(0)), Fraction(terms.theta))
    return (price - Fraction(terms.redemption, WAD)) * sold


def by_definition(terms: ElecoinTerms, needs: list[int]) -> tuple[int, list[Fraction]]:
    """The lowest of the best ticks, and the utility at each tick."""
    first, last = -(-terms.least // TICK), terms.most // TICK
    curve = [utility(terms, needs, ticks) for ticks in range(first, last + 1)]
    return first + curve.index(max(curve)), curve


def local_maxima(curve: list[Fraction]) -> int:
    padded = [min(curve) - 1, *curve, min(curve) - 1]
    return sum(padded[i - 1] < padded[i] > padded[i + 1] for i in range(1, len(padded) - 1))


def random_terms(rng: Generator) -> ElecoinTerms:
    """A range of some hundred ticks anywhere, the target in it, above it or below it."""
    c = int(rng.integers(1, 900))
    least = c + int(rng.integers(0, 200))
    most = least + int(rng.integers(0, 400))
    target = int(rng.integers(c + 1, 2 * most + 2))
    theta = int(rng.integers(1, 10)) * 10 ** int(rng.integers(1, 22))
    return ElecoinTerms(
        c * TICK - int(rng.integers(0, 10)), target * TICK, least * TICK, most * TICK, theta
    )


def random_needs(rng: Generator, terms: ElecoinTerms) -> list[int]:
    centre = terms.theta * WAD // terms.target
    scale = 10.0 ** rng.uniform(-3, 0.2, size=rng.integers(1, 9))
    return [int(centre * s) for s in scale] + [0] * int(rng.integers(0, 2))


def test_is_the_best_tick_of_many_random_games() -> None:
    rng = np.random.default_rng(11)
    several = inside = 0
    for _ in range(150):
        terms = random_terms(rng)
        needs = random_needs(rng, terms)
        posted = finish_elecoin(terms, needs)
        if not any(needs):
            assert posted is None
            continue
        best, curve = by_definition(terms, needs)
        assert posted is not None
        assert posted.price_ticks == best
        inside += terms.least < best * TICK < terms.most
        several += local_maxima(curve) > 1
    assert inside > 15


def heterogeneous(rng: Generator) -> tuple[ElecoinTerms, list[int]]:
    """Few who need much and many who need little, who leave the market within the bounds."""
    terms = ElecoinTerms(100 * TICK, 110 * TICK, 100 * TICK, 700 * TICK, 10**18)
    centre = terms.theta * WAD // terms.target
    needs = [centre // 2] * int(rng.integers(1, 4))
    needs += [int(centre * f) for f in rng.uniform(0.001, 0.5, size=rng.integers(2, 12))]
    return terms, needs


def test_the_global_one_of_several_local_maxima() -> None:
    rng = np.random.default_rng(12)
    several = far = 0
    for _ in range(30):
        terms, needs = heterogeneous(rng)
        best, curve = by_definition(terms, needs)
        posted = finish_elecoin(terms, needs)
        assert posted is not None
        assert posted.price_ticks == best
        if local_maxima(curve) > 1:
            several += 1
            # Whoever climbs from below stops at the first one.
            climbing = next(i for i in range(len(curve) - 1) if curve[i] > curve[i + 1])
            far += climbing != best - terms.least // TICK
    assert several > 5
    assert far > 0


def test_a_tie_goes_to_the_lower_price() -> None:
    # Nobody buys at any price within the bounds: the utility is 0 at each.
    terms = ElecoinTerms(wad("0.97"), wad("0.5"), wad("0.97"), wad("0.98"), WAD)
    needs = [1]  # b ≈ 2 elecoins, θ/p about 1
    assert set(by_definition(terms, needs)[1]) == {0}
    posted = finish_elecoin(terms, needs)
    assert posted is not None
    assert posted.price_ticks == 970_000


def test_a_tie_between_two_prices_that_both_sell() -> None:
    # U = (p − c)(θ/p − b) is equal at p and p' with p p' = cθ/b: here neighbours, the top between.
    p, c, theta = 1_000_000, 970_000, 1_000_001 * 10**12
    offset = theta * TICKS_PER_ELE * c // (p * (p + 1))
    terms = ElecoinTerms(c * TICK, wad("1.02"), wad("0.97"), wad("1.05"), theta)
    need = theta * WAD // terms.target - offset
    at, beside = utility(terms, [need], p), utility(terms, [need], p + 1)
    assert at == beside > max(utility(terms, [need], p - 1), utility(terms, [need], p + 2))
    posted = finish_elecoin(terms, [need])
    assert posted is not None
    assert posted.price_ticks == p


def test_the_clip_at_theta_binds_where_prices_are_low() -> None:
    terms = ElecoinTerms(100 * TICK, 300_000 * TICK, 100 * TICK, 700 * TICK, WAD)
    needs = [10**18, 10**17]
    utility_ = LeaderUtility.of(terms, offsets(terms, needs))
    assert utility_.counts(150)[0] == 2
    best, _ = by_definition(terms, needs)
    posted = finish_elecoin(terms, needs)
    assert posted is not None
    assert posted.price_ticks == best == 700


def test_agrees_with_the_float_equilibrium_in_the_leaders_utility() -> None:
    rng = np.random.default_rng(13)
    for _ in range(80):
        terms = spec_terms(most="1.3")
        needs = [int(TYPICAL * f) for f in rng.uniform(0.01, 4.0, size=rng.integers(1, 30))]
        centre = terms.theta * WAD // terms.target
        problem = stackelberg.StackelbergProblem.from_document(
            {
                "willingness": [0.3 * WAD / (centre - min(m, centre // 2)) for m in needs],
                "revenue_factor": terms.theta / WAD,
                "payment_factor": 1.0,
                "conversion_factor": 0.97 * 0.3,
                "electricity_price": 0.3,
                "server_consumption": 0.0,
                "price_bounds": (0.97, 1.3),
                "demand_bounds": (0.0, terms.theta / WAD),
            }
        )
        equilibrium = float(stackelberg.solve(problem).price)
        posted = finish_elecoin(terms, needs)
        assert posted is not None
        best = utility(terms, needs, posted.price_ticks)
        below, above = int(equilibrium * TICKS_PER_ELE), int(equilibrium * TICKS_PER_ELE) + 1
        around = [utility(terms, needs, min(t, 1_300_000)) for t in (below, above)]
        assert best >= max(around)
        step = abs(utility(terms, needs, posted.price_ticks + 1) - best)
        assert best - max(around) <= step + Fraction(best, 10**9)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(Fraction(1), 1.02), (Fraction(2), 1.047), (Fraction(1, 10**9), 0.995)],
)
def test_the_prices_that_the_terms_are_made_for(share: Fraction, expected: float) -> None:
    """Spec §B: p̄ at the typical need, 1.047 at double, 0.995 where it vanishes."""
    terms = spec_terms()
    posted = finish_elecoin(terms, [int(TYPICAL * share)] * 8)
    assert posted is not None
    assert posted.price_ticks / TICKS_PER_ELE == pytest.approx(expected, abs=5e-4)
    assert (posted.matching_wad, posted.served_wad) == (0, 0)


def test_a_typical_need_gives_the_target_to_the_tick() -> None:
    posted = finish_elecoin(spec_terms(), [TYPICAL])
    assert posted is not None
    assert abs(posted.price_ticks - 1_020_000) <= 1


@pytest.mark.parametrize(("least", "most"), [("1.01", "1.012"), ("1.03", "1.05"), ("1.04", "1.04")])
def test_bounds_hold_the_price(least: str, most: str) -> None:
    posted = finish_elecoin(spec_terms(least=least, most=most), [TYPICAL])
    assert posted is not None
    nearest = min(max(wad("1.02"), wad(least)), wad(most))
    assert posted.price_ticks * TICK == nearest


def test_nobody_who_needs_any_is_no_game() -> None:
    assert finish_elecoin(spec_terms(), []) is None
    assert finish_elecoin(spec_terms(), [0, 0]) is None


def test_the_edges_of_the_ranges() -> None:
    """Needs up to 2^128 − 1 and a θ of one wei are allowed by the contract."""
    posted = finish_elecoin(spec_terms(), [2**128 - 1] * 5)
    assert posted is not None
    assert posted.price_ticks == 1_050_000
    tiny = ElecoinTerms(wad("0.97"), wad("1.02"), wad("0.97"), wad("0.98"), 1)
    posted = finish_elecoin(tiny, [1])
    assert posted is not None
    assert posted.price_ticks == by_definition(tiny, [1])[0]
    huge = ElecoinTerms(wad("0.97"), wad("1.02"), wad("1.04"), wad("1.05"), 2**128 - 1)
    posted = finish_elecoin(huge, [2**127])
    assert posted is not None
    assert posted.price_ticks == by_definition(huge, [2**127])[0]


def test_at_the_target_everybody_wants_what_she_needs() -> None:
    terms = spec_terms()
    for need in (1, WAD, TYPICAL, terms.theta * WAD // terms.target // 2):
        assert abs(demand_down(terms, need, terms.target) - need) <= 1
    # Above p̄ a small need wants nothing; without a need nobody wants anything.
    assert demand_down(terms, WAD // 1000, wad("1.05")) == 0
    assert demand_down(terms, 0, wad("0.97")) == 0


def test_demand_is_rounded_down_and_clipped() -> None:
    rng = np.random.default_rng(14)
    terms = spec_terms()
    centre = terms.theta * WAD // terms.target
    for _ in range(300):
        need = int(rng.uniform(0, 1.2) * centre)
        price = int(rng.uniform(0.01, 2.0) * WAD)
        wanted = Fraction(terms.theta * WAD, price) - (centre - min(need, centre // 2))
        clipped = min(max(wanted, Fraction(0)), Fraction(terms.theta)) if need else Fraction(0)
        assert demand_down(terms, need, price) == clipped.numerator // clipped.denominator
