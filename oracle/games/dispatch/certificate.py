"""The dispatch certificate: first-order conditions, and a dual bound on what is left to save."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.dispatch.problem import DispatchProblem


@dataclass(frozen=True)
class Storage:
    """stock [T+1][K], spilled [T][K], and the marginal values of the stock [T][K]."""

    stock: FloatArray
    spilled: FloatArray
    values: FloatArray


def certify(
    problem: DispatchProblem, supply: FloatArray, total: float, storage: Storage | None = None
) -> tuple[float, float]:
    """Residual ``‖z − Π(z − F(z))‖∞ / (1 + ‖z‖∞)`` and a bound on what any plan could save.

    z: supply, and with storage also the stocks and what is spilled; F: the Lagrangian's gradient
    with the stock's marginal values [T][K] as multipliers. The bound is Lagrange's: the least of
    the Lagrangian within the bounds, for these values and the marginal costs of the mismatch.
    """
    assert problem.stations is not None
    demand, loss = problem.demands, problem.loss
    cost, capacity = problem.stations.cost, problem.stations.available
    short = demand - supply.sum(axis=1)
    price = np.where(short > 0, loss.shortage * short, loss.surplus * short)
    bend = np.where(price > 0, loss.shortage, loss.surplus)
    slope = cost - price[:, None] + (0.0 if storage is None else storage.values)
    gaps = [_gap(supply, slope, capacity)]
    sizes = [float(supply.max())]
    least = float(np.sum(price * demand - price**2 / (2 * bend)))
    least += float(np.minimum(slope * capacity, 0.0).sum())
    if storage is not None:
        assert problem.stock is not None
        stock, spilled, values = storage.stock, storage.spilled, storage.values
        held, inflow = problem.stock, problem.inflows
        after = np.vstack([values[1:], held.terminal_value])
        keep = values - after
        gaps += [
            _gap(stock[1:], keep, held.limit),
            _gap(spilled, values, np.inf),
            float(np.abs(np.diff(stock, axis=0) - inflow + supply + spilled).max()),
        ]
        sizes += [float(stock.max()), float(spilled.max())]
        # Nobody can spill more than ever was there.
        everything = held.initial + inflow.sum(axis=0)
        least += float(np.minimum(keep * held.limit, 0.0).sum())
        least += float((np.minimum(values, 0.0) * everything).sum())
        least -= float(values[0] @ held.initial + np.sum(values * inflow))
    return max(gaps) / (1 + max(sizes)), max(0.0, total - least)


def _gap(at: FloatArray, slope: FloatArray, top: FloatArray | float) -> float:
    return float(np.abs(at - np.clip(at - slope, 0.0, top)).max())
