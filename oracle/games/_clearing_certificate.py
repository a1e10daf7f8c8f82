"""The clearing certificate: every agent's marginal utilities and the market's books, anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from oracle.games._fields import FloatArray

if TYPE_CHECKING:
    from oracle.games.clearing import ClearingProblem


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
    low, high = (float(bound) for bound in problem.price_bounds)
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


def _onto_capacity(
    use: FloatArray, sell: FloatArray, capacity: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The nearest point of ``x, s ≥ 0, x + s ≤ κ``."""
    x, s = np.maximum(use, 0.0), np.maximum(sell, 0.0)
    over = np.flatnonzero(x + s > capacity)
    x[over] = np.clip((use[over] - sell[over] + capacity[over]) / 2, 0.0, capacity[over])
    s[over] = capacity[over] - x[over]
    return x, s
