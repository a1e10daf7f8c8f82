"""What a log-utility investor chooses in one regime: the shares of assets, and the insurance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from oracle.games._fields import FloatArray

_EPS = float(np.finfo(np.float64).eps)
_MOST_STEPS = 200


@dataclass(frozen=True)
class Noise:
    """volatility and common volatility [d]; rates [J] and relative effects [J][d] of jumps."""

    volatility: FloatArray
    common: FloatArray
    rates: FloatArray
    effects: FloatArray


@dataclass(frozen=True)
class Shares:
    """The best shares [d] and what they add to the growth rate."""

    shares: FloatArray
    gain: float
    iterations: int
    converged: bool


def best_shares(returns: FloatArray, noise: Noise) -> Shares:
    """Maximise ``π·e − ½ Σ(πσ)² − ½(π·σ_o)² + Σ ν [log(1 + a·π) − a·π]``, a concave function.

    Damped Newton steps; no step leaves ``1 + a·π > 0``.
    """
    spread = np.diag(noise.volatility**2) + np.outer(noise.common, noise.common)
    rates, effects = noise.rates, noise.effects

    def at(shares: FloatArray) -> float:
        moved = effects @ shares
        if np.any(moved <= -1):
            return -np.inf
        jumps = float(rates @ (np.log1p(moved) - moved))
        return float(returns @ shares - shares @ spread @ shares / 2) + jumps

    shares = np.zeros(len(returns))
    value = 0.0
    for step in range(1, _MOST_STEPS + 1):
        moved = effects @ shares
        slope = returns - spread @ shares - effects.T @ (rates * moved / (1 + moved))
        bend = spread + effects.T @ ((rates / (1 + moved) ** 2)[:, None] * effects)
        # Scaled by its diagonal: volatilities may be orders of magnitude apart.
        unit = np.sqrt(np.where(np.diag(bend) > 0, np.diag(bend), 1.0))
        move = np.linalg.lstsq(bend / np.outer(unit, unit), slope / unit, rcond=1e-14)[0] / unit
        decrement = float(slope @ move)
        size = 1.0
        while True:
            there = shares + size * move
            after = at(there)
            if after >= value + 0.1 * size * decrement or size < 1e-12:
                break
            size /= 2
        # Near the top values differ by rounding alone, and the full step is right.
        if decrement <= 1e-10 * (1 + abs(value)) and np.isfinite(at(shares + move)):
            there, after = shares + move, at(shares + move)
        still = np.all(np.abs(there - shares) <= 4 * _EPS * (1 + np.abs(shares)))
        shares, value = there, after
        if still:
            return Shares(shares, value, step, bool(np.all(np.isfinite(shares))))
    flat = bool(np.abs(move).max() <= 1e-9 * (1 + np.abs(shares).max()))
    return Shares(shares, value, _MOST_STEPS, flat)


def free_lunch(returns: FloatArray, noise: Noise) -> bool:
    """Whether some direction of investment earns without end: all its risks are absent or gains.

    Along v without volatility, and on which every jump adds to wealth, growth changes at the rate
    ``v·e − Σ ν a·v`` far out; a linear program finds the best v.
    """
    idle = noise.volatility == 0
    if not idle.any():
        return False
    bounds = [(-1.0, 1.0) if free else (0.0, 0.0) for free in idle]
    slope = returns - noise.effects.T @ noise.rates
    active = noise.rates > 0
    found = linprog(
        -slope,
        A_ub=-noise.effects[active] if active.any() else None,
        b_ub=np.zeros(int(active.sum())) if active.any() else None,
        A_eq=noise.common[None, :],
        b_eq=[0.0],
        bounds=bounds,
    )
    return bool(-found.fun > 1e-12 * (1 + np.abs(slope).max()))


def insurance(loss: float, loading: float, mean_wealth: float, *, printed: bool) -> list[float]:
    """All fixed points of ``y = [l − θ̄/(1 + θ̄)]⁺``, θ̄ = θ/(1 + W y), ascending; one at least.

    As printed: ``[l − (1 + θ̄)/(2 + θ̄)]⁺``. Inside they are the roots of a quadratic; the right
    side rises in y, so there can be up to three, y = 0 among them.
    """
    if printed:
        a, b = 2 * mean_wealth, 2 + loading + mean_wealth - 2 * loss * mean_wealth
        c = 1 + loading - loss * (2 + loading)
    else:
        a, b = mean_wealth, 1 + loading - loss * mean_wealth
        c = loading - loss * (1 + loading)
    found = [0.0] if c >= 0 else []
    within = b * b - 4 * a * c
    if abs(within) <= 16 * _EPS * (b * b + abs(4 * a * c)):
        within = 0.0
    if within >= 0:
        # The root formula that loses no digits, for either sign of b.
        half = -(b + np.copysign(np.sqrt(within), b)) / 2
        roots = {float(half / a) if a > 0 else 0.0, float(c / half) if half != 0 else 0.0}
        found += sorted({min(y, loss) for y in roots if 0 < y <= loss * (1 + 1e-12)})
    return found
