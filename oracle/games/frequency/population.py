"""Population dynamics of controls within bounds, by sums over pairs that need no pairs."""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray

__all__ = ["replicator", "smith"]


def smith(payoffs: FloatArray, below: FloatArray, above: FloatArray) -> FloatArray:
    """``Σ_j [y_i x_j (f_i − f_j)⁺ − y_j x_i (f_j − f_i)⁺]`` [n], in O(n log n).

    payoffs f [n]; below x ≥ 0, the room above the lower bounds; above y ≥ 0, that under the upper
    ones. With y = 1 it is Smith's dynamics without bounds (Transportation Science 18, 1984).
    """
    order = np.argsort(payoffs, kind="stable")
    f, x, y = payoffs[order], below[order], above[order]
    # Σ_{f_j < f_i} x_j (f_i − f_j), by running sums of the gaps between neighbours.
    steps = np.diff(f)
    gains = np.zeros_like(f)
    gains[1:] = np.cumsum(np.cumsum(x)[:-1] * steps)
    losses = np.zeros_like(f)
    losses[:-1] = np.cumsum(np.cumsum(y[::-1])[:-1] * steps[::-1])[::-1]
    change = np.empty_like(f)
    change[order] = y * gains - x * losses
    return change


def replicator(payoffs: FloatArray, below: FloatArray, above: FloatArray) -> FloatArray:
    """``q_i (f_i − Σ q f/Σ q)`` [n] with q = x y; arguments as of `smith`, O(n).

    With y = 1 it is the replicator dynamics (Taylor and Jonker, Mathematical Biosciences 40, 1978).
    """
    weight = below * above
    total = float(weight.sum())
    mean = float(weight @ payoffs) / total if total > 0 else 0.0
    return np.asarray(weight * (payoffs - mean))
