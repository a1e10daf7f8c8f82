"""The equilibrium of stackelberg, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._base import Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.stackelberg.certificate import certify
from oracle.games.stackelberg.problem import StackelbergProblem

_EPS = float(np.finfo(np.float64).eps)
_FREE = 1e-100
"""Stands for a price of 0 in quotients, where every demand is at its upper bound anyway."""
_TOP = 32
"""How many of the best local maxima are evaluated again directly."""


@dataclass(frozen=True)
class StackelbergSolution(Solution):
    """price: a number, or [N] when discriminated; demands [N]; utilities."""

    price: float | FloatArray
    demands: FloatArray
    leader_utility: float
    follower_utilities: FloatArray
    mining_reward: float


def best_response(problem: StackelbergProblem, price: float | FloatArray) -> FloatArray:
    """Followers' demands [N] at a price (a number, or one for each)."""
    paid = problem.payment_factor * np.maximum(price, _FREE)
    wanted = problem.revenue_factor / paid
    offset = problem.electricity_price / problem.willingness
    return np.clip(wanted - offset, problem.lowest, problem.highest)


def leader_profit(problem: StackelbergProblem, price: float) -> float:
    """What selling at this one price earns the leader: ``(p − k/Q) Σx``."""
    return (price - problem.unit_cost) * float(best_response(problem, price).sum())


@timed
def solve(problem: StackelbergProblem) -> StackelbergSolution:
    """The leader's globally best price and the followers' answers. O(N log N); always converges.

    Where several prices are equally good, the lowest.
    """
    price: float | FloatArray
    if problem.pricing == "uniform":
        price, evaluations = _uniform(problem)
    else:
        price, evaluations = _discriminated(problem), 5 * len(problem.willingness)
    demands = best_response(problem, price)
    mining = problem.mining.reward if problem.mining is not None else 0.0
    fixed = mining - problem.conversion_factor * problem.server_consumption
    usage = problem.willingness / problem.electricity_price
    followers = (
        problem.revenue_factor * np.log1p(demands * usage)
        - problem.payment_factor * demands * price
    )
    residual, exploitability = certify(problem, price, demands)
    return StackelbergSolution(
        diagnostics=certified(residual, exploitability, evaluations=evaluations),
        price=read_only(price) if isinstance(price, np.ndarray) else price,
        demands=read_only(demands),
        leader_utility=float(np.sum((price - problem.unit_cost) * demands)) + fixed,
        follower_utilities=read_only(followers),
        mining_reward=mining,
    )


@dataclass(frozen=True)
class _Keys:
    """The followers in t = θ/(ηp): interior for l < t < u. Who cannot move is in `fixed`."""

    lower: FloatArray
    upper: FloatArray
    least: FloatArray
    most: FloatArray
    offset: FloatArray
    fixed: float

    @classmethod
    def of(cls, problem: StackelbergProblem) -> _Keys:
        lo, hi = problem.lowest, problem.highest
        offset = problem.electricity_price / problem.willingness
        moves = lo < hi
        fixed = float(lo[~moves].sum())
        lo, hi, offset = lo[moves], hi[moves], offset[moves]
        return cls(lo + offset, hi + offset, lo, hi, offset, fixed)

    def piece(self, t: float) -> tuple[int, float]:
        """Slope and constant of total demand ``n t + D`` just above t."""
        at_most = self.upper <= t
        at_least = self.lower > t
        interior = ~(at_most | at_least)
        constant = (
            self.fixed
            + float(self.most[at_most].sum())
            + float(self.least[at_least].sum())
            - float(self.offset[interior].sum())
        )
        return int(np.count_nonzero(interior)), constant

    def profit(self, price: float, scale: float, cost: float) -> tuple[float, float]:
        """The leader's profit at a price, and what rounding may have added to it."""
        t = scale / max(price, _FREE)
        bought = np.clip(t - self.offset, self.least, self.most)
        total = self.fixed + float(bought.sum())
        interior = np.count_nonzero((bought > self.least) & (bought < self.most))
        rounding = 4 * _EPS * abs(price - cost) * (total + interior * t)
        return (price - cost) * total, rounding


def _uniform(problem: StackelbergProblem) -> tuple[float, int]:
    """The best single price and the number of direct evaluations of the leader's profit."""
    keys = _Keys.of(problem)
    scale = problem.revenue_factor / problem.payment_factor
    p_min, p_max = (float(bound) for bound in problem.price_bounds)
    cost = problem.unit_cost

    t_low, t_high = scale / max(p_max, _FREE), scale / max(p_min, _FREE)
    maxima = scale / _local_maxima(keys, scale, cost, t_low, t_high)
    prices = np.unique(np.concatenate([np.clip(maxima, p_min, p_max), [p_min, p_max]]))
    values, rounding = np.array([keys.profit(float(price), scale, cost) for price in prices]).T
    best = int(np.argmax(values))
    tied = values + rounding >= values[best] - rounding[best]
    return float(prices[tied][0]), len(prices)


def _local_maxima(
    keys: _Keys, scale: float, cost: float, t_low: float, t_high: float
) -> FloatArray:
    """The t of the best local maxima of ``(scale/t − cost)(n t + D)`` over [t_low, t_high].

    The derivative with respect to p is ``D + κ n t²``, κ = cost/scale, on each piece.
    """
    lower = np.sort(keys.lower[(keys.lower > t_low) & (keys.lower < t_high)])
    upper = np.sort(keys.upper[(keys.upper > t_low) & (keys.upper < t_high)])
    kinks = np.concatenate([lower, upper])
    order = np.argsort(kinks, kind="stable")  # merges two sorted runs
    kinks = kinks[order]
    step = np.where(order < len(lower), 1, -1)
    count, constant = keys.piece(t_low)
    slopes = count + np.concatenate([[0], np.cumsum(step)])
    # Extended precision where the machine has it: a plain running sum of 2·10⁶ terms loses digits.
    jumps = np.cumsum(step * kinks, dtype=np.longdouble)
    constants = (constant - np.concatenate([[0], jumps])).astype(np.float64)
    # Above everybody's last kink nothing bends: how far that piece goes does not matter.
    last = max(t_low, float(keys.upper.max(initial=0.0)))
    edges = np.concatenate([[t_low], kinks, [min(t_high, 2 * last)]])

    kappa = cost / scale
    at_left = kappa * slopes * edges[:-1] ** 2
    at_right = kappa * slopes * edges[1:] ** 2
    slack = 1e-13 * (np.abs(constants) + at_right)
    left, right = constants + at_left, constants + at_right
    inside = np.flatnonzero((left < 0) & (right > 0))
    smooth = np.sqrt(-constants[inside] / (kappa * slopes[inside])) if inside.size else edges[:0]
    kinked = np.flatnonzero((right[:-1] <= slack[:-1]) & (left[1:] >= -slack[1:]))
    t = np.concatenate([smooth, edges[kinked + 1]])
    piece = np.concatenate([inside, kinked])
    flat = np.arange(len(t)) < len(smooth)
    values = (scale / t - cost) * (slopes[piece] * t + constants[piece])
    if len(t) > _TOP:
        top = np.argpartition(-values, _TOP)[:_TOP]
        t, flat = t[top], flat[top]
    refined = [_refine(keys, kappa, float(at)) for at in t[flat]]
    return np.concatenate([t, refined])


def _refine(keys: _Keys, kappa: float, t: float) -> float:
    """A stationary point again, with the sums of its piece taken afresh."""
    slope, constant = keys.piece(t)
    if slope == 0 or constant >= 0:
        return t
    return float(np.sqrt(-constant / (kappa * slope)))


def _discriminated(problem: StackelbergProblem) -> FloatArray:
    """Every follower's own best price [N]: the bounds, her two kinks or her stationary point."""
    scale = problem.revenue_factor / problem.payment_factor
    p_min, p_max = problem.price_bounds
    cost = problem.unit_cost
    offset = problem.electricity_price / problem.willingness
    lo, hi = problem.lowest, problem.highest
    enters, leaves = scale / (hi + offset), scale / (lo + offset)
    stationary = np.clip(np.sqrt(cost * scale / offset), enters, leaves)
    ends = np.broadcast_to([[p_min], [p_max]], (2, len(offset)))
    prices = np.sort(np.clip(np.vstack([ends, enters, stationary, leaves]), p_min, p_max), axis=0)
    demands = np.clip(scale / np.maximum(prices, _FREE) - offset, lo, hi)
    # At her kink a follower buys the bound itself, not what rounding leaves of it.
    demands = np.where(prices >= leaves, lo, demands)
    values = (prices - cost) * demands
    best = values.max(axis=0)
    first = np.argmax(values >= best - 16 * _EPS * np.abs(best), axis=0)
    return np.asarray(prices[first, np.arange(len(offset))])
