"""Miners on a fork: payoffs from the Poisson law, equilibria and stability by other methods."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from oracle.games import InvalidProblem
from oracle.games.mining import MiningProblem, payoffs, solve
from oracle.games.mining.certificate import certify


def fork(**changes: Any) -> MiningProblem:
    fields: dict[str, Any] = {
        "rewards": [1.0, 1.1, 0.9],
        "price": 1.0,
        "mining_cost": 0.2,
        "base_rate": 0.2,
        "crowd_effect": 1.0,
        "risk_sensitivity": 0.1,
        "horizon": 1.0,
        "initial": [0.45, 0.35, 0.2],
        "temperature": 0.1,
        "duration": 20.0,
        "steps": 200,
    }
    return MiningProblem(**(fields | changes))


def random_fork(rng: np.random.Generator) -> MiningProblem:
    count = int(rng.integers(1, 6))
    base = float(rng.choice([0.0, 0.3, 1.0, 2.0]))
    crowd = float(rng.choice([-0.3, -1.0, 0.5, 2.0]))
    return fork(
        rewards=rng.uniform(0.5, 2.0, count),
        price=rng.uniform(0.5, 2.0),
        base_rate=max(base, -crowd),
        crowd_effect=crowd,
        risk_sensitivity=float(rng.choice([-1.0, 0.0, 0.5])),
        horizon=rng.uniform(0.5, 3.0),
        initial=rng.dirichlet(np.ones(count)),
        duration=1.0,
        steps=2,
    )


@pytest.mark.parametrize("eta", [-0.7, -1e-7, 0.0, 1e-7, 0.4])
def test_payoffs_are_certainty_equivalents_of_the_poisson_law(eta: float):
    problem = fork(risk_sensitivity=eta, price=1.3, horizon=2.0, mining_cost=0.4)
    m = np.array([0.5, 0.3, 0.2])
    k = np.arange(120)
    for b in range(3):
        chances = poisson.pmf(k, (0.2 + m[b]) * 2.0)
        income = problem.rewards[b] * 1.3 * k - 0.4 * 2.0
        if abs(eta) < 1e-6:  # mean + η/2 variance; the next term is of order η²
            mean = chances @ income
            expected = mean + eta / 2 * (chances @ (income - mean) ** 2)
        else:
            expected = np.log(chances @ np.exp(eta * income)) / eta
        assert payoffs(problem, m)[b] == pytest.approx(expected, rel=1e-12)


def test_equilibria_are_those_of_a_linear_system_for_each_support():
    rng = np.random.default_rng(31)
    kinds = {"many": 0, "mixed and stable": 0}
    for _ in range(60):
        problem = random_fork(rng)
        count = len(problem.rewards)
        zero = payoffs(problem, np.zeros(count))
        slope = payoffs(problem, np.ones(count)) - zero
        expected = []
        for size in range(1, count + 1):
            for support in combinations(range(count), size):
                matrix = np.zeros((size + 1, size + 1))
                matrix[:size, :size] = np.diag(slope[list(support)])
                matrix[:size, size], matrix[size, :size] = -1.0, 1.0
                right = np.append(-zero[list(support)], 1.0)
                *inside, common = np.linalg.solve(matrix, right)
                point = np.zeros(count)
                point[list(support)] = inside
                if min(inside) > 1e-12 and payoffs(problem, point).max() <= common + 1e-9:
                    expected.append((point, common))
        solution = solve(problem)
        assert len(solution.equilibria) == len(expected)
        for found, (point, common) in zip(solution.equilibria, expected, strict=True):
            assert found.fractions == pytest.approx(point, abs=1e-11)
            assert found.payoff == pytest.approx(common, abs=1e-10)
        assert solution.diagnostics.residual < 1e-13
        assert solution.diagnostics.exploitability < 1e-12
        kinds["many"] += len(expected) > 3
        kinds["mixed and stable"] += any(
            e.stable and np.count_nonzero(e.fractions) > 1 for e in solution.equilibria
        )
    assert min(kinds.values()) > 5


def test_stability_is_what_the_replicator_does():
    """Miners who start near a stable point come back; near any other some start leaves."""
    rng = np.random.default_rng(32)
    seen = {True: 0, False: 0}
    for _ in range(12):
        problem = random_fork(rng)
        count = len(problem.rewards)
        if count == 1:
            continue
        zero = payoffs(problem, np.zeros(count))
        slope = payoffs(problem, np.ones(count)) - zero
        equilibria = solve(problem).equilibria
        points = np.array([e.fractions for e in equilibria])[:, None]
        m = points + 1e-3 * (rng.dirichlet(np.ones(count), (len(equilibria), 6)) - points)
        start = np.abs(m - points).max(axis=2)

        def move(m: np.ndarray, h: float, zero=zero, slope=slope) -> np.ndarray:
            values = zero + slope * m
            return h * m * (values - (m * values).sum(axis=2, keepdims=True))

        for _ in range(3000):
            m = m + move(m + move(m, 0.01), 0.02)
        away = (np.abs(m - points).max(axis=2) / start).max(axis=1)
        for equilibrium, distance in zip(equilibria, away, strict=True):
            assert equilibrium.stable == (distance < 1.0), (problem, equilibrium, distance)
            seen[equilibrium.stable] += 1
    assert min(seen.values()) > 5


def test_the_crowd_gathers_and_repels():
    # ε > 0: each branch alone is stable, every split is not. ε < 0: one split, stable.
    seeking = solve(fork())
    assert len(seeking.equilibria) == 7
    assert [e.stable for e in seeking.equilibria] == [True] * 3 + [False] * 4
    avoiding = solve(fork(base_rate=1.0, crowd_effect=-1.0))
    (only,) = avoiding.equilibria
    assert only.stable
    # Rates are in inverse proportion to g = (e^{ηr} − 1)/η.
    g = np.expm1(0.1 * np.array([1.0, 1.1, 0.9])) / 0.1
    rates = 2 / g / np.sum(1 / g)
    assert only.fractions == pytest.approx(1 - rates, abs=1e-14)


def test_a_tie_outside_is_an_equilibrium_but_not_stable():
    # On branch 0 all earn (1 + 1) · 1, and the empty branch 1 would pay 1 · 2.
    problem = fork(
        rewards=[1.0, 2.0], base_rate=1.0, risk_sensitivity=0.0, initial=[0.5, 0.5], mining_cost=0.0
    )
    first, second = solve(problem).equilibria
    assert (first.fractions.tolist(), first.payoff, first.stable) == ([1.0, 0.0], 2.0, False)
    assert (second.fractions.tolist(), second.payoff, second.stable) == ([0.0, 1.0], 4.0, True)


def test_without_a_crowd_effect_the_logit_path_is_exponential():
    """Payoffs are constant, so ``m = q + (m0 − q) e^{−t}`` with q the logit choice."""
    problem = fork(crowd_effect=0.0, base_rate=1.0, temperature=0.03, duration=8.0, steps=80)
    solution = solve(problem)
    (only,) = solution.equilibria
    assert only.fractions.tolist() == [0.0, 1.0, 0.0]
    values = solution.initial_payoffs
    q = np.exp((values - values.max()) / 0.03)
    q /= q.sum()
    path = q + (problem.initial - q) * np.exp(-solution.times)[:, None]
    assert solution.fractions == pytest.approx(path, abs=1e-9)
    assert q[1] > 0.95
    assert solution.winner == 1
    expected = np.log((q[1] - 0.35) / (q[1] - 0.95))
    assert solution.resolution_time == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("temperature", [0.5, 0.1, 0.01])
def test_the_logit_path_against_another_integrator(temperature: float):
    """Both methods inside, the stiff one at the lowest temperature, against Runge-Kutta."""
    problem = fork(temperature=temperature, duration=3.0, steps=30)
    solution = solve(problem)

    def velocity(m: np.ndarray) -> np.ndarray:
        values = payoffs(problem, m) / temperature
        weight = np.exp(values - values.max())
        return weight / weight.sum() - m

    m, h = problem.initial.copy(), 1e-3
    for step in range(1, 3001):
        a = velocity(m)
        b = velocity(m + h / 2 * a)
        c = velocity(m + h / 2 * b)
        m = m + h / 6 * (a + 2 * b + 2 * c + velocity(m + h * c))
        if step % 100 == 0:
            assert solution.fractions[step // 100] == pytest.approx(m, abs=1e-7)
    assert solution.fractions.sum(axis=1) == pytest.approx(np.ones(31), abs=1e-9)


def test_when_the_fork_is_resolved():
    solved = solve(fork())
    assert (solved.winner, solved.resolution_time) == (0, pytest.approx(2.737951850656))
    after = solved.fractions[solved.times > solved.resolution_time]
    assert (after[:, 0] > 0.95).all()
    assert (solved.fractions[solved.times < solved.resolution_time].max(axis=1) < 0.95).all()
    never = solve(fork(base_rate=1.0, crowd_effect=-1.0))
    assert (never.winner, never.resolution_time) == (None, None)
    already = solve(fork(initial=[0.01, 0.01, 0.98]))
    assert (already.winner, already.resolution_time) == (2, 0.0)


def test_twelve_branches():
    count = 12
    problem = fork(
        rewards=np.linspace(1.0, 1.2, count), base_rate=0.0, initial=np.full(count, 1 / count)
    )
    solution = solve(problem)  # without a base rate every support carries one
    assert len(solution.equilibria) == 2**count - 1
    assert sum(e.stable for e in solution.equilibria) == count


def test_the_certificate_sees_wrong_answers():
    problem = fork()
    points = np.array([e.fractions for e in solve(problem).equilibria])
    assert max(certify(problem, points)) < 1e-14
    wrong = points.copy()
    wrong[-1] += [0.01, -0.01, 0.0]
    assert certify(problem, wrong)[0] > 1e-3
    assert certify(problem, np.array([[0.5, 0.0, 0.5]]))[1] > 1e-3


def test_what_is_refused():
    for changes, message in [
        ({"rewards": [1.0] * 13, "initial": [1 / 13] * 13}, r"^rewards: .*at most 12 branches"),
        ({"initial": [0.5, 0.5, 0.5]}, r"^initial: value a sum of 1.5; allowed: a sum of 1"),
        ({"crowd_effect": -0.3}, r"^crowd_effect: value -0.3; allowed: at least −base_rate"),
        ({"crowd_effect": 0.0, "base_rate": 0.0}, r"^base_rate: value 0.0; allowed: above 0"),
        ({"crowd_effect": 0.0, "rewards": [1.0, 1.0, 2.0]}, r"^rewards: .*all different"),
        ({"risk_sensitivity": 70.0}, r"^risk_sensitivity: value 70.0; allowed: times"),
        ({"resolved_at": 0.4}, r"^resolved_at: value 0.4; allowed: a number from 0.5 to 1"),
        ({"steps": 0}, r"^steps: value 0; allowed: a whole number from 1 to 100000"),
        ({"steps": 2.5}, r"^steps: value 2.5; allowed: a whole number"),
    ]:
        with pytest.raises(InvalidProblem, match=message):
            fork(**changes)
