"""What follows from the inverse bids: bids at given values, chances to win, the mean payment."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev
from scipy import special

from oracle.games._fields import FloatArray
from oracle.games.auction.collocation import Bids, graded

_BISECTIONS = 60
_POINTS = 300


def log_share(shape: float, bend: float, v: FloatArray) -> FloatArray:
    """log I(v; shape, bend), exact at both ends."""
    share = np.asarray(special.betainc(shape, bend, v))
    with np.errstate(divide="ignore"):
        low = np.where(
            share > 0,
            np.log(share),
            shape * np.log(v) - np.log(shape) - special.betaln(shape, bend),
        )
        high = np.log1p(-special.betainc(bend, shape, 1 - v))
    return np.asarray(np.where(share < 0.5, low, high))


def bids_at(bids: Bids, v: FloatArray) -> FloatArray:
    """Every bidder's bid at each value [K][M]."""
    found = np.zeros((len(bids.excess), len(v)))
    for i, top in enumerate(bids.values.top):
        angle = angles_at(bids, i, v)
        t, rest = np.sin(angle / 2) ** 2, np.cos(angle / 2) ** 2
        log_s, _ = graded(t, rest, bids.grid.grades)
        found[i] = np.where(v <= 0, 0.0, np.where(v >= top, 1.0, np.exp(log_s)))
    return found * bids.highest


def angles_at(bids: Bids, i: int, v: FloatArray) -> FloatArray:
    """Where bidder i with each value bids, as an angle with ``t = sin²(angle/2)``.

    By bisection on her distribution's logarithm; the angle resolves both ends.
    """
    shape, bend, top = (
        float(column[i]) for column in (bids.values.shape, bids.values.bend, bids.values.top)
    )
    wanted = log_share(shape, bend, np.minimum(v / top, 1.0))
    series = bids.levels()[:, i]
    low, high = np.zeros(len(v)), np.full(len(v), np.pi)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        above = _share_at(bids, series, shape, middle) > wanted
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)


def _share_at(bids: Bids, series: FloatArray, shape: float, angle: FloatArray) -> FloatArray:
    """log F(φ) of one bidder at ``t = sin²(angle/2)``."""
    t, rest = np.sin(angle / 2) ** 2, np.cos(angle / 2) ** 2
    log_s, _ = graded(t, rest, bids.grid.grades)
    level = rest ** bids.grid.grades[1] * chebyshev.chebval(t - rest, series)
    return np.asarray(shape * log_s + level)


def outcome(bids: Bids) -> tuple[FloatArray, float]:
    """Chances to win [K] and the mean of the highest bid.

    ``P_i = ∫ Π_j F_j dℓ_i`` and ``E max b = b̄ − ∫ Π_j F_j db``, by Gauss's rule in a variable in
    which the product leaves 0 smoothly.
    """
    shapes = bids.values.shape.sum() * bids.grid.grades[0]
    power = max(1.0, np.ceil(6 / shapes))
    x, weights = np.polynomial.legendre.leggauss(_POINTS)
    tau = (1 + x) / 2
    t = tau**power
    # 1 − τ^r, without cancellation at the upper end.
    rest = -np.expm1(power * np.log1p(-(1 - x) / 2))
    there = bids.at(t, rest)
    joint = np.exp(there.log_share.sum(axis=0))
    # dt/t = r dτ/τ.
    measure = weights / 2 * joint * there.kappa * power / tau
    chances = (bids.values.shape[:, None] + t * there.excess) @ measure
    lost = float(np.exp(there.log_s) @ measure)
    return np.asarray(chances), bids.highest * (1 - lost)
