"""The exact root of a falling, piecewise smooth function with jumps, by bracketing its pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oracle.games._fields import FloatArray

Sides = Callable[[float], tuple[float, float]]
"""Value of a falling function before its jump at a point (the larger one), and after it."""

_FEW = 48
_ROUNDS = 40


@dataclass(frozen=True)
class Bracket:
    """Adjacent kinks: the function is positive after `left` and not positive after `right`.

    Between them it is one smooth piece, from `left_value` down to `right_value`; at `right` it may
    jump on to `after_right`.
    """

    left: float
    right: float
    left_value: float
    right_value: float
    after_right: float
    evaluations: int


def bracket(
    function: Sides, low: float, high: float, kinks: FloatArray, tolerance: float
) -> Bracket:
    """The piece in which the function first falls to `tolerance` or below, over (low, high].

    The function must exceed the tolerance after `low` and not after `high`. Secant steps with
    bisection narrow the bracket until few kinks remain; those are sorted and searched.
    """
    left, right = low, high
    left_value = function(left)[1]
    right_value, after = function(right)
    count = 2
    inside = kinks[(kinks > left) & (kinks < right)]

    def move(at: float) -> None:
        nonlocal left, right, left_value, right_value, after, count
        before, beyond = function(at)
        count += 1
        if beyond > tolerance:
            left, left_value = at, beyond
        else:
            right, right_value, after = at, before, beyond

    for turn in range(_ROUNDS):
        if len(inside) <= _FEW:
            break
        if turn % 3 == 2:
            middle = float(np.partition(inside, len(inside) // 2)[len(inside) // 2])
            at = middle
        else:
            drop = left_value - after
            at = left + (right - left) * (left_value / drop if drop > 0 else 0.5)
        if not left < at < right:
            break
        move(at)
        inside = inside[(inside > left) & (inside < right)]
    nodes = np.unique(inside)
    first, last = 0, len(nodes)
    while first < last:
        middle_index = (first + last) // 2
        move(float(nodes[middle_index]))
        if right == nodes[middle_index]:
            last = middle_index
        else:
            first = middle_index + 1
    return Bracket(left, right, left_value, right_value, after, count)
