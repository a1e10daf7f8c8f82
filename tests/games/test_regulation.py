"""Regulation against closed forms, deviations, an independent simulation and known outages."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

from oracle.games import InvalidProblem
from oracle.games.regulation import STRATEGIES, RegulationProblem, solve, target_price
from oracle.games.regulation.feedback import Feedback, grid_of, lines_of
from oracle.games.regulation.lines import Line, Moments

BASE: dict[str, Any] = {
    "price_band": [0.96, 1.04],
    "adjustment_speed": 2.0,
    "demand": 1.05,
    "supply": 1.0,
    "volatility": 0.02,
    "common_volatility": 0.015,
    "horizon": 1.0,
    "steps": 100,
    "paths": 4000,
    "weights": {"q": 1.0, "q_bar": 4.0, "rho": 0.05},
    "outage_cost": 1.0,
    "strategies": list(STRATEGIES),
    "piecewise": {
        "block": 0.05, "window": 0.1, "supplies": [0.1, -0.05, 0.0, 0.05, -0.1],
        "supply_step": 0.1,
    },
}  # fmt: skip
JUMPS = {
    "jumps": [{"rate": 3.0, "size": 0.03}, {"rate": 1.0, "size": -0.05}],
    "common_jumps": [{"rate": 2.0, "size": 0.02}],
}
WAVES = 1.0 + 0.1 * np.sin(np.arange(100) // 10)


def with_(**change: Any) -> RegulationProblem:
    return RegulationProblem(**{**BASE, **change})


@pytest.mark.parametrize("change", [{}, JUMPS, {**JUMPS, "demand": WAVES}, {"demand": WAVES}])
def test_paths_agree_with_the_exact_moments(change: dict[str, Any]):
    solution = solve(with_(paths=20_000, **change), rng=np.random.default_rng(4))
    assert solution.diagnostics.converged
    scores = solution.diagnostics.z_scores
    assert set(scores) == set(STRATEGIES) - {"piecewise"}
    for name, row in scores.items():
        assert ("outage_probability" in row) == ("jumps" not in change), name
        assert max(abs(z) for z in row.values()) < 4, (name, row)
    for outcome in solution.strategies.values():
        low, high = outcome.confidence_interval
        assert 0 <= low <= outcome.outage_probability <= high <= 1
        assert outcome.mean_price[0] == pytest.approx(1.0, rel=1e-12)


def test_without_supply_the_price_is_an_ornstein_uhlenbeck_process():
    """Mean d + (p0 − d)e^{−ηt}, variance (σ² + σ_o²)(1 − e^{−2ηt})/(2η), probabilities by erf."""
    problem = with_(strategies=["none"])
    times = np.linspace(0, 1, 101)
    mean = 0.05 - 0.05 * np.exp(-2 * times)
    deviation = np.sqrt((0.02**2 + 0.015**2) * (1 - np.exp(-4 * times)) / 4)[1:]
    outcome = solve(problem).strategies["none"]
    assert np.log(outcome.mean_price) == pytest.approx(mean, abs=1e-13)
    low, high = np.log(problem.price_band)
    inside = [
        math.erf((high - m) / s / math.sqrt(2)) / 2 - math.erf((low - m) / s / math.sqrt(2)) / 2
        for m, s in zip(mean[1:], deviation, strict=True)
    ]
    assert outcome.outage_probability == pytest.approx(1 - np.mean(inside), rel=1e-10)
    assert outcome.outage_at_horizon == pytest.approx(1 - inside[-1], rel=1e-10)
    assert outcome.confidence_interval == (outcome.outage_probability,) * 2
    assert outcome.control_energy == 0.0
    sold = np.mean((outcome.mean_price[1:] + outcome.mean_price[:-1]) / 2) * 1.05
    assert outcome.payoff == pytest.approx(sold - outcome.outage_probability)


def test_open_loop_pulls_the_log_price_to_the_target():
    problem = with_(strategies=["open_loop"], adjustment_speed=200.0, steps=2000, paths=2)
    outcome = solve(problem).strategies["open_loop"]
    target = target_price(problem, np.linspace(0, 1, 2001))
    assert outcome.mean_price[100:] == pytest.approx(target[100:], abs=1e-4)
    assert ((target > 0.96) & (target < 1.04)).all()
    # c0 + c1 + c2 at time 0.
    assert target[0] == pytest.approx(1.0 + 0.08 / 100 + 0.08 / 200, rel=1e-14)


def test_the_gain_solves_the_hamiltonian_system():
    """P as the quotient of the linear Hamiltonian flow, by a matrix exponential."""
    problem = with_()
    feedback = Feedback(problem, grid_of(problem))
    eta, rho = 2.0, 0.05
    for at, weight in enumerate((1.0, 5.0)):
        flow = expm(-np.array([[-eta, -(eta**2) / rho], [-weight, eta]]) * 1.0)
        start = flow @ [1.0, weight]
        assert feedback.path(0.0)[at] == pytest.approx(start[1] / start[0], rel=1e-8)


def expected_cost(problem: RegulationProblem, line: Line, q_mean: float) -> float:
    """Running and terminal cost of a line: q on the own variance, `q_mean` on the rest."""
    grid = grid_of(problem)
    now = Moments.of(line, grid)
    rest = (now.mean - grid.target) ** 2 + now.common
    error = now.own * problem.weights.q + rest * q_mean
    running = np.sum(error[1:] + error[:-1]) / 2 * grid.step
    return float(running + error[-1] + problem.weights.rho * now.energy)


@pytest.mark.parametrize("demand", [1.05, np.repeat(WAVES, 10)])
@pytest.mark.parametrize("name", ["lqr", "mean_field_type"])
def test_no_other_gains_cost_less(name: str, demand: Any):
    problem = with_(demand=demand, steps=1000, strategies=[name], volatility=0.2)
    grid = grid_of(problem)
    line = lines_of(problem, grid, Feedback(problem, grid))[name]
    q_mean = 5.0 if name == "mean_field_type" else 1.0
    best = expected_cost(problem, line, q_mean)
    rng = np.random.default_rng(1)
    times = np.linspace(0, 1, 1000)
    for _ in range(12):
        waves = rng.normal(size=3)[:, None] * np.cos(rng.uniform(0, 9) * times + rng.uniform(0, 6))
        waves *= [[0.3], [0.3], [0.02]]
        moved = Line(line.k + waves[0], line.K + waves[1], line.c + waves[2])
        assert expected_cost(problem, moved, q_mean) > best


def test_a_frozen_mean_changes_nothing():
    solution = solve(with_()).strategies
    assert solution["mean_field"].mean_squared_error == solution["lqr"].mean_squared_error
    alike = solve(with_(weights={"q": 1.0, "q_bar": 0.0, "rho": 0.05})).strategies
    assert alike["mean_field_type"].control_energy == pytest.approx(
        alike["lqr"].control_energy, rel=1e-12
    )
    assert solution["mean_field_type"].mean_squared_error < solution["lqr"].mean_squared_error
    assert solution["lqr"].outage_probability < solution["none"].outage_probability


def test_outage_by_a_jump_that_leaves_the_band():
    """No other noise, no pull: outside from the first jump on, so P = 1 − (1 − e^{−λ})/λ."""
    problem = with_(
        price_band=[0.4, 1.49], initial_price=1.0, adjustment_speed=1e-9, volatility=0.0,
        common_volatility=0.0, jumps=[{"rate": 0.5, "size": 1.0}], strategies=["none"],
        paths=40_000, steps=200,
    )  # fmt: skip
    outcome = solve(problem, rng=np.random.default_rng(2)).strategies["none"]
    low, high = outcome.confidence_interval
    exact = 1 - np.mean(np.exp(-0.5 * np.arange(1, 201) / 200))
    error = (high - low) / 2 / 1.96
    assert outcome.outage_probability == pytest.approx(exact, abs=4 * error)
    assert outcome.outage_at_horizon == pytest.approx(1 - np.exp(-0.5), abs=0.01)
    assert 0 < error < 0.005


def test_paths_with_jumps_against_a_simulation_in_small_steps():
    problem = with_(**JUMPS, strategies=["lqr"], paths=40_000, steps=50, demand=1.2)
    outcome = solve(problem, rng=np.random.default_rng(3)).strategies["lqr"]
    grid = grid_of(problem)
    feedback = Feedback(problem, grid)
    rng = np.random.default_rng(9)
    fine, paths = 20, 20_000
    step = grid.step / fine
    p, outside = np.zeros(paths), 0.0
    for at in range(50):
        slope, constant = feedback.at((at + 0.5) * grid.step)
        for _ in range(fine):
            supply = slope[0] * p + constant[0]
            noise = np.hypot(0.02, 0.015) * np.sqrt(step) * rng.normal(size=paths)
            for rate, size in ((3.0, 0.03), (1.0, -0.05), (2.0, 0.02)):
                noise += size * (rng.poisson(rate * step, paths) - rate * step)
            p = p + 2.0 * (0.2 - p - supply) * step + noise
        outside += np.mean((p < grid.band[0]) | (p > grid.band[1])) / 50
    assert outcome.outage_probability == pytest.approx(outside, rel=0.05)


def test_the_piecewise_rule_by_hand():
    """Without noise the path is one: the rule is followed in plain words."""
    problem = with_(volatility=0.0, common_volatility=0.0, strategies=["piecewise"], paths=2,
                    demand=WAVES)  # fmt: skip
    outcome = solve(problem).strategies["piecewise"]
    target = np.log(target_price(problem, np.linspace(0, 1, 101)))
    path, supply, energy = [0.0], None, 0.0
    for at in range(100):
        if at % 5 == 0:
            trend = np.mean(path[-10:])
            wanted = WAVES[at] - 1.0 - target[at] + (trend - target[at])
            options = sorted(problem.piecewise.supplies)
            near = [s for s in options if supply is None or abs(s - supply) <= 0.1]
            supply = min(near, key=lambda s: abs(s - wanted))
        energy += supply**2 * 0.01
        rest = WAVES[at] - 1.0 - supply
        path.append(rest + (path[-1] - rest) * np.exp(-2 * 0.01))
    assert np.log(outcome.mean_price) == pytest.approx(path, abs=1e-12)
    assert outcome.control_energy == pytest.approx(energy, rel=1e-12)
    assert outcome.confidence_interval[1] - outcome.outage_probability > 0.1


def test_steps_matter_in_second_order_only():
    fine, middle, coarse = (
        solve(with_(steps=steps, strategies=["mean_field_type"], paths=2)).strategies[
            "mean_field_type"
        ]
        for steps in (800, 200, 100)
    )
    gaps = [each.control_energy - fine.control_energy for each in (coarse, middle)]
    assert gaps[1] / gaps[0] == pytest.approx(0.25, abs=0.06)


def test_the_same_seed_gives_the_same_numbers_for_any_threads():
    problem = with_(**JUMPS, paths=9000)
    runs = [solve(problem, rng=np.random.default_rng(1), threads=each) for each in (1, 3)]
    assert runs[0].document() == runs[1].document()
    other = solve(problem, rng=np.random.default_rng(2)).strategies
    assert other["none"].outage_probability != runs[0].strategies["none"].outage_probability


def test_the_certificate_sees_wrong_gains():
    problem = with_()
    grid = grid_of(problem)
    feedback = Feedback(problem, grid)
    line = lines_of(problem, grid, feedback)["lqr"]
    moments = Moments.of(line, grid)
    assert feedback.loss(moments, False) < 1e-15
    feedback.rho *= 1.01
    assert feedback.loss(moments, False) > 1e-9


def test_gains_that_cannot_be_integrated_are_reported():
    diagnostics = solve(with_(weights={"q": 1.0, "q_bar": 0.0, "rho": 1e-20}, paths=2)).diagnostics
    assert not diagnostics.converged
    assert diagnostics.message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"price_band": [1.0, 1.0]}, r"price_band: value \[1.0, 1.0\]; allowed: the lower bound"),
        ({"strategies": []}, r"strategies: value \[\]; allowed: one or more of none"),
        ({"strategies": ["lqr", "lqr"]}, r"strategies: value a name twice; allowed"),
        ({"strategies": ["best"]}, r"strategies\[0\]: value 'best'; allowed: 'none'"),
        ({"piecewise": None}, r"piecewise: value missing; allowed: a table"),
        ({"demand": [1.0, 2.0]}, r"demand: value a list of 2; allowed: 100, as many as steps"),
        ({"weights": {"q": 1.0, "q_bar": 0.0, "rho": 0.0}}, r"weights.rho: value 0.0; allowed"),
        (
            {"jumps": [{"rate": 1e9, "size": 0.1}]},
            r"jumps\[0\].rate: value 1000000000.0; allowed: at",
        ),
        ({"paths": 10**8, "steps": 10**5}, r"paths: value 100000000; allowed: at most 200000 "),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(InvalidProblem, match=message):
        with_(**change)
