"""The agents of the private form: each knows her own data and answers with quantities alone.

A message from the platform is a table of numbers, an answer too. What is asked:

- "move": one step of the alternating direction method. Given the price, the mean imbalance and the
  weight of moving away from it, each agent solves her own small problem. Answer: her `quantity`
  and the square of her move, `moved`.
- "answer": what each would buy or sell at a price. Answer: `quantity`, and `flexible`, what a
  seller offers or not as the market needs, because the price is her cost (within `margin`).
- "settle": the price, what is paid, the part of demand that is served and of flexible offers that
  is taken. Answer: the final `quantity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from oracle.games._fields import BoolArray
from oracle.games.clearing.curves import Buyers, Sellers
from oracle.games.clearing.problem import Consumers, Prosumers

_NARROWER = 4
"""How many times narrower a stretch of prices must be to look for those who bend in it."""


class _Totals:
    """A side's total at posted prices; agents who do not bend between two of them are one line.

    Prices close in on one another, so most agents are looked at a few times only.
    """

    def __init__(self, curves: Buyers | Sellers) -> None:
        self._curves = curves
        self._known: list[tuple[float, float, float]] = []
        self._all()

    def at(self, price: float) -> tuple[float, float]:
        """The total before and after the jumps at this price."""
        if not self._left < price < self._right:
            self._all()
        below = [known for known in self._known if self._left <= known[0] < price]
        above = [known for known in self._known if price < known[0] <= self._right]
        if below and above:
            self._narrow(max(below), min(above))
        start, end = self._others
        line = start
        if end != start:
            line += (end - start) * ((price - self._left) / (self._right - self._left))
        before, after = self._few.sides(price)
        found = price, before + line, after + line
        self._known.append(found)
        return found[1:]

    def _all(self) -> None:
        self._few: Buyers | Sellers = self._curves
        self._left, self._right, self._others = -np.inf, np.inf, (0.0, 0.0)

    def _narrow(self, left: tuple[float, float, float], right: tuple[float, float, float]) -> None:
        """Sum up those who have no kink between two prices asked before."""
        if not _NARROWER * (right[0] - left[0]) < self._right - self._left:
            return
        few = self._few.within(left[0], right[0])
        self._others = left[2] - few.sides(left[0])[1], right[1] - few.sides(right[0])[0]
        self._few, self._left, self._right = few, left[0], right[0]


Message: TypeAlias = Mapping[str, float | str]
Answer: TypeAlias = dict[str, float]


class ConsumerAgents:
    """One consumer or many, computed together; each uses nobody else's data."""

    side = "buy"

    def __init__(self, table: Consumers) -> None:
        self.count = len(table.target)
        self._curves = Buyers.of(table)
        self._capacity, self._twice = table.capacity, 2 * table.curvature
        self._none_from = self._curves.none_from
        self._now = np.zeros(self.count)
        self._weight, self._inverse = -1.0, self._now
        self._totals = _Totals(self._curves)
        self.quantity = self._now

    def reply(self, ask: Message) -> Answer:
        """The sums over these agents."""
        if ask["step"] == "move":
            return self._move(float(ask["price"]), float(ask["shift"]), float(ask["weight"]))
        price = float(ask["price"])
        if ask["step"] == "settle":
            self.quantity = self._curves.at(price) * float(ask["served"])
            return {"quantity": float(self.quantity.sum())}
        return {"quantity": self._totals.at(price)[0], "flexible": 0.0}

    def _move(self, price: float, shift: float, weight: float) -> Answer:
        if weight != self._weight:
            self._weight, self._inverse = weight, 1 / (self._twice + weight)
        # The maximum of −h (y − y#)² − p y − ½ρ (y − w)², w her last quantity less the imbalance.
        wanted = self._now * weight
        wanted += self._none_from
        wanted -= price + weight * shift
        wanted *= self._inverse
        np.minimum(wanted, self._capacity, out=wanted)
        np.maximum(wanted, 0.0, out=wanted)
        self._now -= wanted
        moved = float(np.einsum("i,i", self._now, self._now))
        self._now = wanted
        return {"quantity": float(wanted.sum()), "moved": moved}


class ProsumerAgents:
    """One prosumer or many, computed together; each uses nobody else's data."""

    side = "sell"

    def __init__(self, table: Prosumers) -> None:
        self.count = len(table.target)
        self._curves = Sellers.of(table)
        self._capacity, twice = table.capacity, 2 * table.curvature
        a, b = table.cost_linear, table.cost_quadratic
        # Supply is the least of four lines in the price: with own use or without, below capacity or
        # at it. Each has a price from which it is positive and a steepness.
        both = (twice * a + b * self._curves.own_none_from) / (twice + b)
        self._from = (both, a, self._curves.own_none_from - twice * table.capacity)
        self._steep = (twice * b / (twice + b), b, twice)
        self._now = np.zeros(self.count)
        self._weight, self._inverse = -1.0, (self._now, self._now, self._now)
        self._totals = _Totals(self._curves)
        self.quantity = self.own = self._now

    def reply(self, ask: Message) -> Answer:
        """The sums over these agents."""
        if ask["step"] == "move":
            return self._move(float(ask["price"]), float(ask["shift"]), float(ask["weight"]))
        paid, margin = float(ask["paid"]), float(ask["margin"])
        if ask["step"] == "answer" and margin == 0:
            before, after = self._totals.at(paid)
            return {"quantity": before, "flexible": max(after - before, 0.0)}
        offered = self._curves.at(paid)
        near = self._near(paid, margin)
        jump = self._curves.jump
        if jump is not None and near.any():
            offered = np.where(near, 0.0, offered)
        if ask["step"] == "answer":
            flexible = float(jump[near].sum()) if jump is not None else 0.0
            return {"quantity": float(offered.sum()), "flexible": flexible}
        if jump is not None:
            offered = offered + np.where(near, float(ask["part"]) * jump, 0.0)
        self.quantity = offered
        sharing = (self._curves.start < paid) & ~near
        self.own = np.where(sharing, self._curves.own(paid), self._curves.alone)
        return {"quantity": float(offered.sum())}

    def _near(self, paid: float, margin: float) -> BoolArray:
        """Those who sell from a linear cost at their cost: they do not mind how much."""
        if self._curves.jump is None:
            return np.zeros(self.count, dtype=bool)
        close = np.abs(self._curves.cost - paid) <= margin
        return np.asarray(close & (self._curves.jump > 0))

    def _move(self, price: float, shift: float, weight: float) -> Answer:
        if weight != self._weight:
            first, second, third = self._steep
            self._weight = weight
            self._inverse = (1 / (first + weight), 1 / (second + weight), 1 / (third + weight))
        # The maximum over own use and offer with −½ρ (s − w)², w her last offer plus the imbalance.
        paid = self._now * weight
        paid += price + weight * shift
        offer = paid - self._from[0]
        offer *= self._inverse[0]
        for line in (1, 2):
            other = paid - self._from[line]
            other *= self._inverse[line]
            np.minimum(offer, other, out=offer)
        np.minimum(offer, self._capacity, out=offer)
        np.maximum(offer, 0.0, out=offer)
        self._now -= offer
        moved = float(np.einsum("i,i", self._now, self._now))
        self._now = offer
        return {"quantity": float(offer.sum()), "moved": moved}
