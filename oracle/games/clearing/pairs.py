"""The private form with preferences: one price a prosumer, found from totals alone.

Exchange ADMM (Boyd et al. 2011, 7.3) with one market for each prosumer: her price is the multiplier
of ``Σ_C t_CP = s_P``. Each agent answers with what she would buy or sell near her last trades, and
every price follows its own imbalance. Then Newton's method on the dual moves the trades, their sums
held, to those of least squares. A prosumer who sells nothing gets the price from which she would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Protocol

import numpy as np

from oracle.games._fields import LARGEST, BoolArray, FloatArray
from oracle.games.clearing.pair_agents import PairAnswer, PairMessage

MOVES = 12_000
_ENOUGH = 1e-10
_LIMIT = 1e-7
_RELAXED = 1.6
_STEEP = 0.4
"""The weight at first, as a part of what the mean agent would answer an imbalance with."""
_BALANCE = 25
_APART = 20
_SETTLED = 1_000
"""The weight is changed no more after so many rounds: only then is convergence certain."""
_TIED = 1e-7
_DAMPING = (1e-12, 1e6)
_ASKS = 60


class PairAgents(Protocol):
    """Who answers: agents of one side, in this process or behind a pipe."""

    side: str
    count: int

    def reply(self, ask: PairMessage) -> PairAnswer:
        """Lists of numbers for lists of numbers."""
        ...


@dataclass(frozen=True)
class PairAgreement:
    """Prices [P], what each prosumer sells [P], and the residuals of every round."""

    price: FloatArray
    sold: FloatArray
    primal: tuple[float, ...]
    dual: tuple[float, ...]
    trouble: str


@dataclass
class _Platform:
    """Everything that the platform knows: who takes part, and what was answered."""

    groups: Sequence[PairAgents]
    size: int
    primal: list[float] = field(default_factory=list)
    dual: list[float] = field(default_factory=list)

    @property
    def buyers(self) -> int:
        return sum(group.count for group in self.groups if group.side == "buy")

    def ask(self, message: PairMessage, side: str) -> tuple[FloatArray, float]:
        """The sums of a side's quantities, [P] or [1], and of its moves."""
        answers = [group.reply(message) for group in self.groups if group.side == side]
        moved: Any = sum(answer.get("moved", 0.0) for answer in answers)
        return np.sum([answer["quantity"] for answer in answers], axis=0), float(moved)

    def excess(self, price: float) -> float:
        """Demand less supply at one price for all, each consumer at her best."""
        message: PairMessage = {"step": "answer", "price": [price] * self.size}
        value = float(self.ask(message, "buy")[0].sum() - self.ask(message, "sell")[0].sum())
        self.note(value)
        return value

    def note(self, primal: float, dual: float = 0.0) -> None:
        self.primal.append(abs(primal))
        self.dual.append(dual)


def negotiate_pairs(groups: Sequence[PairAgents], size: int) -> PairAgreement:
    """Find `size` prices. `groups` hold at least one buyer, and a seller for each price."""
    platform = _Platform(groups, size)
    level, weight = _start(platform)
    price, trouble = _moves(platform, np.full(size, level), weight)
    if not trouble:
        trouble = _share(platform, price)
    message: PairMessage = {"step": "settle", "price": price.tolist(), "sold": [0.0] * size}
    sold = platform.ask(message, "buy")[0]
    if not trouble:
        price = _asked(platform, price, sold <= _ENOUGH * (1 + float(sold.max())))
    platform.ask({"step": "settle", "price": price.tolist(), "sold": sold.tolist()}, "sell")
    return PairAgreement(price, sold, tuple(platform.primal), tuple(platform.dual), trouble)


def _start(platform: _Platform) -> tuple[float, float]:
    """A price near which one market for all would clear, and how steep that market is there."""
    low, above = 0.0, platform.excess(0.0)
    high, below = 1e-6, above
    if above <= 0:
        return 0.0, 1.0
    while below > 0 and high < LARGEST and len(platform.primal) < 2 * _ASKS:
        low, above = (high, below) if below < above else (low, above)
        high *= 4
        below = platform.excess(high)
    if not above > below:
        return high, 1.0
    count = platform.buyers + platform.size
    price = low + (high - low) * above / (above - below)
    return price, max(_STEEP * count * (high - low) / (above - below), 1e-30)


def _moves(platform: _Platform, price: FloatArray, weight: float) -> tuple[FloatArray, str]:
    """Exchange ADMM, over-relaxed, the weight balanced at first; the prices that it comes to."""
    count = platform.buyers + 1
    shift = np.zeros(platform.size)
    for turn in range(MOVES):
        message: PairMessage = {
            "step": "move",
            "price": price.tolist(),
            "shift": shift.tolist(),
            "weight": weight,
            "relaxed": _RELAXED,
        }
        bought, moved = platform.ask(message, "buy")
        sold, also = platform.ask(message, "sell")
        before, shift = shift, (bought - sold) / count
        moved += also - count * float(np.sum((shift - before) ** 2))
        primal, dual = float(np.abs(bought - sold).max()), weight * sqrt(max(moved, 0.0))
        platform.note(primal, dual)
        price = price + weight * shift
        if not np.isfinite(price).all():
            break
        sizes = 1 + float(np.abs(sold).max()), 1 + float(np.abs(price).max())
        if turn and primal <= _ENOUGH * sizes[0] and dual <= _ENOUGH * sizes[1]:
            return price, ""
        if turn % _BALANCE == _BALANCE - 1 and turn < _SETTLED:
            far, fast = sqrt(float(np.sum(shift**2)) * count), sqrt(max(moved, 0.0))
            if not 1 / _APART < far / (fast + 1e-300) < _APART:
                weight *= 2 if far > fast else 0.5
    if platform.primal[-1] <= _LIMIT * sizes[0] and platform.dual[-1] <= _LIMIT * sizes[1]:
        return price, ""
    return price, f"the totals do not balance after {MOVES} rounds"


def _share(platform: _Platform, price: FloatArray) -> str:
    """The trades of least squares: surcharges at which the consumers' shares add up to what each
    prosumer sells, or to no more where she does not mind (a surcharge is then never a discount)."""
    margin = _TIED * float(np.abs(price).max())
    message: PairMessage = {"step": "hold", "price": price.tolist(), "margin": margin}
    platform.ask(message, "buy")
    answers = [group.reply(message) for group in platform.groups if group.side == "sell"]
    goal = np.sum([answer["quantity"] for answer in answers], axis=0)
    free = np.sum([answer["flexible"] for answer in answers], axis=0) > 0
    size = 1 + float(goal.max())

    def spread(at: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """The dual's value, its slopes and how these change."""
        ask: PairMessage = {"step": "share", "price": at.tolist()}
        told = [group.reply(ask) for group in platform.groups if group.side == "buy"]
        bought = np.sum([answer["quantity"] for answer in told], axis=0)
        squares: Any = sum(answer["squares"] for answer in told)
        rise = bought - goal
        left = np.where(free & (at <= 0) & (rise < 0), 0.0, rise)
        platform.note(float(np.abs(left).max()))
        return float(squares) + float(at @ rise), left, np.sum([a["slope"] for a in told], axis=0)

    at, damping = np.zeros(platform.size), _DAMPING[0]
    value, left, slope = spread(at)
    for _ in range(_ASKS):
        if float(np.abs(left).max()) <= _ENOUGH * size:
            break
        who = np.flatnonzero(~free | (at > 0) | (left > 0))
        inner = slope[np.ix_(who, who)]
        # Surcharges on a whole group move nothing: damped, more where the step was too far.
        while damping <= _DAMPING[1]:
            there = at.copy()
            there[who] += np.linalg.solve(inner + damping * np.eye(len(who)), left[who])
            there[free] = np.maximum(there[free], 0.0)
            after = spread(there)
            if after[0] > value or np.abs(after[1]).max() < 0.5 * np.abs(left).max():
                break
            damping *= 100
        else:
            spread(at)
            break
        at, (value, left, slope) = there, after
        damping = max(damping / 1e4, _DAMPING[0])
    return "" if float(np.abs(left).max()) <= _LIMIT * size else "the trades do not add up"


def _asked(platform: _Platform, price: FloatArray, idle: BoolArray) -> FloatArray:
    """Prices [P]; for who sells nothing, the one from which she would offer something."""
    if not idle.any():
        return price

    def offers(at: FloatArray) -> BoolArray:
        message: PairMessage = {"step": "answer", "price": at.tolist()}
        platform.note(0.0)
        return np.asarray(platform.ask(message, "sell")[0] > 0)

    low = np.where(idle, np.maximum(price, 0.0), price)
    low = np.where(offers(low), 0.0, low)
    high, width = low.copy(), np.maximum(np.abs(low), 1e-6)
    open_ended = idle.copy()
    for _ in range(_ASKS):
        high = np.where(open_ended, low + width, high)
        open_ended &= ~offers(high)
        if not open_ended.any():
            break
        low, width = np.where(open_ended, high, low), 4 * width
    # Who has nothing to offer at any price keeps the one at which nobody asks for any.
    found = idle & ~open_ended
    for _ in range(_ASKS):
        middle = (low + high) / 2
        more = offers(middle)
        high, low = np.where(more, middle, high), np.where(more, low, middle)
    return np.where(found, high, price)
