"""The elecoin price: one edge server leads, N prosumers follow.

Follower i buys ``x_i(p) = clip(θ/(ηp) − Q/w_i, lo_i, hi_i)`` elecoins at the unit price p. With
``t = θ/(ηp)`` and ``a_i = Q/w_i`` that is ``clip(t, lo_i + a_i, hi_i + a_i) − a_i``, so total
demand is piecewise linear in t and the leader's profit ``(p − k/Q) Σx`` smooth on each piece. A
follower who enters a bound makes a kink, and between kinks several local maxima may lie; all of
them are looked at after one sort of the 2N kinks.

Source: Cao et al., "A Multi-Agent Reinforcement Learning Approach for Blockchain-based Electricity
Trading System", sections II-III, equations (1)-(6). Their uniqueness
theorem holds only while no bound on demand binds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    Problem,
    Solution,
    Table,
    certified,
    check_length,
    check_order,
    read_only,
    timed,
)
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Numbers,
    Positive,
    Positives,
    Share,
    Words,
    about,
    invalid,
)
from oracle.games._stackelberg_certificate import certify

__all__ = [
    "Mining",
    "StackelbergProblem",
    "StackelbergSolution",
    "best_response",
    "leader_profit",
    "solve",
]

_EPS = float(np.finfo(np.float64).eps)
_FREE = 1e-100
"""Stands for a price of 0 in quotients, where every demand is at its upper bound anyway."""
_TOP = 32
"""How many of the best local maxima are evaluated again directly."""


class Mining(Table):
    """The leader's mining reward ``(R_f + r s) β exp(−λ l s)``; in currency."""

    fixed_reward: NonNegative = about("R_f, paid for each block", "currency")
    reward_factor: NonNegative = about(
        "r, paid for each transaction in the block", "currency per transaction"
    )
    block_size: NonNegative = about("s", "transactions")
    hash_share: Share = about("β, the leader's share of the hashing power", "–")
    propagation_factor: NonNegative = about(
        "λ, how fast a block's chance falls with its size", "per transaction"
    )
    puzzle_difficulty: NonNegative = about("l", "–")

    @property
    def reward(self) -> float:
        delay = self.propagation_factor * self.puzzle_difficulty * self.block_size
        paid = self.fixed_reward + self.reward_factor * self.block_size
        return float(paid * self.hash_share * np.exp(-delay))


class StackelbergProblem(Problem):
    """N prosumers and their edge server.

    willingness w [N]; revenue_factor θ; payment_factor η; conversion_factor k; electricity_price Q
    (ELE/kWh); server_consumption e_c; price_bounds [2] (currency per ELE); demand_bounds [2], or
    demand_min and demand_max [N] (ELE); pricing; optionally the mining table.
    """

    game: ClassVar[str] = "stackelberg"

    willingness: Positives = about("w, how much each prosumer values energy", "–", "[N]")
    revenue_factor: Positive = about("θ", "currency")
    payment_factor: Positive = about("η, weight of the payment", "–")
    conversion_factor: NonNegative = about(
        "k; k/Q is what one elecoin costs the server", "currency/kWh"
    )
    electricity_price: Positive = about("Q", "ELE/kWh")
    server_consumption: NonNegative = about("e_c, what the server itself consumes", "kWh")
    price_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)] = about(
        "lowest and highest price", "currency/ELE", "[2]"
    )
    demand_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)] | None = about(
        "least and largest demand, for all prosumers alike", "ELE", "[2]", default=None
    )
    demand_min: NonNegatives | None = about(
        "least demand of each prosumer, with demand_max instead of demand_bounds",
        "ELE",
        "[N]",
        default=None,
    )
    demand_max: NonNegatives | None = about(
        "largest demand of each prosumer", "ELE", "[N]", default=None
    )
    pricing: Literal["uniform", "discriminated"] = about(
        "one price for all, or one for each prosumer", default="uniform"
    )
    mining: Mining | None = about("the leader's mining reward", default=None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_order("price_bounds", *self.price_bounds)
        own = self.demand_min is not None or self.demand_max is not None
        if own == (self.demand_bounds is not None):
            said = Words("given with demand_min or demand_max" if own else "missing")
            raise invalid("demand_bounds", said, "either it, or demand_min and demand_max")
        if self.demand_bounds is not None:
            check_order("demand_bounds", *self.demand_bounds)
            return self
        for name in ("demand_min", "demand_max"):
            if getattr(self, name) is None:
                raise invalid(name, Words("missing"), "demand_min and demand_max together")
            check_length(name, getattr(self, name), "willingness", len(self.willingness))
        for i in np.flatnonzero(self.lowest > self.highest)[:1]:
            raise invalid(f"demand_min[{i}]", float(self.lowest[i]), "at most demand_max there")
        return self

    @property
    def lowest(self) -> FloatArray:
        """Least demand of each prosumer [N]."""
        if self.demand_min is not None:
            return self.demand_min
        assert self.demand_bounds is not None
        return np.full(len(self.willingness), self.demand_bounds[0])

    @property
    def highest(self) -> FloatArray:
        """Largest demand of each prosumer [N]."""
        if self.demand_max is not None:
            return self.demand_max
        assert self.demand_bounds is not None
        return np.full(len(self.willingness), self.demand_bounds[1])

    @property
    def unit_cost(self) -> float:
        """What an elecoin costs the leader: k/Q."""
        return self.conversion_factor / self.electricity_price


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
