"""The regulator's gains again, by discrete dynamic programming instead of Riccati equations.

``p' = φp + ψ(d − u)`` by the implicit midpoint rule, costs at the midpoint, control held; Bellman's
recursion on grids of 1, 2, 3 and 4 steps for one, extrapolated to step 0.
"""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray

__all__ = ["LEVELS", "gains"]

LEVELS = (1, 2, 3, 4)


def gains(
    weight: float,
    rho: float,
    speed: float,
    net_demand: FloatArray,
    targets: dict[int, FloatArray],
    horizon: float,
) -> tuple[FloatArray, FloatArray]:
    """K and c of the best ``u = K p + c`` at the start of every step, each [steps].

    Costs: ``weight (p − target)²``, running and terminal, and ``rho u²``. `targets`: for each level
    those of its midpoints and, last, that of the end.
    """
    found = np.array(
        [
            _recursion(weight, rho, speed, net_demand, targets[level], horizon, level)
            for level in LEVELS
        ]
    )
    steps = 1 / np.array(LEVELS, dtype=float)
    weights = [np.prod([other / (other - own) for other in steps if other != own]) for own in steps]
    slope, constant = np.tensordot(weights, found, axes=1)
    return slope, constant


def _recursion(
    weight: float,
    rho: float,
    speed: float,
    net_demand: FloatArray,
    target: FloatArray,
    horizon: float,
    level: int,
) -> tuple[list[float], list[float]]:
    count = len(net_demand) * level
    step = horizon / count
    half = speed * step / 2
    phi, psi = (1 - half) / (1 + half), 2 * half / (1 + half)
    middle, reach = (1 + phi) / 2, psi / 2
    demand, aims = net_demand.tolist(), target.tolist()
    a, g = weight, -weight * aims[count]
    slopes, constants = [0.0] * len(demand), [0.0] * len(demand)
    for at in range(count - 1, -1, -1):
        push = demand[at // level]
        # p' = φp + ψ(d − u), midpoint less target: μp + ν(d − u) − aim.
        off = reach * push - aims[at]
        uu = step * (weight * reach**2 + rho) + a * psi**2
        xu = -step * weight * middle * reach - a * phi * psi
        u1 = -step * weight * reach * off - psi * (a * psi * push + g)
        xx = step * weight * middle**2 + a * phi**2
        x1 = step * weight * middle * off + phi * (a * psi * push + g)
        slope, constant = -xu / uu, -u1 / uu
        if at % level == 0:
            slopes[at // level], constants[at // level] = slope, constant
        a, g = xx + xu * slope, x1 + xu * constant
    return slopes, constants
