"""The response certificate: marginal utilities, and a dual bound on what anybody could gain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oracle.games._fields import FloatArray
from oracle.games.response.problem import Crowd, ResponseProblem


def certify(
    problem: ResponseProblem,
    people: Crowd,
    demand: FloatArray,
    generation: FloatArray,
    surplus: FloatArray,
) -> tuple[float, float]:
    """Residual ``‖z − Π(z − F(z))‖∞ / (1 + ‖z‖∞)`` of d and g [P][N], and a bound on the gain.

    Trade pays the least of m n over the prices m from `sell_price` to `price`. So for any such m
    ``max_d {w(d) − m d} + max_g {m g − c(g)}`` bounds the surplus from above.
    """
    buy, sell = (prices[:, None] for prices in problem.prices)
    bends = np.broadcast_to(people.kind.astype(np.int64), demand.shape)
    slope = np.choose(
        bends,
        (
            people.first - people.second * demand,
            people.first / (people.second + demand),
            people.first * np.exp(-people.second * demand),
        ),
    )
    worth = np.where(generation > demand, sell, np.where(generation < demand, buy, slope))
    worth = np.clip(worth, sell, buy)
    cost_slope = people.linear + people.quadratic * generation
    use = np.maximum(demand + slope - worth, 0.0)
    make = np.clip(generation + worth - cost_slope, 0.0, people.capacity)
    gap = max(float(np.abs(demand - use).max()), float(np.abs(generation - make).max()))
    size = max(float(demand.max()), float(generation.max()))
    bound = _most_from_use(people, worth, bends) + _most_from_making(people, worth)
    gain = float(np.nan_to_num(bound - surplus, posinf=np.inf).max())
    return gap / (1 + size), max(0.0, gain)


def _most_from_use(people: Crowd, worth: FloatArray, bends: NDArray[np.int64]) -> FloatArray:
    """``max_{d ≥ 0} w(d) − m d``, in closed form for each utility."""
    b, a = people.first, people.second
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # The ratio of the price to the utility's first slope; above 1 nothing is used.
        part = np.minimum(worth * a / b, 1.0)
        logarithmic = np.where(part > 0, b * (part - 1 - np.log(part)), np.inf)
        part = np.minimum(worth / b, 1.0)
        cara = b / a * (1 - part + np.where(part > 0, part * np.log(part), 0.0))
    quadratic = np.maximum(b - worth, 0.0) ** 2 / (2 * a)
    return np.asarray(np.choose(bends, (quadratic, logarithmic, cara)))


def _most_from_making(people: Crowd, worth: FloatArray) -> FloatArray:
    """``max_{0 ≤ g ≤ κ} m g − c(g)``."""
    gap, cap, bend = worth - people.linear, people.capacity, people.quadratic
    inner = np.clip(gap, 0.0, bend * cap) / np.where(bend > 0, bend, 1.0)
    best = np.where(bend > 0, inner, np.where(gap > 0, cap, 0.0))
    return np.asarray(gap * best - bend * best**2 / 2)
