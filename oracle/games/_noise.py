"""Jumps as fields, and noise of constant size as channels of a linear-quadratic game."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypeAlias

import numpy as np

from oracle.games._base import Table
from oracle.games._fields import NonNegative, Real, Tables, about
from oracle.games._linear_quadratic import Affine

__all__ = ["Jump", "Jumps", "additive", "power"]


class Jump(Table):
    """Compensated jumps of one size: `rate` per unit of time, `size` in units of the state."""

    rate: NonNegative = about("ν, of jumps", "1/time")
    size: Real = about("μ, what a jump adds to the log-price; compensated", "–")


Jumps: TypeAlias = Annotated[tuple[Jump, ...], Tables(most=1000)]


def power(volatility: float, jumps: Iterable[Jump] | None) -> float:
    """Variance per unit of time: ``σ² + ∫μ²ν``."""
    return volatility**2 + sum(jump.rate * jump.size**2 for jump in jumps or ())


def additive(
    players: int, volatility: float, jumps: Iterable[Jump] | None, *, common: bool
) -> list[Affine]:
    """The channels of a Brownian motion and of jumps whose sizes depend on nothing."""
    none, nobody = np.zeros(1), np.zeros((players, 1))
    sources = [(1.0, volatility, False)]
    sources += [(jump.rate, jump.size, True) for jump in jumps or ()]
    return [
        Affine(np.array([size]), none, none, nobody, nobody, weight, common, jump)
        for weight, size, jump in sources
        if weight * size != 0
    ]
