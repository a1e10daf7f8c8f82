"""The clearing certificate: every agent's marginal utilities and the market's books, anew."""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.clearing.problem import ClearingProblem


def certify(
    problem: ClearingProblem,
    *,
    price: float,
    matched: float,
    served: float,
    consumption: FloatArray,
    own: FloatArray,
    shared: FloatArray,
) -> tuple[float, float]:
    """Residual and exploitability of a price, its rationing and everybody's quantities.

    The residual is the largest of ``‖z − Π(z − F(z))‖∞ / (1 + ‖z‖∞)`` over all agents' decisions
    (demand before rationing), the imbalance of what is served and what is matched, relative to
    1 + the total, and rationing away from the bound that allows it.
    """
    low, high = problem.bounds
    buyers, sellers = problem.consumers, problem.prosumers

    sizes = [price, float(own.max()), float(shared.max())]
    gaps: list[float] = []
    gains = [0.0]
    if served > 0:  # demand that is wholly refused leaves no trace to judge
        demand = consumption / served
        slope = -2 * buyers.curvature * (demand - buyers.target) - price
        moved = np.clip(demand + slope, 0.0, buyers.capacity)
        gaps.append(float(np.abs(demand - moved).max()))
        sizes.append(float(demand.max()))
        step = np.clip(slope / (2 * buyers.curvature), -demand, buyers.capacity - demand)
        gains.append(float((slope * step - buyers.curvature * step**2).max()))

    cost = sellers.cost_linear + sellers.cost_quadratic * (own + shared)
    use_slope = -2 * sellers.curvature * (own - sellers.target) - cost
    sell_slope = price * matched - cost
    use, sell = _onto_capacity(own + use_slope, shared + sell_slope, sellers.capacity)
    gaps.append(float(np.maximum(np.abs(own - use), np.abs(shared - sell)).max()))
    # Utility is concave, so no move within the triangle gains more than its best corner promises.
    stay = -use_slope * own - sell_slope * shared
    corner = np.maximum(np.maximum(use_slope, sell_slope), 0.0) * sellers.capacity
    gains.append(float((stay + corner).max()))

    bought, sold = float(consumption.sum()), matched * float(shared.sum())
    balance = abs(bought - sold) / (1 + max(bought, sold))
    wrongly = max(0.0 if price <= low else 1 - matched, 0.0 if price >= high else 1 - served)
    residual = max(max(gaps) / (1 + max(sizes)), balance, wrongly)
    return residual, max(gains)


def certify_preferred(
    problem: ClearingProblem, *, price: FloatArray, trades: FloatArray, own: FloatArray
) -> tuple[float, float]:
    """Residual and exploitability of one price per prosumer [P], trades [C, P] and own use [P].

    The residual is the largest of ``‖z − Π(z − F(z))‖∞ / (1 + ‖z‖∞)``, agent by agent, the prices
    at which she trades counted with her decisions.

    Every consumer chooses a row of the trades, every prosumer own use and the sum of a column.
    """
    buyers, sellers, bonus = problem.consumers, problem.prosumers, problem.preferences
    assert bonus is not None
    bought, sold = trades.sum(axis=1), trades.sum(axis=0)
    slope = bonus - price - (2 * buyers.curvature * (bought - buyers.target))[:, None]
    moved = _onto_budget(trades + slope, buyers.capacity)
    # Everybody by her own sizes: what one has at stake must not make another's error look small.
    paid = np.where(trades > 0, np.abs(price), 0.0).max(axis=1)
    size = 1 + np.maximum(trades.max(axis=1), paid)
    gaps = [float((np.abs(trades - moved).max(axis=1) / size).max())]
    # Utility is concave: no row within the capacity gains more than its best corner promises.
    best = np.maximum(slope.max(axis=1), 0.0) * buyers.capacity
    gains = [0.0, float((best - np.sum(slope * trades, axis=1)).max())]

    cost = sellers.cost_linear + sellers.cost_quadratic * (own + sold)
    use_slope = -2 * sellers.curvature * (own - sellers.target) - cost
    sell_slope = price - cost
    use, sell = _onto_capacity(own + use_slope, sold + sell_slope, sellers.capacity)
    size = 1 + np.maximum(np.maximum(own, sold), np.where(sold > 0, np.abs(price), 0.0))
    gaps.append(float((np.maximum(np.abs(own - use), np.abs(sold - sell)) / size).max()))
    corner = np.maximum(np.maximum(use_slope, sell_slope), 0.0) * sellers.capacity
    gains.append(float((corner - use_slope * own - sell_slope * sold).max()))
    return max(gaps), max(gains)


def _onto_budget(rows: FloatArray, capacity: FloatArray) -> FloatArray:
    """The nearest rows with entries ≥ 0 and sums of at most the capacities."""
    positive = np.maximum(rows, 0.0)
    falling = -np.sort(-rows, axis=1)
    excess = (np.cumsum(falling, axis=1) - capacity[:, None]) / np.arange(1, rows.shape[1] + 1)
    count = np.count_nonzero(falling > excess, axis=1)
    shift = excess[np.arange(len(rows)), np.maximum(count, 1) - 1]
    cut = np.maximum(rows - shift[:, None], 0.0)
    over = positive.sum(axis=1) > capacity
    return np.asarray(np.where(over[:, None], cut, positive))


def _onto_capacity(
    use: FloatArray, sell: FloatArray, capacity: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The nearest point of ``x, s ≥ 0, x + s ≤ κ``."""
    x, s = np.maximum(use, 0.0), np.maximum(sell, 0.0)
    over = np.flatnonzero(x + s > capacity)
    x[over] = np.clip((use[over] - sell[over] + capacity[over]) / 2, 0.0, capacity[over])
    s[over] = capacity[over] - x[over]
    return x, s
