"""The agents of the private form with preferences: one price a prosumer, data told to nobody.

A message from the platform is a table of numbers and of lists [P], one for each prosumer; an answer
too. What is asked, besides what a side would buy or offer at posted prices ("answer"):

- "move": one step of the alternating direction method. Given the prices, how far the last trades
  with each prosumer were out of balance, and the weight of moving away from them, each agent solves
  her own small problem. Answer: `quantity` [P], and `moved`, the square of her move.
- "hold": the moves are over. Each agent keeps what she buys or sells in all; a consumer also notes
  which prosumers are as good as her best at these prices (within `margin`), a seller whether she
  minds how much. Answer: `quantity` [P], of sellers also `flexible` [P] (1: at most).
- "share": the trades of least squares with those totals. Given a surcharge for each prosumer, each
  consumer spreads her total over her best ones. Answer: `quantity` [P], `squares` ½Σt², and `slope`
  [P, P], how her trades move with the surcharges: it tells with whom she trades, no more.
- "settle": the final prices and what each prosumer has sold. Answer: the final `quantity` [P].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from oracle.games._fields import BoolArray, FloatArray
from oracle.games.clearing.curves import Buyers, Sellers
from oracle.games.clearing.problem import Consumers, Prosumers

PairMessage: TypeAlias = "Mapping[str, float | str | list[float]]"
PairAnswer: TypeAlias = dict[str, "float | list[float]"]

_TRADED = 1e-3
"""A pair whose trade is a larger part of the consumer's total is among her best ones."""


class PairBuyers:
    """One consumer or many, with their bonuses [C, P]; each uses nobody else's data."""

    side = "buy"

    def __init__(self, table: Consumers, bonus: FloatArray) -> None:
        self.count = len(table.target)
        self._curves = Buyers.of(table)
        self._target, self._twice, self._capacity = (
            table.target,
            2 * table.curvature,
            table.capacity,
        )
        self._bonus = np.asarray(bonus, dtype=np.float64)
        self._best: BoolArray = np.ones(self._bonus.shape, dtype=bool)
        self._total = np.zeros(self.count)
        self._last = np.zeros(self._bonus.shape)
        self.quantity = self._last

    def reply(self, ask: PairMessage) -> PairAnswer:
        """The sums over these agents."""
        step = ask["step"]
        if step == "move":
            return self._move(ask)
        if step == "share":
            return self._share(np.asarray(ask["price"], dtype=np.float64))
        prices = np.asarray(ask["price"], dtype=np.float64)
        if step == "answer":
            cheapest = (prices - self._bonus).min(axis=1)
            return {"quantity": [float(self._wanted(cheapest).sum())]}
        if step == "hold":
            net = prices - self._bonus
            self._total = self.quantity.sum(axis=1)
            margin = np.asarray(ask["margin"], dtype=np.float64)
            self._best = net <= net.min(axis=1, keepdims=True) + margin
            self._best |= self.quantity > _TRADED * self._total[:, None]
            self._best &= (self._total > 0)[:, None]
        return {"quantity": self.quantity.sum(axis=0).tolist()}

    def _wanted(self, price: FloatArray) -> FloatArray:
        """Demand at a price of each one's own."""
        wanted = (self._curves.none_from - price) / self._twice
        return np.asarray(np.clip(wanted, 0.0, self._capacity))

    def _move(self, ask: PairMessage) -> PairAnswer:
        price, shift = (np.asarray(ask[key], dtype=np.float64) for key in ("price", "shift"))
        weight, relaxed = _number(ask["weight"]), _number(ask["relaxed"])
        aim = self._last - shift
        self.quantity = self._bought(aim, price, weight)
        now = relaxed * self.quantity + (1 - relaxed) * aim
        moved = float(np.sum((now - self._last) ** 2))
        self._last = now
        return {"quantity": now.sum(axis=0).tolist(), "moved": moved}

    def _bought(self, aim: FloatArray, price: FloatArray, weight: float) -> FloatArray:
        """The maximum of ``−h (y − y#)² + Σ (b − p) t − ½ρ Σ (t − w)²`` over t ≥ 0, y = Σt ≤ κ.

        ``t = (ρw + b − p − v)⁺/ρ`` with v the marginal price of y: found by sorting.
        """
        level = weight * aim + self._bonus - price
        falling = -np.sort(-level, axis=1)
        sums, counts = np.cumsum(falling, axis=1), np.arange(1, falling.shape[1] + 1)
        free = (sums / weight - self._target[:, None]) / (
            counts / weight + 1 / self._twice[:, None]
        )
        value = _at_last(falling > free, free, -self._twice * self._target)
        full = self._target + value / self._twice > self._capacity
        if full.any():
            bound = (sums - weight * self._capacity[:, None]) / counts
            value = np.where(full, _at_last(falling > bound, bound, falling[:, 0]), value)
        return np.asarray(np.maximum(level - value[:, None], 0.0) / weight)

    def _share(self, surcharge: FloatArray) -> PairAnswer:
        """The least ``½Σt² + Σ β t`` over her best pairs with her total."""
        level = np.where(self._best, -surcharge, -np.inf)
        falling = -np.sort(-level, axis=1)
        counts = np.arange(1, falling.shape[1] + 1)
        sums = np.cumsum(np.where(np.isfinite(falling), falling, 0.0), axis=1)
        value = (sums - self._total[:, None]) / counts
        found = _at_last(falling > value, value, np.zeros(self.count))
        trades = np.maximum(level - found[:, None], 0.0)
        self.quantity = trades
        pairs = (trades > 0).astype(np.float64)
        among = np.maximum(pairs.sum(axis=1, keepdims=True), 1.0)
        return {
            "quantity": trades.sum(axis=0).tolist(),
            "squares": float(np.sum(trades**2)) / 2,
            "slope": (np.diag(pairs.sum(axis=0)) - pairs.T @ (pairs / among)).tolist(),
        }


def _at_last(true: BoolArray, values: FloatArray, otherwise: FloatArray) -> FloatArray:
    """In every row the value where the condition holds for the last time."""
    count = true.sum(axis=1)
    found = values[np.arange(len(values)), np.maximum(count, 1) - 1]
    return np.asarray(np.where(count > 0, found, otherwise))


class PairSellers:
    """One prosumer or many at their `places` in the lists of the messages, `size` long."""

    side = "sell"

    def __init__(self, table: Prosumers, places: NDArray[np.intp] | list[int], size: int) -> None:
        self.count = len(table.target)
        self._places, self._size = np.asarray(places, dtype=np.intp), size
        self._curves = Sellers.of(table)
        self._target, self._twice, self._capacity = (
            table.target,
            2 * table.curvature,
            table.capacity,
        )
        self._linear, self._quadratic = table.cost_linear, table.cost_quadratic
        a, b, twice = self._linear, self._quadratic, self._twice
        # The offer is the least of three lines in the price, as without preferences.
        both = (twice * a + b * self._curves.own_none_from) / (twice + b)
        none = self._curves.own_none_from - twice * self._capacity
        self._lines = ((both, twice * b / (twice + b)), (a, b), (none, twice))
        self._last = np.zeros(self.count)
        self.quantity = self.own = self._last

    def reply(self, ask: PairMessage) -> PairAnswer:
        """What each of these agents offers, 0 at everybody else's place."""
        step = ask["step"]
        if step == "move":
            return self._move(ask)
        price = self._mine(ask["price"])
        if step == "answer":
            offered = self._curves.at(price)
            if self._curves.jump is not None:
                offered = offered + np.where(self._linear == price, self._curves.jump, 0.0)
            return {"quantity": self._listed(offered)}
        if step == "hold":
            margin = _number(ask["margin"])
            near = (self._quadratic == 0) & (np.abs(price - self._linear) <= margin)
            room = np.zeros(self.count) if self._curves.jump is None else self._curves.jump
            flexible = near & (room > 0)
            self.quantity = np.where(flexible, room, self.quantity)
            marks = self._listed(flexible.astype(np.float64))
            return {"quantity": self._listed(self.quantity), "flexible": marks}
        if step == "settle":
            self.quantity = self._mine(ask["sold"])
            kept = (self._curves.own_none_from - self._linear - self._quadratic * self.quantity) / (
                self._twice + self._quadratic
            )
            self.own = np.clip(kept, 0.0, np.maximum(self._capacity - self.quantity, 0.0))
        return {"quantity": self._listed(self.quantity)}

    def _mine(self, listed: object) -> FloatArray:
        return np.asarray(listed, dtype=np.float64)[self._places]

    def _listed(self, values: FloatArray) -> list[float]:
        whole = np.zeros(self._size)
        whole[self._places] = values
        return [float(value) for value in whole]

    def _move(self, ask: PairMessage) -> PairAnswer:
        price, shift = self._mine(ask["price"]), self._mine(ask["shift"])
        weight, relaxed = _number(ask["weight"]), _number(ask["relaxed"])
        aim = self._last + shift
        # The maximum over own use and offer with −½ρ (s − w)² added.
        paid = price + weight * aim
        offers = [(paid - start) / (steep + weight) for start, steep in self._lines]
        self.quantity = np.clip(np.minimum.reduce(offers), 0.0, self._capacity)
        now = relaxed * self.quantity + (1 - relaxed) * aim
        moved = float(np.sum((now - self._last) ** 2))
        self._last = now
        return {"quantity": self._listed(now), "moved": moved}


def _number(value: float | str | list[float]) -> float:
    return float(np.asarray(value, dtype=np.float64))
