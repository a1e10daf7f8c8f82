"""A contest, a leader and learners."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from measure import least
from scipy.optimize import minimize_scalar

from bench.beside.ask import Row, beside, largest
from oracle.games import contest, learning, stackelberg


def dearest(problem: stackelberg.StackelbergProblem) -> float:
    """The leader's best profit: a search of its own between any two prices where a bound begins."""
    offset = problem.electricity_price / problem.willingness
    kinks = np.concatenate([problem.lowest, problem.highest]) + np.tile(offset, 2)
    low, high = problem.price_bounds
    prices = np.clip(problem.revenue_factor / problem.payment_factor / kinks, low, high)
    edges = np.unique(np.concatenate([[low, high], prices]))
    found = [stackelberg.leader_profit(problem, float(price)) for price in edges]
    for bounds in itertools.pairwise(edges):
        inside = minimize_scalar(
            lambda price: -stackelberg.leader_profit(problem, price),
            bounds=bounds, method="bounded", options={"xatol": 1e-12},
        )  # fmt: skip
        found.append(-float(inside.fun))
    return max(found)


def leader(repeats: int) -> list[Row]:
    """A price for followers with bounds of their own: one level by search, one by nested KKT."""
    rows = []
    for count in (4, 10):
        rng = np.random.default_rng(16)
        least_demand = rng.uniform(0.0, 0.2, count)
        problem = stackelberg.StackelbergProblem(
            willingness=rng.uniform(0.05, 0.5, count),
            revenue_factor=20.0,
            payment_factor=0.3,
            conversion_factor=0.8,
            electricity_price=0.6,
            server_consumption=1.0,
            price_bounds=[1.0, 40.0],
            demand_min=least_demand,
            demand_max=least_demand + rng.exponential(8.0, count),
        )
        best = dearest(problem)
        seconds, _, found = least(lambda problem=problem: stackelberg.solve(problem), repeats * 4)

        def lost(price: float, problem: Any = problem, best: float = best) -> float:
            """How much of the best profit a price loses, with exact followers."""
            return abs(1 - stackelberg.leader_profit(problem, price) / best)

        question = {
            "offset": problem.electricity_price / problem.willingness,
            "least": problem.demand_min,
            "most": problem.demand_max,
            "revenue": problem.revenue_factor,
            "payment": problem.payment_factor,
            "unit_cost": problem.unit_cost,
            "bounds": problem.price_bounds,
            "tolerance": 1e-9,
            "repeats": 1,
        }
        rows += beside(
            "stackelberg", f"{count} followers",
            (seconds, lost(found.price), "error: share of the best profit lost; with certificate"),
            "nashopt:nashopt ParametricGNEP", "nashopt_leader", question,
            lambda a, lost=lost: lost(a[0]), "compilation by JAX included",
        )  # fmt: skip
    return rows


def lottery(repeats: int) -> list[Row]:
    rows = []
    for count in (4, 20):
        costs = np.sort(np.random.default_rng(13).uniform(1.0, 2.0, count))
        # The closed form: with the k cheapest active, H = (k − 1)/Σ c.
        totals = np.arange(count) / np.cumsum(costs)
        active = max(k for k in range(1, count) if costs[k] * totals[k] < 1) + 1
        total = (active - 1) / costs[:active].sum()
        exact = np.maximum(total * (1 - costs * total), 0.0)
        problem = contest.ContestProblem(prize=1.0, costs=costs)
        seconds, _, mine = least(lambda problem=problem: contest.solve(problem), repeats * 4)
        ours = (seconds, largest(mine.efforts, exact), "with certificate")
        question = {"costs": costs.tolist(), "prize": 1.0, "repeats": 1}
        rows += beside(
            "contest r = 1", f"{count} players", ours, "nashopt:nashopt", "nashopt_contest",
            question, lambda a, exact=exact: largest(a, exact), "compilation by JAX included",
        )  # fmt: skip
    return rows


def learners(repeats: int) -> list[Row]:
    """The prisoner's dilemma again and again: distance of the policies from the dominant action."""
    first = np.array([[3.0, 0.0], [5.0, 1.0]])
    steps = 20_000

    def run() -> list[np.ndarray]:
        rng = np.random.default_rng(1)
        return list(learning.learn_bimatrix(first, first.T, steps=steps, rng=rng))

    def gap(found: Any) -> float:
        return max(1 - policy[1] for policy in found)

    seconds, _, mine = least(run, repeats)
    question = {"first": first.tolist(), "second": first.T.tolist(), "steps": steps, "repeats": 1}
    note = "its policy climbs only before a game's last step: in one-shot games never"
    return beside(
        "WoLF-PHC, one-shot", f"{steps:,} steps", (seconds, float(gap(mine)), "error: 1 − policy"),
        "openspiel:OpenSpiel WoLF-PHC", "openspiel_wolf", question, gap, note,
    )  # fmt: skip
