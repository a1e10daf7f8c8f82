"""The asymmetric procurement auction against closed forms, published values, and simulation."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from scipy import special
from scipy.integrate import quad
from scipy.interpolate import CubicSpline

from oracle.games import InvalidProblem
from oracle.games.auction import AuctionProblem, solve
from oracle.games.auction.certificate import exploitability
from oracle.games.auction.collocation import Values, first_order_gaps, solve_values
from oracle.games.auction.outcome import bids_at, outcome

UNIFORM: dict[str, Any] = {"distribution": "uniform"}


def power(exponent: float) -> dict[str, Any]:
    return {"distribution": "power", "exponent": exponent}


def beta(a: float, b: float) -> dict[str, Any]:
    return {"distribution": "beta", "alpha": a, "beta": b}


@pytest.mark.parametrize("count", [2, 7, 20])
@pytest.mark.parametrize("exponent", [0.05, 1.0, 4.0])
def test_equal_power_bidders(count: int, exponent: float):
    """b(c) = c + (top − c)/(exponent (K − 1) + 1)."""
    problem = AuctionProblem(bidders=[power(exponent)] * count, support=[2.0, 5.0], grid=21)
    solution = solve(problem)
    c = solution.costs
    assert c == pytest.approx(np.linspace(2, 5, 21))
    expected = c + (5 - c) / (exponent * (count - 1) + 1)
    assert solution.bids == pytest.approx(np.tile(expected, (count, 1)), rel=1e-12)
    assert solution.lowest_bid == pytest.approx(expected[0], rel=1e-12)
    assert solution.win_probabilities == pytest.approx([1 / count] * count, rel=1e-11)
    # The least of K costs with survival ((top − c)/3)^e has the survival to the power e K.
    least = exponent * count
    mean = 5 - 3 * least / (least + 1) * (1 - 1 / (exponent * (count - 1) + 1))
    assert solution.expected_payment == pytest.approx(mean, rel=1e-11)


def test_griesmer_levitan_shubik():
    """Two uniforms on [0, 1/(1 ∓ z)]: both bid up to ½, inverse bids 2b/(1 ∓ 4 z b²)."""
    for z in (0.1, 0.5, 0.7):
        tops = np.array([1 / (1 - z), 1 / (1 + z)])
        bids, trouble = solve_values(Values(np.ones(2), np.ones(2), tops), 1e-12)
        assert not trouble
        assert bids.highest == pytest.approx(0.5, rel=1e-12)
        b = np.linspace(0.02, 0.5, 25)
        for i, sign in enumerate((-1, 1)):
            v = 2 * b / (1 + sign * 4 * z * b**2)
            assert bids_at(bids, v)[i] == pytest.approx(b, rel=1e-11)
        assert exploitability(bids) < 1e-14


@pytest.mark.parametrize(
    ("exponents", "highest"),
    [((1.0, 3.0), 0.615099820540), ((1.0, 1.5, 2.0, 2.5, 3.0), 0.885807590061)],
)
def test_reference_values(exponents: tuple[float, ...], highest: float):
    """Computed before by shooting and by another collocation, agreeing to 3e-13."""
    solution = solve(AuctionProblem(bidders=[power(e) for e in exponents], support=[0.0, 1.0]))
    assert 1 - solution.lowest_bid == pytest.approx(highest, abs=2e-12)
    assert solution.diagnostics.residual < 1e-11


def test_equal_beta_bidders():
    """v − ∫ F^{K−1}/F(v)^{K−1}, by quadrature."""
    for a, b in ((2.0, 3.0), (0.6, 1.4), (3.5, 0.8)):
        problem = AuctionProblem(bidders=[beta(a, b)] * 3, support=[0.0, 1.0], grid=6)
        solution = solve(problem)
        assert solution.diagnostics.residual < 1e-9
        for c, bid in zip(solution.costs[:-1], solution.bids[0], strict=False):
            v = 1 - c
            below = quad(lambda y: special.betainc(b, a, y) ** 2, 0, v, epsabs=1e-13)[0]  # noqa: B023
            assert bid == pytest.approx(c + below / special.betainc(b, a, v) ** 2, abs=1e-9)


def survival(bidder: dict[str, Any], u: np.ndarray) -> np.ndarray:
    """G at the cost bottom + u · width."""
    if bidder["distribution"] == "beta":
        return 1 - special.betainc(bidder["alpha"], bidder["beta"], u)
    return (1 - u) ** bidder.get("exponent", 1.0)


MIXED = [UNIFORM, power(2.5), beta(2.0, 1.5), beta(1.0, 2.0)]


def test_the_equations_of_the_slides_by_finite_differences():
    """λ_i' from the tabulated bids alone, by a spline."""
    problem = AuctionProblem(bidders=MIXED, support=[1.0, 3.0], grid=2001)
    solution = solve(problem)
    assert solution.diagnostics.converged
    assert (np.diff(solution.bids, axis=1) > 0).all()
    assert solution.bids[:, 0] == pytest.approx([solution.lowest_bid] * 4, rel=1e-14)
    assert (solution.bids[:, -1] == 3.0).all()
    inverse = [CubicSpline(row, solution.costs) for row in solution.bids]
    x = np.linspace(solution.lowest_bid + 0.05, 2.9, 40)
    costs = np.array([spline(x) for spline in inverse])
    rates = 1 / (x - costs)
    h = 1e-5
    for i, bidder in enumerate(MIXED):
        u = (costs[i] - 1) / 2
        g = survival(bidder, u)
        slope = (survival(bidder, u + h) - survival(bidder, u - h)) / (2 * h) / 2
        expected = g / slope * (rates[i] - rates.sum(axis=0) / 3)
        assert inverse[i](x, 1) == pytest.approx(expected, rel=2e-5)


def test_chances_and_payment_by_simulation():
    problem = AuctionProblem(bidders=MIXED, support=[1.0, 3.0], grid=1001)
    solution = solve(problem)
    rng = np.random.default_rng(111)
    n = 200_000
    u = np.array(
        [
            rng.beta(b["alpha"], b["beta"], n)
            if b["distribution"] == "beta"
            else 1 - rng.random(n) ** (1 / b.get("exponent", 1.0))
            for b in MIXED
        ]
    )
    bids = np.array([np.interp(1 + 2 * u[i], solution.costs, solution.bids[i]) for i in range(4)])
    wins = np.bincount(bids.argmin(axis=0), minlength=4) / n
    p = solution.win_probabilities
    assert (np.abs(wins - p) < 4 * np.sqrt(p * (1 - p) / n)).all()
    least = bids.min(axis=0)
    assert abs(least.mean() - solution.expected_payment) < 4 * least.std() / np.sqrt(n)
    assert float(p.sum()) == pytest.approx(1.0, abs=1e-12)
    # Whoever has a uniform cost earns, at the lowest cost, her chance to win (the envelope).
    assert (solution.lowest_bid - 1) / 2 == pytest.approx(p[0], rel=1e-9)


def test_twenty_bidders():
    start = time.process_time()
    bidders = [power(e) for e in np.linspace(1, 3, 20).tolist()]
    solution = solve(AuctionProblem(bidders=bidders, support=[0.0, 1.0], grid=11))
    assert time.process_time() - start < 5
    assert solution.diagnostics.converged
    assert solution.diagnostics.residual < 1e-11
    assert solution.diagnostics.exploitability < 1e-13
    # Who is likelier to be cheap bids further above her cost, and yet wins more often.
    assert (np.diff(solution.bids[:, 1:-1], axis=0) > 0).all()
    assert (np.diff(solution.win_probabilities) > 0).all()


def test_random_bidders():
    rng = np.random.default_rng(112)
    for turn in range(4):
        count = int(rng.integers(2, 26 if turn % 2 else 5))
        if turn % 2:
            bidders = [power(float(np.exp(rng.uniform(-1, 2)))) for _ in range(count)]
        else:
            bidders = [beta(*np.exp(rng.uniform(-0.2, 0.5, 2)).tolist()) for _ in range(count)]
        solution = solve(AuctionProblem(bidders=bidders, support=[0.0, 1.0], grid=5))
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-8
        assert solution.diagnostics.exploitability < 1e-10
        assert solution.win_probabilities.sum() == pytest.approx(1.0, abs=1e-9)
        assert (solution.bids[:, :-1] > solution.costs[:-1]).all()


def test_the_order_of_bidders_and_the_unit_of_cost_do_not_matter():
    one = solve(AuctionProblem(bidders=MIXED, support=[0.0, 1.0], grid=9))
    other = solve(AuctionProblem(bidders=MIXED[::-1], support=[0.0, 1e6], grid=9))
    assert other.bids[::-1] == pytest.approx(one.bids * 1e6, rel=1e-9)
    assert other.win_probabilities[::-1] == pytest.approx(one.win_probabilities, rel=1e-9)


def test_the_certificate_sees_wrong_answers():
    values = Values(np.array([1.0, 2.0, 3.0]), np.ones(3), np.ones(3))
    bids, _ = solve_values(values, 1e-12)
    t = np.linspace(0.05, 0.95, 50)
    assert np.abs(first_order_gaps(bids, t, 1 - t)).max() < 1e-11
    assert exploitability(bids) < 1e-14
    wrong = type(bids)(
        bids.values, bids.grid, bids.excess * 1.2, bids.highest, bids.iterations, 0.0
    )
    assert np.abs(first_order_gaps(wrong, t, 1 - t)).max() > 1e-3
    assert exploitability(wrong) > 1e-5
    chances, _ = outcome(wrong)
    assert chances.sum() == pytest.approx(1.0, abs=1e-9)  # a distribution all the same


def test_what_is_too_hard_says_so():
    problem = AuctionProblem(bidders=[beta(0.2, 1.0), beta(9.0, 1.0)], support=[0.0, 1.0], grid=3)
    solution = solve(problem)
    assert not solution.diagnostics.converged
    assert solution.diagnostics.message


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"bidders": [UNIFORM]}, "bidders: value a list of 1; allowed: 2 bidders or more"),
        (
            {"bidders": [UNIFORM, {"distribution": "power"}]},
            r"bidders\[1\].exponent: value missing",
        ),
        ({"bidders": [UNIFORM, power(1e3)]}, r"bidders\[1\].exponent: value 1000.0; allowed"),
        (
            {"bidders": [UNIFORM | {"exponent": 1.0}, UNIFORM]},
            r"bidders\[0\].exponent: value 1.0; allowed: absent: distribution is uniform",
        ),
        ({"support": [1.0, 1.0]}, r"support: value \[1.0, 1.0\]; allowed: the lower end first"),
        ({"support": [1.0]}, r"support: value \[1.0\]; allowed: a list of 2 numbers"),
        ({"grid": 1}, "grid: value 1; allowed: a whole number from 2"),
        ({"grid": 10.0}, "grid: value 10.0; allowed: a whole number"),
    ],
)
def test_one_line_for_what_is_wrong(change: dict, line: str):
    fields = {"bidders": [UNIFORM, UNIFORM], "support": [0.0, 1.0]}
    with pytest.raises(InvalidProblem, match=f"^{line}"):
        AuctionProblem(**(fields | change))
