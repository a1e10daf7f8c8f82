"""Reputation and leadership against a plain loop over the rule, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oracle.games import InvalidProblem
from oracle.games.reputation import ReputationProblem, certify, solve


def by_the_rule(problem: ReputationProblem) -> tuple[list[int], list[list[float]]]:
    """One number at a time."""
    rounds, periods, nodes = problem.actual.shape
    scale = np.broadcast_to(problem.deviation_scale, (nodes,))
    history = [list(problem.initial)]
    age = [0] * nodes
    leaders = []
    for v in range(rounds):
        known = history[max(v - problem.lag, 0)]
        leader = max(range(nodes), key=lambda n: (known[n], -n))
        leaders.append(leader)
        row = []
        for n in range(nodes):
            age[n] = 0 if n == leader else age[n] + 1
            value = history[-1][n]
            for t in range(periods):
                if problem.counted is None or problem.counted[v, t, n]:
                    gap = abs(problem.actual[v, t, n] - problem.target[v, t, n])
                    value += (1 - gap / scale[n]) / periods
            row.append(min(value, problem.tau + age[n]))
        history.append(row)
    return leaders, history


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_against_the_plain_rule(lag: int):
    rng = np.random.default_rng(31)
    for _ in range(20):
        rounds, periods, nodes = (int(k) for k in rng.integers(1, 8, 3))
        shape = (rounds, periods, nodes)
        target = rng.normal(0, 1, shape)
        problem = ReputationProblem(
            initial=rng.integers(0, 3, nodes).astype(float),
            actual=target + rng.normal(0, 0.4, shape),
            target=target,
            tau=rng.uniform(0, 3),
            deviation_scale=rng.uniform(0.2, 2, nodes) if rng.random() < 0.5 else 0.7,
            lag=lag,
            counted=rng.random(shape) < 0.7 if rng.random() < 0.5 else None,
        )
        leaders, history = by_the_rule(problem)
        solution = solve(problem)
        assert solution.leaders.tolist() == leaders
        assert solution.reputation == pytest.approx(np.array(history), abs=1e-12)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-15


def test_the_certificate_sees_wrong_histories():
    zeros = np.zeros((3, 1, 2))
    problem = ReputationProblem(
        initial=[1.0, 1.0], actual=zeros, target=zeros, tau=1.0, deviation_scale=1.0
    )
    s = solve(problem)
    assert certify(problem, s.leaders, s.reputation, s.age) == 0.0
    assert certify(problem, 1 - s.leaders, s.reputation, s.age) == np.inf
    wrong = s.reputation.copy()
    wrong[2, 0] -= 0.5
    assert certify(problem, s.leaders, wrong, s.age) > 0.1
    assert certify(problem, s.leaders, s.reputation, s.age + 1) == 1.0


def test_perfect_nodes_take_turns():
    """Who has just led has the lowest cap, so exact nodes lead in turn."""
    zeros = np.zeros((9, 2, 3))
    solution = solve(
        ReputationProblem(
            initial=[1.0, 1.0, 1.0], actual=zeros, target=zeros, tau=1.0, deviation_scale=1.0
        )
    )
    assert solution.leaders.tolist() == [0, 1, 2] * 3
    assert solution.age[-1].tolist() == [2, 1, 0]
    assert (solution.reputation[1:] <= 1.0 + solution.age[1:]).all()


def test_silence_earns_nothing_and_a_missing_reading_costs():
    fields: dict[str, Any] = {"initial": [1.0, 1.0], "tau": 9.0, "deviation_scale": 0.5}
    target = np.array([[[0.0, 3.0]]])
    counted = np.array([[[False, True]]])
    # The caller enters max(|target|, 2 scale) for the reading that never came.
    solution = solve(ReputationProblem(actual=target * 0, target=target, counted=counted, **fields))
    assert solution.reputation[1].tolist() == [1.0, 1.0 + 1 - 3.0 / 0.5]


def test_the_initial_reputation_is_not_capped():
    zeros = np.zeros((1, 1, 2))
    solution = solve(
        ReputationProblem(
            initial=[50.0, 0.0], actual=zeros, target=zeros, tau=2.0, deviation_scale=1.0
        )
    )
    assert solution.reputation.tolist() == [[50.0, 0.0], [2.0, 1.0]]


def test_shapes_must_agree():
    good: dict[str, Any] = {
        "initial": [0.0, 0.0],
        "actual": np.zeros((2, 3, 2)),
        "target": np.zeros((2, 3, 2)),
        "tau": 1.0,
        "deviation_scale": 1.0,
    }
    for changes, message in [
        ({"initial": [0.0]}, r"^actual: value 2 nodes; allowed: 1 nodes, as many as initial$"),
        ({"target": np.zeros((2, 2, 2))}, r"^target: value 2 x 2 x 2; allowed: 2 x 3 x 2"),
        ({"counted": [[[True, True]]]}, r"^counted: value 1 x 1 x 2; allowed"),
        ({"deviation_scale": [1.0]}, r"^deviation_scale: value a list of 1; allowed: 2"),
        ({"deviation_scale": 0.0}, r"^deviation_scale: value 0.0; allowed: a number or a list"),
        ({"lag": 1.5}, r"^lag: value 1.5"),
        ({"lag": True}, r"^lag: value True"),
        ({"counted": [[[1, 0]]]}, r"^counted: value"),
    ]:
        with pytest.raises(InvalidProblem, match=message):
            ReputationProblem(**(good | changes))
