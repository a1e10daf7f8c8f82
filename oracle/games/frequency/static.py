"""The cheapest controls: one marginal cost for all that are free, by bisection over the kinks."""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray


def cheapest_controls(
    quadratic: FloatArray, linear: FloatArray, bounds: FloatArray, power: FloatArray
) -> tuple[FloatArray, float]:
    """The least ``Σ (½ a u² + b u)`` [n] with ``Σ (P + u) = 0`` within bounds [n, 2], and its
    marginal cost (the least where several serve). The bounds must suffice."""
    low, high = bounds.T
    need = -float(power.sum())

    def at(price: float) -> FloatArray:
        # The bound itself where it is reached, not what rounding leaves of it.
        wanted = np.clip((price - linear) / quadratic, low, high)
        wanted = np.where(price >= linear + quadratic * high, high, wanted)
        return np.asarray(np.where(price <= linear + quadratic * low, low, wanted))

    kinks = np.unique(linear + quadratic * bounds.T)
    first, last = 0, len(kinks) - 1
    while first < last:  # the first kink at which there is enough
        middle = (first + last) // 2
        if float(at(float(kinks[middle])).sum()) >= need:
            last = middle
        else:
            first = middle + 1
    right = float(kinks[first])
    if first == 0:
        return at(right), right
    left = float(kinks[first - 1])
    start = at(left)
    slope = float(np.sum(at(right) - start))
    price = left + (right - left) * (need - float(start.sum())) / slope if slope > 0 else left
    controls = at(min(price, right))
    # What rounding left of the balance goes to those who are free.
    free = (controls > low) & (controls < high)
    if free.any():
        give = np.where(free, 1 / quadratic, 0.0)
        controls = np.clip(controls + (need - float(controls.sum())) * give / give.sum(), low, high)
    return controls, min(price, right)
