"""The Stackelberg certificate: what the solver's answer is worth, by code of its own.

Nothing here uses the solver's pieces. Followers are judged by the slope of their utility; the
leader by a search of her own over the whole price range.
"""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.stackelberg.problem import StackelbergProblem

_NEAR = 1e-12
_FREE = 1e-100
"""Stands for a price of 0 in quotients."""


def certify(
    problem: StackelbergProblem, price: float | FloatArray, demands: FloatArray
) -> tuple[float, float]:
    """Residual and exploitability of a price and demands.

    The residual is ``‖z − Π(z − F(z))‖∞ / (1 + ‖z‖∞)`` over price and demands, F the followers'
    negative marginal utilities and the leader's, hers per follower. At a kink her marginal utility
    is the element of [right, left derivative] that is nearest to 0. A follower's gain is bounded by
    concavity: slope times the farthest move.
    """
    theta, eta, q = (
        problem.revenue_factor,
        problem.payment_factor,
        problem.electricity_price,
    )
    w, lo, hi = problem.willingness, problem.lowest, problem.highest
    marginal = theta * w / (w * demands + q) - eta * np.asarray(price)
    gap = np.abs(demands - np.clip(demands + marginal, lo, hi))
    outside = np.maximum(lo - demands, demands - hi).max()
    gains = np.maximum(marginal * (hi - demands), marginal * (lo - demands))
    slope: float | FloatArray
    if problem.pricing == "uniform":
        slope = _leader_slope(problem, float(np.asarray(price)), demands)
        leader_gain = _leader_gain(problem, float(np.asarray(price)), demands)
    else:
        slope = _own_slopes(problem, np.asarray(price), demands)
        leader_gain = _leader_gains(problem, np.asarray(price), demands)
    leader = np.abs(price - np.clip(price + slope, *problem.price_bounds))
    size = max(float(np.max(price)), float(demands.max()))
    residual = max(float(gap.max()), float(np.max(leader)), float(outside)) / (1 + size)
    return residual, max(0.0, float(gains.max()), leader_gain)


def _own_slopes(problem: StackelbergProblem, price: FloatArray, demands: FloatArray) -> FloatArray:
    """The leader's marginal utility [N] in each price, nearest to 0 at a kink."""
    margin = price - problem.unit_cost
    paid = np.maximum(price, _FREE)
    fall = -problem.revenue_factor / (problem.payment_factor * paid**2)
    wanted = problem.revenue_factor / (problem.payment_factor * paid)
    offset = problem.electricity_price / problem.willingness
    near = _NEAR * (wanted + offset)
    gap_low = wanted - offset - problem.lowest
    gap_high = wanted - offset - problem.highest
    free = problem.lowest < problem.highest
    moves = free & (gap_low > near) & (gap_high < -near)
    # Only a kink that bends down can hold a maximum: entering hi above cost, leaving to lo below.
    kink = free & np.where(margin > 0, np.abs(gap_high) <= near, np.abs(gap_low) <= near)
    sure = demands + margin * np.where(moves, fall, 0.0)
    other = demands + margin * np.where(kink | moves, fall, 0.0)
    return np.asarray(np.clip(0.0, np.minimum(sure, other), np.maximum(sure, other)))


def _leader_slope(problem: StackelbergProblem, price: float, demands: FloatArray) -> float:
    """Her marginal utility per follower in the one price, nearest to 0 at a kink."""
    margin = price - problem.unit_cost
    paid = max(price, _FREE)
    fall = -problem.revenue_factor / (problem.payment_factor * paid**2)
    wanted = problem.revenue_factor / (problem.payment_factor * paid)
    offset = problem.electricity_price / problem.willingness
    near = _NEAR * (wanted + offset)
    gap_low = wanted - offset - problem.lowest
    gap_high = wanted - offset - problem.highest
    free = problem.lowest < problem.highest
    moves = int(np.count_nonzero(free & (gap_low > near) & (gap_high < -near)))
    bent = gap_high if margin > 0 else gap_low
    kinks = int(np.count_nonzero(free & (np.abs(bent) <= near)))
    total = float(demands.sum())
    ends = sorted(total + margin * fall * n for n in (moves, moves + kinks))
    return min(max(0.0, ends[0]), ends[1]) / len(demands)


def _leader_gain(problem: StackelbergProblem, price: float, demands: FloatArray) -> float:
    """What the leader gains by the best of some thousand other prices, searched anew."""
    scale = problem.revenue_factor / problem.payment_factor
    offset = problem.electricity_price / problem.willingness
    lower = np.sort(problem.lowest + offset)
    upper = np.sort(problem.highest + offset)
    below_l = np.concatenate([[0.0], np.cumsum(lower)])
    below_u = np.concatenate([[0.0], np.cumsum(upper)])
    count = len(offset)

    def profits(prices: FloatArray) -> FloatArray:
        # clip(t, l, u) = max(t, l) + min(t, u) − t, each a count and a running sum.
        t = scale / np.maximum(prices, _FREE)
        i, j = np.searchsorted(lower, t), np.searchsorted(upper, t)
        highest = i * t + (below_l[-1] - below_l[i])
        lowest = (count - j) * t + below_u[j]
        total = highest + lowest - count * t - offset.sum()
        return np.asarray((prices - problem.unit_cost) * total)

    low, high = (float(bound) for bound in problem.price_bounds)
    start = max(low, 1e-6 * high, _FREE)
    even = np.geomspace(start, max(high, start), 1025)
    grid = np.unique(np.clip(np.concatenate([even, np.linspace(low, high, 1025)]), low, high))
    tried = [price]
    values = profits(grid)
    for at in np.argsort(-values)[:3]:
        a, b = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
        fine = np.linspace(a, b, 257)
        tried.append(float(fine[np.argmax(profits(fine))]))

    def exact(p: float) -> float:
        bought = np.clip(scale / max(p, _FREE) - offset, problem.lowest, problem.highest)
        return (p - problem.unit_cost) * float(bought.sum())

    now = (price - problem.unit_cost) * float(demands.sum())
    return max(0.0, max(exact(p) for p in tried) - now)


def _leader_gains(problem: StackelbergProblem, price: FloatArray, demands: FloatArray) -> float:
    """The same with a price for each follower, over fewer other prices where there are many."""
    scale = problem.revenue_factor / problem.payment_factor
    offset = problem.electricity_price / problem.willingness
    lo, hi = problem.lowest, problem.highest
    best = (price - problem.unit_cost) * demands
    now = best.copy()
    points = int(np.clip(10**6 // len(price), 17, 257))
    low, high = (float(bound) for bound in problem.price_bounds)
    start = max(low, 1e-6 * high, _FREE)
    for tried in np.geomspace(start, max(high, start), points):
        other = float(np.clip(tried, low, high))
        bought = np.clip(scale / max(other, _FREE) - offset, lo, hi)
        np.maximum(best, (other - problem.unit_cost) * bought, out=best)
    return float(np.sum(best - now))
