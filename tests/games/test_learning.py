"""The learners against the exact equilibrium, the baselines against what they should find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oracle.games import InvalidProblem
from oracle.games._monte_carlo import compiled
from oracle.games.learning import LearningProblem, learn_bimatrix, solve
from oracle.games.learning.play import BLOCKS, Tally, climb
from oracle.games.learning.solver import _tables
from oracle.games.stackelberg import StackelbergProblem, best_response
from oracle.games.stackelberg import solve as solve_exactly

GAME: dict[str, Any] = {
    "willingness": [3.0, 4.0, 5.0, 6.0],
    "revenue_factor": 20.0,
    "payment_factor": 0.3,
    "conversion_factor": 8.0,
    "electricity_price": 0.6,
    "server_consumption": 1.0,
    "price_bounds": [20.0, 148.0],
    "demand_bounds": [0.0, 1.6],
}
EIGHT = np.linspace(2.0, 9.0, 8)


def learners(**changes: Any) -> LearningProblem:
    fields: dict[str, Any] = {
        "method": "dma_ubrl",
        "price_levels": 33,
        "demand_levels": 33,
        "steps": 100_000,
        "learning_rate": 0.02,
        "discount": 0.0,
        "exploration": 0.3,
        "runs": 6,
    }
    return LearningProblem(**(GAME | fields | changes))


def exact(problem: LearningProblem) -> Any:
    names = StackelbergProblem.model_fields
    fields = {name: getattr(problem, name) for name in names}
    return solve_exactly(StackelbergProblem(**{k: v for k, v in fields.items() if v is not None}))


@pytest.mark.parametrize("willingness", [GAME["willingness"], EIGHT], ids=["4", "8"])
@pytest.mark.parametrize("pricing", ["uniform", "discriminated"])
def test_learners_approach_the_equilibrium(willingness: Any, pricing: str):
    """Between price levels and demand levels the learners meet their own, coarser game: its prices
    may lie some levels off, since the leader's utility is flat there; what all get may not."""
    runs = 24 // len(willingness) // (1 if pricing == "uniform" else 2)
    problem = learners(willingness=willingness, pricing=pricing, steps=50_000, runs=runs)
    solution = solve(problem, rng=np.random.default_rng(71))
    best = exact(problem)
    assert solution.equilibrium_price == pytest.approx(best.price)
    assert solution.leader_utility == pytest.approx(best.leader_utility, rel=0.06)
    mean = float(np.mean(solution.price))
    assert mean == pytest.approx(float(np.mean(best.price)), rel=0.3)
    if pricing == "uniform":
        assert solution.relative_gap == pytest.approx(abs(mean - best.price) / best.price)
        assert solution.relative_gap < 0.12
        assert float(solution.follower_utilities.sum()) == pytest.approx(
            float(best.follower_utilities.sum()), rel=0.15
        )
        # Followers found their best answers, to within two levels.
        answers = best_response(problem, solution.price)
        assert solution.demands == pytest.approx(answers, abs=0.1)
    low, high = solution.price_interval
    assert low <= mean <= high
    assert high - low < 30


def test_more_steps_come_nearer_over_many_seeds():
    gaps = {}
    for steps in (1_000, 50_000):
        problem = learners(steps=steps, runs=8, price_levels=17, demand_levels=17)
        solution = solve(problem, rng=np.random.default_rng(72))
        best = exact(problem)
        gaps[steps] = abs(solution.leader_utility - best.leader_utility)
        trace = solution.price_trace
        assert trace.shape == (BLOCKS,)
        assert float(trace[-20:].mean()) == pytest.approx(solution.price, abs=2.0)
    assert gaps[50_000] < 0.25 * gaps[1_000]


def test_one_side_alone_harms_the_other():
    """As the seed paper's figure: each genetic search feeds its own side, learning balances."""
    found = {
        method: solve(learners(method=method, steps=20_000), rng=np.random.default_rng(73))
        for method in ("genetic_server", "genetic_prosumers", "random")
    }
    best = exact(learners())
    both = {k: (v.leader_utility, float(v.follower_utilities.sum())) for k, v in found.items()}
    fair = (best.leader_utility, float(best.follower_utilities.sum()))
    assert both["genetic_server"][0] > 2 * fair[0]
    assert both["genetic_server"][1] < 0
    assert both["genetic_prosumers"][1] > 1.5 * fair[1]
    assert both["genetic_prosumers"][0] < 0.5 * fair[0]
    assert both["random"][1] < fair[1]
    # The searches come near the best of all levels.
    _, _, lead, follow = _tables(learners())
    fixed = -8.0 * 1.0
    assert both["genetic_server"][0] > 0.85 * (lead.max(axis=(1, 2)).sum() + fixed)
    assert both["genetic_prosumers"][1] > 0.85 * follow.max(axis=2).sum(axis=0).max()


@pytest.mark.parametrize("pricing", ["uniform", "discriminated"])
def test_random_play_earns_the_mean_of_the_tables(pricing: str):
    problem = learners(method="random", steps=100_000, runs=10, pricing=pricing)
    solution = solve(problem, rng=np.random.default_rng(74))
    prices, demands, lead, follow = _tables(problem)
    assert solution.leader_utility == pytest.approx(lead.mean(axis=(1, 2)).sum() - 8, rel=0.01)
    assert solution.follower_utilities == pytest.approx(follow.mean(axis=(1, 2)), abs=0.2)
    assert np.asarray(solution.price) == pytest.approx(prices.mean(), rel=0.01)
    assert solution.demands == pytest.approx(demands.mean(axis=1), rel=0.01)
    assert solution.price_trace == pytest.approx(np.full(BLOCKS, prices.mean()), rel=0.06)


def test_the_tables_are_the_utilities_of_the_game():
    problem = learners()
    prices, demands, lead, follow = _tables(problem)
    for i, s, a in [(0, 0, 0), (1, 5, 7), (3, 32, 32)]:
        p, x, w = prices[s], demands[i, a], problem.willingness[i]
        assert lead[i, s, a] == pytest.approx((p - 8 / 0.6) * x)
        assert follow[i, s, a] == pytest.approx(20 * np.log(x * w / 0.6 + 1) - 0.3 * x * p)
    assert (prices[0], prices[-1]) == (20.0, 148.0)
    assert demands[2, [0, -1]].tolist() == [0.0, 1.6]


@pytest.mark.parametrize("heads", [1, 3])
def test_machine_code_and_python_play_the_same(heads: int):
    problem = learners(willingness=[3.0, 4.0, 5.0], price_levels=4, demand_levels=5, steps=400)
    prices, demands, lead, follow = _tables(problem)
    results = []
    for run in (climb, compiled(climb)):
        tally = Tally(400, prices, demands, lead, follow, heads)
        server, own = np.zeros((heads, 4)), np.zeros((3, 4, 5))
        run(
            np.random.Generator(np.random.PCG64(75)), 400, lead, follow, prices, demands, True,
            0.1, 0.5, 0.05, 0.2, 0.3, server, own,
            tally.trace, tally.seen, tally.price, tally.demand, tally.leader, tally.followers,
        )  # fmt: skip
        assert server.sum(axis=1) == pytest.approx(np.ones(heads))
        assert own.sum(axis=2) == pytest.approx(np.ones((3, 4)))
        assert (own >= 0).all()
        assert tally.seen.tolist() == [2.0] * BLOCKS
        results.append([server, own, tally.trace, tally.leader, tally.followers])
    for python, machine in zip(*results, strict=True):
        assert machine == pytest.approx(python, abs=1e-12)


def test_hill_climbing_works_in_one_shot_games():
    rng = np.random.default_rng(76)
    # Prisoner's dilemma: the dominant action.
    first = np.array([[3.0, 0.0], [5.0, 1.0]])
    for policy in learn_bimatrix(first, first.T, rng=rng):
        assert policy[1] > 0.99
    # Matching pennies: win or learn fast keeps near the mixed equilibrium.
    slow = {"steps": 300_000, "step_win": 0.0002, "step_lose": 0.0008, "learning_rate": 0.05}
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    for policy in learn_bimatrix(pennies, -pennies, **slow, rng=rng):
        assert policy == pytest.approx([0.5, 0.5], abs=0.2)
    # A game solved by iterated dominance, with different numbers of actions.
    rows = np.array([[4.0, 3.0, 2.0], [5.0, 4.0, 6.0]])
    columns = np.array([[2.0, 5.0, 1.0], [1.0, 4.0, 0.0]])
    a, b = learn_bimatrix(rows, columns, rng=rng)
    assert a[1] > 0.99
    assert b[1] > 0.99


def test_the_seed_decides():
    problem = learners(steps=2_000, runs=3)
    one, same, other = (solve(problem, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    assert one.price == same.price
    assert np.array_equal(one.price_trace, same.price_trace)
    assert one.price != other.price
    assert solve(problem).price == solve(problem, rng=np.random.default_rng(0)).price


def test_what_is_refused():
    for changes, message in [
        ({"method": "dqn"}, r"^method: value 'dqn'; allowed: 'dma_ubrl', 'genetic_server'"),
        ({"price_levels": 1}, r"^price_levels: value 1; allowed: a whole number from 2 to 1000"),
        ({"demand_levels": 2.5}, r"^demand_levels: value 2.5; allowed: a whole number"),
        ({"steps": 199}, r"^steps: value 199; allowed: a whole number from 200"),
        ({"learning_rate": 0.0}, r"^learning_rate: value 0.0"),
        ({"exploration": 1.1}, r"^exploration: value 1.1; allowed: a number from 0 to 1"),
        ({"demand_bounds": [2.0, 1.0]}, r"^demand_bounds: "),
        (
            {"willingness": [1.0] * 30, "price_levels": 1000, "demand_levels": 1000},
            r"^price_levels: value 1000; allowed: at most 20000000 cells",
        ),
    ]:
        with pytest.raises(InvalidProblem, match=message):
            learners(**changes)
