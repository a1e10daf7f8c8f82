"""Dispatch: by merit, and with stocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import least
from scipy import sparse
from scipy.optimize import linprog

from bench.beside.ask import Row, beside, largest
from oracle.games import dispatch


def stations(count: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(12)
    return rng, np.sort(rng.uniform(0.01, 0.2, count)), rng.uniform(1.0, 4.0, count)


def merit_order(repeats: int) -> list[Row]:
    """A year without stock. A steep loss makes it the linear program, but for cost/loss."""
    rng, cost, capacity = stations(20)
    steep, periods = 1e9, 8760
    demand = rng.uniform(0.2, 0.9, periods) * capacity.sum()
    problem = dispatch.DispatchProblem(
        stations={"cost": cost, "capacity": capacity},
        demand=demand,
        loss={"shortage": steep, "surplus": steep},
    )
    seconds, _, mine = least(lambda: dispatch.solve(problem), repeats)
    balance = sparse.kron(sparse.identity(periods), np.ones((1, 20)), format="csr")
    upper = np.tile(capacity, periods)
    bounds = np.column_stack([np.zeros(len(upper)), upper])

    def linear() -> Any:
        return linprog(np.tile(cost, periods), A_eq=balance, b_eq=demand, bounds=bounds,
                       method="highs", options={"primal_feasibility_tolerance": 1e-9})  # fmt: skip

    spent, _, theirs = least(linear, 1)
    filled = np.minimum(np.cumsum(capacity), demand[:, None])
    exact = np.diff(filled, axis=1, prepend=0.0)
    name, size = "dispatch, merit order", "8,760 × 20"
    gap = largest(theirs.x.reshape(periods, 20), exact)
    return [
        Row(name, size, "wattmarket", seconds, 1.0, largest(mine.supply, exact), "certified"),
        Row(name, size, "scipy linprog (HiGHS)", spent, spent / seconds, gap),
    ]


def stored(repeats: int) -> list[Row]:
    """Four days with stocks: one quadratic program for both. Compared by total cost."""
    rng, cost, capacity = stations(5)
    periods = 96
    demand = rng.uniform(0.3, 1.1, periods) * capacity.sum()
    inflow = rng.uniform(0.0, 0.8, (5, periods)) * capacity[:, None]
    limit, initial = 10 * capacity, 5 * capacity
    problem = dispatch.DispatchProblem(
        stations={"cost": cost, "capacity": capacity},
        demand=demand,
        loss={"shortage": 0.5, "surplus": 0.5},
        stock={
            "initial": initial,
            "inflow": inflow,
            "limit": limit,
            "terminal_value": np.zeros(5),
        },
    )
    seconds, _, mine = least(lambda: dispatch.solve(problem), repeats)
    gain = mine.diagnostics.exploitability
    question = {
        "demand": demand,
        "cost": cost,
        "capacity": capacity,
        "initial": initial,
        "inflow": inflow,
        "limit": limit,
        "shortage": 0.5,
        "tolerance": 1e-9,
        "repeats": 1,
    }
    name, size = "dispatch with stocks", "96 × 5"
    note = "error: what any other plan could save at most, from the duals"
    return beside(
        name, size, (seconds, gain, note), "pypsa:PyPSA (HiGHS QP)", "pypsa_dispatch", question,
        lambda a: abs(a[0] - mine.total_cost), "error: total cost against ours",
    )  # fmt: skip
