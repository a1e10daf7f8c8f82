"""The Cournot game against direct integration, deviations, closed forms and quantecon's nnash."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from quantecon import nnash
from scipy.integrate import solve_ivp

from oracle.games import InvalidProblem
from oracle.games._best_response import best_replies, exploitability, losses
from oracle.games._linear_quadratic import Gains
from oracle.games._riccati import integrate, residual
from oracle.games.cournot import (
    CournotProblem,
    Equilibrium,
    as_linear_quadratic,
    cournot_price,
    solve,
)

SLIDES: dict[str, Any] = {
    "marginal_cost": [1.0, 5.0, 10.0],
    "quadratic_cost": [1.0, 2.0, 3.0],
    "risk_cost": [1.0, 2.0, 3.0],
    "discount": [0.1] * 3,
    "adjustment_speed": 0.5,
    "intercept": 1.0,
    "terminal_weight": 1.0,
    "horizon": 1.5,
    "initial_price": 50.0,
    "initial_mean_price": 50.0,
    "volatility": 0.0,
    "common_volatility": 0.0,
}
NOISE = {"volatility": 1.0, "jumps": [{"rate": 4 / 3, "size": 1.0}]}


def some(seed: int, players: int = 3, **more: Any) -> CournotProblem:
    """A random problem with every kind of noise."""
    rng = np.random.default_rng(seed)
    fields: dict[str, Any] = {
        "marginal_cost": rng.uniform(0, 3, players),
        "quadratic_cost": rng.uniform(0.5, 3, players),
        "risk_cost": rng.uniform(0, 2, players),
        "discount": rng.uniform(0, 1, players),
        "adjustment_speed": rng.uniform(0.2, 2),
        "intercept": rng.uniform(1, 8),
        "terminal_weight": rng.uniform(0, 3),
        "horizon": rng.uniform(0.5, 3),
        "initial_price": rng.uniform(0, 5),
        "initial_mean_price": rng.uniform(0, 5),
        "volatility": rng.uniform(0, 1),
        "common_volatility": rng.uniform(0, 1),
        "jumps": [{"rate": 2.0, "size": 0.4}],
        "common_jumps": [{"rate": 1.0, "size": -0.3}, {"rate": 0.5, "size": 0.6}],
        "steps": 50,
    }
    return CournotProblem(**{**fields, **more})


def payoffs(problem: CournotProblem, gains: Any) -> np.ndarray:
    """What strategies earn [n]: moments of price and payoff integrated from the definition."""
    n, speed = len(problem.marginal_cost), problem.adjustment_speed
    risk = problem.quadratic_cost + problem.risk_cost
    local = problem.volatility**2 + sum(j.rate * j.size**2 for j in problem.jumps or ())
    shared = problem.common_volatility**2
    shared += sum(j.rate * j.size**2 for j in problem.common_jumps or ())

    def rates(t: float, y: np.ndarray) -> np.ndarray:
        k, K, h = gains(t)
        mean, square, spread = y[:3]
        output = -K * mean - h
        demand, slope = output.sum(), -K.sum()
        earned = (-K * square - h * mean) - problem.marginal_cost * output
        earned = earned - risk / 2 * (K**2 * square + 2 * K * h * mean + h**2)
        earned = earned - problem.quadratic_cost / 2 * k**2 * spread
        drift = speed * (problem.intercept - demand - mean)
        cross = speed * (problem.intercept * mean - slope * square + h.sum() * mean - square)
        return np.concatenate(
            [
                [drift, 2 * cross + shared, -2 * speed * (1 - k.sum()) * spread + local],
                np.exp(-problem.discount * t) * earned,
            ]
        )

    start = np.zeros(3 + n)
    p0, mean = problem.initial_price, problem.initial_mean_price
    start[:3] = mean, mean**2, (p0 - mean) ** 2
    end = solve_ivp(rates, (0, problem.horizon), start, rtol=1e-9, atol=1e-10, method="LSODA").y[
        :, -1
    ]
    fade = np.exp(-problem.discount * problem.horizon)
    return np.asarray(end[3:] - problem.terminal_weight / 2 * fade * end[2])


def strategies(equilibrium: Equilibrium, change: Any = None) -> Any:
    def at(t: float) -> tuple[np.ndarray, ...]:
        gains = equilibrium.gains(t)
        plain = [gains.k[:, 0].copy(), gains.K[:, 0].copy(), gains.h[:, 0].copy()]
        if change is not None:
            change(t, *plain)
        return tuple(plain)

    return at


@pytest.mark.parametrize("seed", range(4))
def test_values_are_what_the_strategies_earn(seed: int):
    problem = some(seed, players=2 + seed)
    solution = solve(problem)
    assert solution.diagnostics.converged
    assert solution.diagnostics.residual <= 2e-7
    assert solution.values == pytest.approx(
        payoffs(problem, strategies(Equilibrium(problem))), rel=1e-6, abs=1e-7
    )


@pytest.mark.parametrize("seed", range(3))
def test_nobody_gains_by_other_gains(seed: int):
    problem = some(10 + seed)
    equilibrium = Equilibrium(problem)
    best = payoffs(problem, strategies(equilibrium))
    rng = np.random.default_rng(seed)
    for i in range(3):
        for size in (0.02, 0.3):
            scale, phase, place = rng.normal(size=3), rng.uniform(0, 6), rng.integers(3)

            def change(t: float, *plain: np.ndarray, place=place, i=i, a=size * scale, b=phase):
                plain[place][i] += a[place] * np.cos(3 * t + b)

            other = payoffs(problem, strategies(equilibrium, change))
            assert other[i] < best[i]


@pytest.mark.parametrize("seed", range(4))
def test_the_certificate_agrees_with_the_equilibrium(seed: int):
    problem = some(20 + seed, players=4)
    equilibrium = Equilibrium(problem)
    game = as_linear_quadratic(problem)
    assert exploitability(game, equilibrium.gains) < 1e-12
    replies = best_replies(game, equilibrium.gains)
    assert replies is not None
    for at in (0, len(replies.times) // 2):
        gains = equilibrium.gains(float(replies.times[at]))
        assert replies.k[at] == pytest.approx(gains.k, abs=1e-6)
        assert replies.K[at] == pytest.approx(gains.K, abs=1e-6)
        assert replies.h[at] == pytest.approx(gains.h, abs=1e-5)


def test_the_certificate_measures_what_a_worse_strategy_loses():
    """Player 0's gains are moved: her loss is her best payoff less what she earns now."""
    problem = some(31)
    equilibrium = Equilibrium(problem)
    moved = np.array([[0.15], [0.0], [0.0]])

    def feedback(t: float) -> Gains:
        gains = equilibrium.gains(t)
        return Gains(gains.k + moved, gains.K - 0.2 * moved, gains.h + 0.7 * moved)

    def change(t: float, k: np.ndarray, K: np.ndarray, h: np.ndarray) -> None:
        k[0], K[0], h[0] = k[0] + 0.15, K[0] - 0.03, h[0] + 0.105

    best = payoffs(problem, strategies(equilibrium))[0]
    now = payoffs(problem, strategies(equilibrium, change))[0]
    lost = losses(as_linear_quadratic(problem), feedback)[0]
    assert lost == pytest.approx(best - now, rel=0.05)


def test_the_published_scenarios():
    """Corrected numbers; as printed the sums come within 2 % of the table and gains remain."""
    published = {0: [180430, 93526, 57159], 1: [180570, 93608, 57224]}
    for row, noise in enumerate(({}, NOISE)):
        printed = solve(CournotProblem(**{**SLIDES, **noise, "variant": "as_printed"}))
        assert printed.summed_costs == pytest.approx(published[row], rel=0.02)
        assert printed.summed_costs[0] == pytest.approx(published[row][0], rel=6e-4)
        assert printed.diagnostics.exploitability > 0.1
        corrected = solve(CournotProblem(**{**SLIDES, **noise}))
        assert corrected.diagnostics.exploitability < 1e-12
        assert corrected.summed_costs[1] > 1.05 * published[row][1]
        step = 1.5 / 1000
        assert corrected.summed_costs * step == pytest.approx(corrected.integrated_costs, rel=2e-3)
    assert printed.gamma == pytest.approx(0.0, abs=1e-12)


def test_gamma_ends_at_zero_when_corrected():
    equilibrium = Equilibrium(CournotProblem(**SLIDES))
    assert equilibrium.at(1.5)[2] == pytest.approx(0.0, abs=1e-12)


def test_nnash_of_quantecon_is_the_limit_of_long_horizons():
    """Its gains on a grid of dt approach ours at time 0 in first order."""
    problem = CournotProblem(
        **{
            **SLIDES,
            "marginal_cost": [1.0, 2.0],
            "quadratic_cost": [1.0, 2.0],
            "risk_cost": [0.0, 0.0],
            "discount": [0.2, 0.2],
            "intercept": 6.0,
            "horizon": 60.0,
        }
    )
    gains = Equilibrium(problem).gains(0.0)
    ours = np.hstack([gains.h, gains.K])
    gaps = []
    for dt in (0.02, 0.01):
        one, none = np.zeros((1, 1)), np.zeros((2, 2))
        A = np.array([[1, 0], [0.5 * 6 * dt, 1 - 0.5 * dt]])
        B = np.array([[0.0], [-0.5 * dt]])
        cross = [np.array([[c * dt / 2], [-dt / 2]]) for c in (1.0, 2.0)]
        own = [np.array([[r * dt / 2]]) for r in (1.0, 2.0)]
        theirs = nnash(
            A, B, B, none, none, *own, one, one, *cross, one, one,
            beta=np.exp(-0.2 * dt), max_iter=100_000,
        )  # fmt: skip
        gaps.append(np.abs(np.vstack(theirs[:2]) - ours).max())
    assert gaps[0] < 0.01
    assert gaps[1] / gaps[0] == pytest.approx(0.5, abs=0.02)


def test_prices_of_rest():
    long = some(3, discount=[0.0] * 3, horizon=80.0, common_jumps=None, jumps=None)
    solution = solve(long)
    assert solution.mean_price[25] == pytest.approx(solution.stationary_price, abs=1e-6)
    static = CournotProblem(**SLIDES)
    weight = 1 + static.quadratic_cost + static.risk_cost
    price = cournot_price(static)
    # First-order condition of p u − c u − ½R u² with p = a − Σu: u = (p − c)/(1 + R).
    assert price == pytest.approx(1 - np.sum((price - static.marginal_cost) / weight))


def test_a_producer_without_power_over_the_price():
    """η → 0: nobody moves the price, so each sells until price equals marginal cost."""
    slow = CournotProblem(**{**SLIDES, "adjustment_speed": 1e-9})
    solution = solve(slow)
    expected = (50 - slow.marginal_cost) / (slow.quadratic_cost + slow.risk_cost)
    assert solution.mean_output[:, 0] == pytest.approx(expected, rel=1e-7)
    assert solution.mean_price == pytest.approx(50.0, rel=1e-6)


def test_numbering_does_not_matter_and_equals_are_equal():
    solution = solve(CournotProblem(**SLIDES))
    turned = {key: v[::-1] if isinstance(v, list) else v for key, v in SLIDES.items()}
    other = solve(CournotProblem(**turned))
    assert solution.values == pytest.approx(other.values[::-1], rel=1e-10)
    same = solve(some(5, marginal_cost=[1.0] * 3, quadratic_cost=[1.0] * 3, risk_cost=[0.5] * 3,
                      discount=[0.1] * 3))  # fmt: skip
    assert np.ptp(same.values) == pytest.approx(0.0, abs=1e-11)


def test_a_stiff_system_is_integrated_again_in_shorter_steps():
    """400 producers each as strong as three: the price comes to rest within a hundredth."""
    equilibrium = Equilibrium(some(7, players=400, quadratic_cost=np.full(400, 0.5)))
    system = equilibrium._rates
    end = np.zeros(1600)
    end[:400] = -equilibrium.problem.terminal_weight
    rough = integrate(system, end, equilibrium.problem.horizon, 0.0)
    assert residual(rough, system) > 1e-6
    assert equilibrium.residual <= 2e-7


def test_many_producers():
    rng = np.random.default_rng(0)
    n = 300
    problem = some(0, players=n, quadratic_cost=rng.uniform(1, 3, n) * n / 3)
    diagnostics = solve(problem).diagnostics
    assert diagnostics.converged
    assert diagnostics.exploitability < 1e-10


def test_the_dense_output_is_judged():
    """y' = −y: the residual sees a wrong right-hand side; y' = y² has no solution beyond 1."""
    path = integrate(lambda t, y: -y, np.ones(1), 0.0, 2.0)
    assert residual(path, lambda t, y: -y) < 1e-7
    assert residual(path, lambda t, y: -1.001 * y) == pytest.approx(5e-4, rel=0.01)
    assert path(1.0) == pytest.approx(np.exp(-1), rel=1e-9)
    burst = integrate(lambda t, y: y**2, np.ones(1), 0.0, 2.0)
    assert "explode" in burst.trouble
    assert burst.reached == pytest.approx(1.0, abs=1e-3)


def test_what_cannot_be_integrated_is_reported():
    hard = CournotProblem(**{**SLIDES, "quadratic_cost": [1e-30, 1.0, 1.0], "terminal_weight": 1e9})
    diagnostics = solve(hard).diagnostics
    assert not diagnostics.converged
    assert diagnostics.message


def test_too_much_output_is_refused():
    with pytest.raises(InvalidProblem, match=r"^steps: value 1000000; allowed: at most 499999 for"):
        some(0, players=100, steps=1_000_000)
