"""Scalar linear-quadratic games of mean-field type: coefficients, closed loop, moments.

State ``dx = b dt + Σ channels``, every coefficient affine in (x, x̂, u, û) and dependent on a
regime. A channel is a Brownian motion (weight 1) or a compensated Poisson stream of jumps (weight:
its rate), idiosyncratic or common; a hat is the expectation given common noise and regime,
``x̃ = x − x̂``. Player i minimises
``E ½q x² + ½q̄ x̂² + ½r u² + ½r̄ û² + ε1 x u + ε̄1 x̂ û + ε2 u + ε̄2 û + ε3 x + ε̄3 x̂`` over time,
plus a terminal cost. Fields that end in `_hat` are plain + bar, what acts on the mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games._riccati import Path, integrate

__all__ = ["Affine", "Costs", "Feedback", "Gains", "LinearQuadratic", "Moments", "moments"]


@dataclass(frozen=True)
class Affine:
    """``c0 + c1 x̃ + ĉ1 x̂ + Σ c2_j ũ_j + Σ ĉ2_j û_j``: c0, c1 [S]; c2 [n, S].

    As noise: its weight, whether it is common, whether it jumps (weight: its rate).
    """

    c0: FloatArray
    c1: FloatArray
    c1_hat: FloatArray
    c2: FloatArray
    c2_hat: FloatArray
    weight: float = 1.0
    common: bool = False
    jump: bool = False


@dataclass(frozen=True)
class Costs:
    """All [n, S]; the terminal ones too."""

    q: FloatArray
    q_hat: FloatArray
    r: FloatArray
    r_hat: FloatArray
    eps1: FloatArray
    eps1_hat: FloatArray
    eps2_hat: FloatArray
    eps3_hat: FloatArray
    q_end: FloatArray
    q_end_hat: FloatArray
    eps3_end_hat: FloatArray


@dataclass(frozen=True)
class LinearQuadratic:
    """n players, S regimes: generator [S, S], discount rates [n], where the state starts."""

    drift: Affine
    channels: tuple[Affine, ...]
    costs: Costs
    generator: FloatArray
    discount: FloatArray
    horizon: float
    mean: float
    variance: float
    regime: int = 0

    @property
    def players(self) -> int:
        return len(self.discount)

    @property
    def regimes(self) -> int:
        return len(self.generator)


@dataclass(frozen=True)
class Gains:
    """``ũ = −k x̃``, ``û = −K x̂ − h``; each [n, S]."""

    k: FloatArray
    K: FloatArray
    h: FloatArray

    def along(self, affine: Affine) -> tuple[FloatArray, FloatArray, FloatArray]:
        """A coefficient in closed loop: ``slope x̃ + slope_hat x̂ + constant``, each [S]."""
        slope = affine.c1 - np.sum(affine.c2 * self.k, axis=0)
        slope_hat = affine.c1_hat - np.sum(affine.c2_hat * self.K, axis=0)
        constant = affine.c0 - np.sum(affine.c2_hat * self.h, axis=0)
        return slope, slope_hat, constant


Feedback = Callable[[float], Gains]
"""Everybody's gains at a time."""


@dataclass(frozen=True)
class Moments:
    """E over the regime: probability, E x̂, E x̂², E x̃², each [S] or [S, times]."""

    probability: FloatArray
    mean: FloatArray
    square: FloatArray
    spread: FloatArray

    @classmethod
    def of(cls, y: FloatArray) -> Moments:
        return cls(*y.reshape(4, y.shape[0] // 4, *y.shape[1:]))


def moments(game: LinearQuadratic, feedback: Feedback) -> Path:
    """The closed loop's moments over time, exact for every kind of noise; read by `Moments.of`."""
    count = game.regimes

    def rates(time: float, y: FloatArray) -> FloatArray:
        gains = feedback(time)
        now = Moments.of(y)
        slope, slope_hat, constant = gains.along(game.drift)
        change = np.empty((4, count))
        change[0] = 0.0
        change[1] = slope_hat * now.mean + constant * now.probability
        change[2] = 2 * slope_hat * now.square + 2 * constant * now.mean
        change[3] = 2 * slope * now.spread
        for channel in game.channels:
            own, mean, fixed = gains.along(channel)
            power = channel.weight * (
                mean**2 * now.square + 2 * mean * fixed * now.mean + fixed**2 * now.probability
            )
            change[3] += channel.weight * own**2 * now.spread
            change[2 if channel.common else 3] += power
        if count > 1:
            change += y.reshape(4, count) @ game.generator
        return change.ravel()

    start = np.zeros((4, count))
    start[:, game.regime] = 1.0, game.mean, game.mean**2, game.variance
    return integrate(rates, start.ravel(), 0.0, game.horizon)
