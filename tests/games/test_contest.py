"""The Tullock contest against closed forms, numerical best replies and limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from oracle.games import InvalidProblem
from oracle.games.contest import ContestProblem, solve
from oracle.games.contest.certificate import certify


def payoff(problem: ContestProblem, efforts: np.ndarray, i: int, own: float) -> float:
    """Player i's payoff when she spends `own` and the others what they do."""
    spent = efforts.copy()
    spent[i] = own
    impact = problem.weights * spent**problem.exponent
    total = impact.sum()
    chance = impact[i] / total if total > 0 else 0.0
    if problem.activation is not None and total <= problem.activation:
        chance = 0.0
    return float(problem.prize * chance - problem.costs[i] * own)


def test_the_lottery_with_four_valuations():
    # Valuations V = 100, 80, 60, 20: X = 2 / Σ 1/V over the three who play.
    solution = solve(ContestProblem(prize=1.0, costs=1 / np.array([100.0, 80, 60, 20])))
    total = 2 / (1 / 100 + 1 / 80 + 1 / 60)
    expected = [total * (1 - total / v) for v in (100, 80, 60)] + [0.0]
    assert solution.efforts == pytest.approx(expected, rel=1e-14)
    assert solution.efforts[3] == 0.0
    assert solution.aggregate == pytest.approx(51.06382978723404, rel=1e-14)
    assert solution.activated


@pytest.mark.parametrize("n", [2, 3, 10])
@pytest.mark.parametrize("r", [0.05, 0.3, 0.8, 1.0])
def test_equal_players(n: int, r: float):
    """a = R r (n − 1)/(c n²), dissipation r (n − 1)/n (Tullock 1980)."""
    solution = solve(ContestProblem(prize=12.0, costs=[2.0] * n, exponent=r))
    assert solution.efforts == pytest.approx([12 * r * (n - 1) / (2 * n**2)] * n, rel=1e-13)
    assert solution.win_probabilities == pytest.approx([1 / n] * n, rel=1e-14)
    assert solution.rent_dissipation == pytest.approx(r * (n - 1) / n, rel=1e-13)
    assert solution.aggregate == pytest.approx(float(np.sum(solution.efforts**r)), rel=1e-12)


@pytest.mark.parametrize("r", [0.2, 0.5, 0.9, 1.0])
def test_two_players(r: float):
    """p_1/p_2 = (w1/w2)(c2/c1)^r, spending equal: c_i a_i = R r p_1 p_2."""
    problem = ContestProblem(prize=5.0, costs=[1.0, 3.0], impact=[2.0, 0.7], exponent=r)
    solution = solve(problem)
    odds = 2.0 / 0.7 * 3.0**r
    chance = odds / (1 + odds)
    assert solution.win_probabilities == pytest.approx([chance, 1 - chance], rel=1e-13)
    assert problem.costs * solution.efforts == pytest.approx(
        [5 * r * chance * (1 - chance)] * 2, rel=1e-12
    )


def test_no_reply_is_better_on_random_contests():
    rng = np.random.default_rng(21)
    for _ in range(40):
        n = int(rng.integers(2, 7))
        problem = ContestProblem(
            prize=rng.uniform(0.5, 50),
            costs=np.exp(rng.normal(0, 1, n)),
            impact=np.exp(rng.normal(0, 1, n)),
            exponent=rng.choice([0.1, 0.4, 0.7, 0.95, 1.0]),
        )
        solution = solve(problem)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-12
        assert solution.diagnostics.exploitability < 1e-10
        assert float(solution.win_probabilities.sum()) == pytest.approx(1.0, abs=1e-14)
        for i in range(n):
            now = payoff(problem, solution.efforts, i, float(solution.efforts[i]))
            assert now == pytest.approx(float(solution.payoffs[i]), abs=1e-11)
            other = minimize_scalar(
                lambda a, i=i, p=problem, s=solution: -payoff(p, s.efforts, i, a),
                bounds=(0.0, problem.prize / problem.costs[i]),
                method="bounded",
                options={"xatol": 1e-10},
            )
            assert -other.fun <= now + 1e-9


def test_the_exponent_near_one_meets_the_lottery():
    rng = np.random.default_rng(22)
    costs = rng.uniform(1, 3, 12)
    lottery = solve(ContestProblem(prize=10.0, costs=costs))
    gaps = []
    for r in (0.9, 0.99, 0.999, 1 - 1e-6, 1 - 1e-12):
        near = solve(ContestProblem(prize=10.0, costs=costs, exponent=r))
        assert near.diagnostics.converged
        gaps.append(float(np.abs(near.win_probabilities - lottery.win_probabilities).max()))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 1e-9
    assert float(np.count_nonzero(lottery.efforts)) < 12


@pytest.mark.parametrize("r", [1e-6, 0.1, 0.5, 0.99, 1.0])
def test_many_players(r: float):
    rng = np.random.default_rng(23)
    n = 20_000
    problem = ContestProblem(
        prize=100.0,
        costs=np.exp(rng.normal(0, 1, n)),
        impact=np.exp(rng.normal(0, 1, n)),
        exponent=r,
    )
    solution = solve(problem)
    assert solution.diagnostics.converged
    assert solution.diagnostics.residual < 1e-11
    assert solution.diagnostics.exploitability < 1e-9
    assert solution.diagnostics.iterations < 40
    if r <= 0.5:  # nearer to 1 the outsiders' efforts are below the smallest float
        assert (solution.efforts > 0).all()


def test_units_do_not_matter():
    rng = np.random.default_rng(24)
    for r in (0.3, 1.0):
        costs, impact = rng.uniform(1, 3, 5), rng.uniform(1, 3, 5)
        one = solve(ContestProblem(prize=10.0, costs=costs, impact=impact, exponent=r))
        money = solve(ContestProblem(prize=10e6, costs=costs * 1e6, impact=impact, exponent=r))
        weight = solve(ContestProblem(prize=10.0, costs=costs, impact=impact * 1e9, exponent=r))
        assert money.efforts == pytest.approx(one.efforts, rel=1e-12)
        assert weight.efforts == pytest.approx(one.efforts, rel=1e-12)
        assert weight.aggregate == pytest.approx(one.aggregate * 1e9, rel=1e-12)


def test_activation():
    fields = {"prize": 10.0, "costs": [1.0, 1.0], "exponent": 1.0}  # H* = 5
    paid = solve(ContestProblem(**fields, activation=4.9))
    assert paid.activated
    assert paid.aggregate == pytest.approx(5.0)
    # At R_min = 10 one player alone just breaks even: nobody spends.
    for threshold in (10.0, 20.0):
        quiet = solve(ContestProblem(**fields, activation=threshold))
        assert (quiet.activated, quiet.diagnostics.converged) == (False, True)
        assert quiet.efforts.tolist() == quiet.payoffs.tolist() == [0.0, 0.0]
        assert quiet.win_probabilities.tolist() == [0.0, 0.0]
        assert (quiet.aggregate, quiet.rent_dissipation) == (0.0, 0.0)
        assert quiet.diagnostics.exploitability == 0.0
    # In between each would activate alone, and together they fall short: no pure equilibrium.
    for threshold in (5.0, 7.0, 9.99):
        none = solve(ContestProblem(**fields, activation=threshold))
        assert not none.diagnostics.converged
        assert "no pure equilibrium" in none.diagnostics.message
        assert none.document()["efforts"] == [None, None]
    # With r < 1 activation alone costs c (R_min/w)^(1/r).
    quiet = solve(ContestProblem(prize=10.0, costs=[1.0, 9.0], exponent=0.5, activation=3.2))
    assert quiet.diagnostics.converged
    assert 3.2**2 > 10.0
    none = solve(ContestProblem(prize=10.0, costs=[1.0, 9.0], exponent=0.5, activation=3.1))
    assert not none.diagnostics.converged


def test_the_certificate_sees_wrong_answers():
    for r in (0.5, 1.0):
        problem = ContestProblem(prize=10.0, costs=[1.0, 2.0, 3.0], exponent=r)
        efforts = solve(problem).efforts
        assert certify(problem, efforts)[0] < 1e-13
        residual, gain = certify(problem, efforts * 1.05)
        assert residual > 1e-3
        assert gain > 1e-3


def test_at_least_two_players():
    with pytest.raises(InvalidProblem, match=r"^costs: value a list of 1; allowed: 2 players"):
        ContestProblem(prize=1.0, costs=[1.0])
    with pytest.raises(InvalidProblem, match=r"^impact: value a list of 1; allowed: 2, as many"):
        ContestProblem(prize=1.0, costs=[1.0, 2.0], impact=[1.0])
