"""Incomplete information against cournot, replies found by hand, limits and enumeration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from oracle.games import InvalidProblem, cournot
from oracle.games.bayesian_cournot import (
    BayesianCournotProblem,
    _ex_ante,
    bayesian_equilibrium,
    solve,
)

REST: dict[str, Any] = {
    "adjustment_speed": 0.7,
    "intercept": 6.0,
    "terminal_weight": 1.0,
    "horizon": 1.5,
    "initial_price": 4.5,
    "initial_mean_price": 4.0,
    "volatility": 0.5,
    "common_volatility": 0.3,
    "jumps": [{"rate": 2.0, "size": 0.2}],
    "common_jumps": [{"rate": 1.0, "size": -0.3}],
}


def kind(probability: float, c: float, r: float, risk: float) -> dict[str, float]:
    return {"probability": probability, "marginal_cost": c, "quadratic_cost": r, "risk_cost": risk}


def some(seed: int, counts: tuple[int, ...], **more: Any) -> BayesianCournotProblem:
    rng = np.random.default_rng(seed)
    types = [
        [
            kind(chance, rng.uniform(0, 2), rng.uniform(0.5, 2), rng.uniform(0, 1))
            for chance in rng.dirichlet(np.ones(count))
        ]
        for count in counts
    ]
    discount = rng.uniform(0, 0.5, len(counts))
    return BayesianCournotProblem(**{**REST, "types": types, "discount": discount, **more})


def known(problem: BayesianCournotProblem, profile: tuple[int, ...]) -> cournot.CournotProblem:
    """The game in which everybody's type is known."""
    kinds = [own[k] for own, k in zip(problem.types, profile, strict=True)]
    names = ("marginal_cost", "quadratic_cost", "risk_cost")
    costs = {name: [getattr(each, name) for each in kinds] for name in names}
    return cournot.CournotProblem(**{**REST, **costs, "discount": problem.discount})


@pytest.mark.parametrize("variant", ["corrected", "as_printed"])
def test_one_type_each_is_cournot(variant: str):
    problem = some(1, (1, 1, 1), variant=variant)
    ours = solve(problem)
    theirs = cournot.solve(known(problem, (0, 0, 0)).model_copy(update={"variant": variant}))
    for name in ("alpha", "beta", "gamma", "delta", "values"):
        assert np.concatenate(getattr(ours, name)) == pytest.approx(
            getattr(theirs, name), rel=1e-9, abs=1e-11
        )
    assert ours.value_of_information == pytest.approx(0.0, abs=1e-9)
    assert ours.diagnostics.exploitability == pytest.approx(
        theirs.diagnostics.exploitability, rel=1e-6, abs=1e-15
    )
    if variant == "corrected":
        assert ours.ex_post_resilient
        assert ours.ex_post_regret == pytest.approx(0.0, abs=1e-12)


def test_equal_types_are_one_type():
    same = kind(0.25, 1.0, 1.5, 0.5)
    split = BayesianCournotProblem(
        **REST, types=[[same, {**same, "probability": 0.75}]] * 2, discount=[0.1, 0.1]
    )
    solution = solve(split)
    assert np.ptp(solution.values[0]) == pytest.approx(0.0, abs=1e-10)
    assert solution.value_of_information == pytest.approx(0.0, abs=1e-9)
    assert solution.ex_post_resilient


@pytest.mark.parametrize("seed", range(3))
def test_everybody_replies_best_to_what_she_expects(seed: int):
    problem = some(20 + seed, (2, 3, 1))
    solution = solve(problem)
    assert solution.diagnostics.converged
    assert solution.diagnostics.exploitability < 1e-12
    # Information about the others changes what is best, so nobody is resilient by chance.
    assert not solution.ex_post_resilient
    assert (solution.ex_post_regret > 1e-7).all()


def earned(
    problem: BayesianCournotProblem, row: int, own: int, types: Any, others: Any, shift: Any
) -> float:
    """What producer `own` earns in the mean, without noise: the price integrated by itself."""
    eta, a = problem.adjustment_speed, problem.intercept
    rate = problem.discount[own]
    cost, risk = types.marginal_cost, types.quadratic_cost + types.risk_cost
    gains = bayesian_equilibrium(problem).gains

    def field(t: float, y: np.ndarray) -> list[float]:
        now = gains(t)
        slope, constant = others(now)
        u = -now.K[row, 0] * y[0] - now.h[row, 0] + shift(t, y[0])
        supply = -slope * y[0] - constant
        payoff = y[0] * u - cost * u - risk / 2 * u**2
        return [eta * (a - y[0] - u - supply), np.exp(-rate * t) * payoff]

    start = [problem.initial_mean_price, 0.0]
    return float(solve_ivp(field, (0, problem.horizon), start, rtol=1e-9, atol=1e-10).y[1, -1])


QUIET = {"volatility": 0.0, "common_volatility": 0.0, "jumps": None, "common_jumps": None}


def test_values_and_deviations_by_hand():
    """Type 1 of producer 0: the value is what she earns against expected supply; no shift pays."""
    problem = some(3, (2, 2), **QUIET, initial_price=4.0)
    chances = np.array([each.probability for each in problem.types[1]])

    def expected(now: Any) -> tuple[float, float]:
        return float(chances @ now.K[2:4, 0]), float(chances @ now.h[2:4, 0])

    def play(shift: Any) -> float:
        return earned(problem, 1, 0, problem.types[0][1], expected, shift)

    best = play(lambda t, p: 0.0)
    assert solve(problem).values[0][1] == pytest.approx(best, rel=1e-7)
    rng = np.random.default_rng(5)
    for _ in range(8):
        size, slope, phase = rng.normal(size=3) * [0.1, 0.05, 3.0]
        assert play(lambda t, p, s=size, m=slope, f=phase: s * np.cos(3 * t + f) + m * p) < best


def test_regret_is_the_best_gain_in_the_worst_profile():
    """By hand: against each type of the other, improve on the Bayesian strategy as far as possible
    with shifts of polynomial form; the largest gain comes close to the regret from below."""
    problem = some(4, (1, 2), **QUIET, initial_price=4.0)
    solution = solve(problem)
    gains = []
    for other in range(2):

        def facing(now: Any, row: int = 1 + other) -> tuple[float, float]:
            return float(now.K[row, 0]), float(now.h[row, 0])

        def play(weights: np.ndarray, facing: Any = facing) -> float:
            return earned(
                problem, 0, 0, problem.types[0][0], facing,
                lambda t, p: float(np.polynomial.legendre.legval(t / 0.75 - 1, weights)),
            )  # fmt: skip

        # The payoff is quadratic in the weights: differences give gradient and Hessian exactly.
        base, unit = play(np.zeros(3)), np.eye(3) * 0.1
        up = np.array([play(e) for e in unit])
        down = np.array([play(-e) for e in unit])
        gradient = (up - down) / 0.2
        hessian = np.diag((up + down - 2 * base) / 0.01)
        for i in range(3):
            for j in range(i):
                cross = play(unit[i] + unit[j]) - up[i] - up[j] + base
                hessian[i, j] = hessian[j, i] = cross / 0.01
        gains.append(-gradient @ np.linalg.solve(hessian, gradient) / 2)
    assert max(gains) <= solution.ex_post_regret[0] * (1 + 1e-2)
    assert max(gains) == pytest.approx(solution.ex_post_regret[0], rel=0.15)


def test_the_value_of_information_by_enumeration():
    problem = some(6, (2, 3))
    solution = solve(problem)
    total = np.zeros(2)
    for i, first in enumerate(problem.types[0]):
        for j, second in enumerate(problem.types[1]):
            informed = cournot.solve(known(problem, (i, j))).values
            total += first.probability * second.probability * informed
    for i in range(2):
        chances = np.array([each.probability for each in problem.types[i]])
        assert solution.value_of_information[i] == pytest.approx(
            total[i] - chances @ solution.values[i], abs=1e-8
        )


def test_rows_expect_the_others_only():
    rows = _ex_ante(some(7, (2, 1, 2)))
    values = np.array([1.0, 2.0, 10.0, 100.0, 200.0])
    chances = [[k.probability for k in own] for own in some(7, (2, 1, 2)).types]
    first = chances[0][0] * 1 + chances[0][1] * 2
    third = chances[2][0] * 100 + chances[2][1] * 200
    expected = [10 + third, 10 + third, first + third, first + 10, first + 10]
    assert rows.others(values) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"types": [[kind(0.5, 1, 1, 0)]]}, r"types\[0\]: value 0.5; allowed: probabilities that"),
        ({"discount": [0.1, 0.1]}, r"discount: value a list of 2; allowed: 1, as many as types"),
        ({"types": [[kind(1, 1, 0.0, 0)]]}, r"types\[0\]\[0\].quadratic_cost: value 0.0; allowed"),
        ({"types": [[kind(0.5, 1, 1, 0)] * 2] * 11, "discount": [0.1] * 11},
         r"types: value types with 2048 profiles; allowed: at most 1024"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str):
    fields = {**REST, "types": [[kind(1.0, 1, 1, 0)]], "discount": [0.1], **change}
    with pytest.raises(InvalidProblem, match=message):
        BayesianCournotProblem(**fields)
