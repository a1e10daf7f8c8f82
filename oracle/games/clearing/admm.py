"""The private form of the market: a platform that sees prices and totals, and agents who answer.

Exchange ADMM (Boyd et al. 2011, 7.3) brings the price near: agents move towards what they want at
the price while the mean imbalance is spread over all, and the price follows the imbalance. Then the
platform posts prices, to which each agent answers with what she wants, until the totals balance. At
a floor or a cap the same rules hold as in the exact form, from totals alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import asinh, sinh, sqrt
from typing import Protocol

import numpy as np

from oracle.games.clearing.agents import Answer, Message

_EPS = float(np.finfo(np.float64).eps)
_NEAR = 2e-2
"""ADMM ends when the imbalance, relative to the total, and its change are below."""
_MOVES = 60
_ASKS = 200
_WIDE = 1e3
_WIDTH = 1e-12


class Agents(Protocol):
    """Who answers: agents of one side, in this process or behind a pipe."""

    side: str
    count: int

    def reply(self, ask: Message) -> Answer:
        """Numbers for numbers."""
        ...


@dataclass(frozen=True)
class Agreement:
    """The price, what is paid, the rationing, and the residuals of every round."""

    price: float
    paid: float
    matched: float
    served: float
    primal: tuple[float, ...]
    dual: tuple[float, ...]
    trouble: str


@dataclass
class _Platform:
    """Everything that the platform knows: bounds, sides, and what was answered."""

    groups: Sequence[Agents]
    primal: list[float] = field(default_factory=list)
    dual: list[float] = field(default_factory=list)

    def ask(self, message: Message, side: str) -> Answer:
        """The sums of a side's answers."""
        answers = [group.reply(message) for group in self.groups if group.side == side]
        return {key: sum(answer[key] for answer in answers) for key in answers[0]}

    def demand(self, price: float) -> float:
        message: Message = {"step": "answer", "price": price, "paid": price, "margin": 0.0}
        return self.ask(message, "buy")["quantity"]

    def supply(self, paid: float, margin: float = 0.0) -> tuple[float, float]:
        """Total offers before and after those that are flexible at this price."""
        message: Message = {"step": "answer", "price": paid, "paid": paid, "margin": margin}
        answer = self.ask(message, "sell")
        return answer["quantity"], answer["quantity"] + answer["flexible"]

    def note(self, primal: float, dual: float = 0.0) -> None:
        self.primal.append(abs(primal))
        self.dual.append(dual)

    def settle(
        self,
        price: float,
        paid: float,
        served: float,
        part: float,
        margin: float,
        free: float = 1.0,
    ) -> Agreement:
        """Tell everybody; nothing is asked any more."""
        message: Message = {
            "step": "settle",
            "price": price,
            "paid": paid,
            "served": served,
            "part": part,
            "margin": margin,
        }
        bought, offered = self.ask(message, "buy"), self.ask(message, "sell")
        matched = free if price == 0 else 1.0 if paid == price else paid / price
        self.note(bought["quantity"] - matched * offered["quantity"])
        total = bought["quantity"] + offered["quantity"]
        trouble = "" if self.primal[-1] <= 1e-7 * (1 + total) else "the totals do not balance"
        residuals = tuple(self.primal), tuple(self.dual)
        return Agreement(price, paid, matched, served, *residuals, trouble)


def negotiate(groups: Sequence[Agents], low: float, high: float) -> Agreement:
    """Find the price within the bounds. `groups` hold at least one buyer and one seller."""
    platform = _Platform(groups)
    demand, (before, after) = platform.demand(low), platform.supply(low)
    tolerance = _slack(demand, 0.0)
    platform.note(demand - after)
    if demand <= after + _slack(demand, after):
        return _floor(platform, low, demand, before, after)
    excess = demand - after
    demand, (_, after) = platform.demand(high), platform.supply(high)
    platform.note(demand - after)
    if demand > after + _slack(demand, after):
        return platform.settle(high, high, after / demand, 1.0, 0.0)
    left, right = (low, excess), (high, demand - after)
    if high > _WIDE * (1 + low):
        left, right = _narrow(platform, left, right)
    guess = _moves(platform, left, right)
    return _balance(platform, left, right, guess, tolerance)


Point = tuple[float, float]


def _narrow(platform: _Platform, left: Point, right: Point) -> tuple[Point, Point]:
    """A bracket of prices of one order of magnitude."""
    unit = max(left[0], 1e-6)
    while right[0] > 4 * left[0] + 1e-9 * unit:
        middle = unit * sinh((asinh(left[0] / unit) + asinh(right[0] / unit)) / 2)
        if not left[0] < middle < right[0]:
            break
        excess = platform.demand(middle) - platform.supply(middle)[1]
        platform.note(excess)
        left, right = ((middle, excess), right) if excess > 0 else (left, (middle, excess))
        if len(platform.primal) > _ASKS:
            break
    return left, right


def _moves(platform: _Platform, left: Point, right: Point) -> float:
    """Exchange ADMM from the bracket's secant; the price that it comes to."""
    count = sum(group.count for group in platform.groups)
    drop = left[1] - right[1]
    price = left[0] + (right[0] - left[0]) * (left[1] / drop)
    # As steep as the market: the price answers an imbalance as the mean agent would.
    weight = max(count * (right[0] - left[0]) / drop, 1e-30)
    shift = 0.0
    for turn in range(_MOVES):
        message: Message = {"step": "move", "price": price, "shift": shift, "weight": weight}
        bought, sold = platform.ask(message, "buy"), platform.ask(message, "sell")
        imbalance = bought["quantity"] - sold["quantity"]
        before, shift = shift, imbalance / count
        moved = bought["moved"] + sold["moved"] - count * (shift - before) ** 2
        dual = weight * sqrt(max(moved, 0.0))
        platform.note(imbalance, dual)
        price += weight * shift
        total = bought["quantity"] + sold["quantity"]
        change = sqrt(max(moved, 0.0) * count)
        if turn and max(abs(imbalance), change) <= _NEAR * total:
            break
        # Residual balancing: neither the imbalance nor the moves may lag far behind.
        if turn % 4 == 3 and not 0.2 < abs(imbalance) / (change + 1e-300) < 5:
            weight *= 2.0 if abs(imbalance) > change else 0.5
    return price


def _balance(
    platform: _Platform, left: Point, right: Point, guess: float, tolerance: float
) -> Agreement:
    """Post prices around the guess until the totals balance; flexible offers fill what lacks."""

    def excess(price: float) -> float:
        value = platform.demand(price) - platform.supply(price)[1]
        platform.note(value)
        return value

    left, right = _close_in(excess, left, right, guess, tolerance)
    price = right[0]
    margin = 2 * (right[0] - left[0])
    demand = platform.demand(price)
    before, after = platform.supply(price, margin)
    if after > before:
        part = min(max((demand - before) / (after - before), 0.0), 1.0)
        return platform.settle(price, price, 1.0, part, margin)
    return platform.settle(price, price, 1.0, 0.0, 0.0)


def _close_in(
    value: Callable[[float], float], left: Point, right: Point, guess: float, tolerance: float
) -> tuple[Point, Point]:
    """Narrow a bracket of a falling function (above the tolerance at `left`, not at `right`) to
    where it falls below: secants from the guess, a look just beyond where they come to, and halves
    where they stall."""
    if not left[0] < guess < right[0]:
        guess = (left[0] + right[0]) / 2
    last: Point | None = None
    at, width, stalled = guess, right[0] - left[0], 0
    for _ in range(_ASKS):
        found = value(at)
        if found > tolerance:
            left = (at, found)
        else:
            right = (at, found)
        gap = right[0] - left[0]
        tiny = _WIDTH * abs(right[0])
        if gap <= tiny:
            break
        slope = (left[1] - right[1]) / gap
        if last is not None and last[0] != at and (last[1] - found) * (at - last[0]) > 0:
            slope = (last[1] - found) / (at - last[0])
        step = found / slope if slope > 0 else 0.0
        # Where no step is left the root is here, or the end of a stretch without a slope.
        if abs(step) <= tiny / 4:
            step = tiny / 2 if found > tolerance else -tiny / 2
        last = (at, found)
        stalled = stalled + 1 if gap > width / 2 else 0
        width = width if stalled else gap
        at += step
        if stalled >= 3 or not left[0] < at < right[0]:
            at, stalled, last = (left[0] + right[0]) / 2, 0, None
            if not left[0] < at < right[0]:
                break
    return left, right


def _floor(
    platform: _Platform, price: float, demand: float, before: float, after: float
) -> Agreement:
    """The floor's rules, from totals: μ solves p_e Σs(p_e) = p Σy(p)."""
    if price == 0:
        free = min(demand / after, 1.0) if after > 0 else 1.0
        return platform.settle(0.0, 0.0, 1.0, 1.0, 0.0, free)
    if demand >= before - _slack(demand, before):
        part = (demand - before) / (after - before) if after > before else 0.0
        return platform.settle(price, price, 1.0, min(max(part, 0.0), 1.0), 0.0)
    if demand == 0:
        return platform.settle(price, 0.0, 1.0, 1.0, 0.0)

    def owed(paid: float) -> float:
        value = demand - paid * platform.supply(paid)[1] / price
        platform.note(value)
        return value

    left, right = (0.0, demand), (price, demand - before)
    left, right = _close_in(owed, left, right, price * sqrt(demand / before), _EPS * demand)
    paid, margin = right[0], 2 * (right[0] - left[0])
    before, after = platform.supply(paid, margin)
    if after > before:
        part = (price * demand / paid - before) / (after - before)
        return platform.settle(price, paid, 1.0, min(max(part, 0.0), 1.0), margin)
    return platform.settle(price, paid, 1.0, 0.0, 0.0)


def _slack(demand: float, supply: float) -> float:
    """What rounding makes of two equal sums."""
    return 32 * _EPS * (demand + supply)
