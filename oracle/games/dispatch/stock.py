"""Dispatch with storage: one sparse quadratic program over all periods, by PIQP."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from oracle.games._fields import FloatArray
from oracle.games.dispatch.problem import Loss, Stations, Stock

# Where a bound only just binds, a variable's error is the root of the solver's: so almost to the
# last bit. Whether it gets there matters not; the certificate is the judge.
_TOLERANCE = 1e-15
_MOST_ITERATIONS = 40


def operate(
    demand: FloatArray, stations: Stations, loss: Loss, stock: Stock, inflow: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Supply and spillage [T][K], the stock's marginal values [T][K], iterations.

    Variables: supply s, stock e after each period, spillage v [T][K] each, shortfall and excess
    [T]. In units of the largest demand and the largest price, so that tolerances mean the same
    for a house and a country.
    """
    import piqp

    periods, count = inflow.shape
    size = periods * count
    # Nobody supplies more than is wanted, so demand sets the scale.
    unit = float(demand.max()) if demand.max() > 0 else 1.0
    available = np.minimum(stations.available, demand[:, None]).ravel()
    steep = max(loss.shortage, loss.surplus) * unit
    price = float(max(stations.cost.max(), stock.terminal_value.max(), steep))

    cost = np.zeros(3 * size + 2 * periods)
    cost[:size] = np.tile(stations.cost, periods) / price
    cost[2 * size - count : 2 * size] = -stock.terminal_value / price
    curve = np.zeros(len(cost))
    curve[3 * size :] = np.repeat([loss.shortage, loss.surplus], periods) * (unit / price)

    one = sparse.identity(size)
    before = sparse.eye_array(size, k=-count)
    across = sparse.kron(sparse.identity(periods), np.ones((1, count)))
    period = sparse.identity(periods)
    equal = sparse.block_array(
        [[one, one - before, one, None, None], [across, None, None, period, -period]], format="csc"
    )
    filled = inflow.copy()
    filled[0] += stock.initial
    right = np.concatenate([filled.ravel(), demand]) / unit
    upper = np.full(len(cost), np.inf)
    upper[:size] = available / unit
    upper[size : 2 * size] = np.tile(stock.limit, periods) / unit

    solver = piqp.SparseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = _TOLERANCE
    solver.settings.eps_duality_gap_abs = solver.settings.eps_duality_gap_rel = _TOLERANCE
    solver.settings.max_iter = _MOST_ITERATIONS
    quadratic = sparse.diags_array(curve, format="csc")
    solver.setup(quadratic, cost, equal, right, None, None, None, np.zeros(len(cost)), upper)
    solver.solve()
    found = np.asarray(solver.result.x) * unit
    values = np.asarray(solver.result.y)[:size].reshape(periods, count) * price
    values = np.maximum(values, 0.0)  # energy can be spilled
    supply = np.clip(found[:size], 0.0, available).reshape(periods, count)
    spilled = np.maximum(found[2 * size : 3 * size], 0.0).reshape(periods, count)
    _keep_books(supply, spilled, stock, inflow)
    return supply, spilled, values, int(solver.result.info.iter)


def _keep_books(supply: FloatArray, spilled: FloatArray, stock: Stock, inflow: FloatArray) -> None:
    """Change supply and spillage in place, by the solver's rounding, so that stocks are exact."""
    held = stock.initial.copy()
    for t in range(len(supply)):
        there = held + inflow[t]
        supply[t] = np.minimum(supply[t], there)
        rest = there - supply[t]
        spilled[t] = np.clip(spilled[t], np.maximum(rest - stock.limit, 0.0), rest)
        held = rest - spilled[t]
