"""The exact root of a falling, piecewise smooth function with jumps, by bracketing its pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from oracle.games._fields import FloatArray

_FEW = 48
_ROUNDS = 60
_BLIND = 5


class Falling(Protocol):
    """A function that never rises, smooth between its kinks, falling at jumps."""

    def sides(self, at: float) -> tuple[float, float]:
        """The values before and after the jump at a point."""
        ...

    def kinks(self) -> FloatArray:
        """The points where it may bend or jump."""
        ...

    def within(self, left: float, right: float, after_left: float, before_right: float) -> Self:
        """The same function on [left, right], as cheap as its kinks there allow."""
        ...


@dataclass(frozen=True)
class Bracket:
    """Adjacent kinks: the function is positive after `left` and not positive after `right`.

    Between them it is one smooth piece, from `left_value` down to `right_value`; at `right` it may
    jump on.
    """

    left: float
    right: float
    left_value: float
    right_value: float
    evaluations: int


def bracket(
    function: Falling, low: float, high: float, tolerance: float, *, after_low: float
) -> Bracket:
    """The piece in which the function first falls to `tolerance` or below, over (low, high].

    The function must exceed the tolerance after `low` (where it is `after_low`) and not after
    `high`. Secant steps and
    medians of the kinks narrow the bracket until few kinks remain; those are sorted and searched.
    """
    left, right = low, high
    left_value = after_low
    right_value, after = function.sides(right)
    count = 1

    def move(at: float) -> None:
        nonlocal left, right, left_value, right_value, after, count
        before, beyond = function.sides(at)
        count += 1
        if beyond > tolerance:
            left, left_value = at, beyond
        else:
            right, right_value, after = at, before, beyond

    # The Illinois method halves the value of an end that stays, so that both ends come near. A few
    # such steps are cheaper than looking at all kinks.
    weight_left, weight_right = left_value, max(-after, 0.0)
    for _ in range(_BLIND):
        at = left + (right - left) * (weight_left / (weight_left + weight_right))
        if not left < at < right:
            break
        before = left
        move(at)
        if left > before:
            weight_left, weight_right = left_value, weight_right / 2
        else:
            weight_left, weight_right = weight_left / 2, max(-after, 0.0)
    function = function.within(left, right, left_value, right_value)
    kinks = function.kinks()
    inside = kinks[(kinks > left) & (kinks < right)]
    size = len(inside)
    for turn in range(_ROUNDS):
        if len(inside) <= _FEW:
            break
        drop = left_value - after
        if turn % 3 < 2 and drop > 0:
            at = left + (right - left) * (left_value / drop)
        else:
            at = float(np.partition(inside, len(inside) // 2)[len(inside) // 2])
        if not left < at < right:
            at = float(np.partition(inside, len(inside) // 2)[len(inside) // 2])
        move(at)
        inside = inside[(inside > left) & (inside < right)]
        if 4 * len(inside) < size:
            function = function.within(left, right, left_value, right_value)
            size = len(inside)
    nodes = np.unique(inside)
    first, last = 0, len(nodes)
    while first < last:
        middle = (first + last) // 2
        move(float(nodes[middle]))
        if right == nodes[middle]:
            last = middle
        else:
            first = middle + 1
    return Bracket(left, right, left_value, right_value, count)
