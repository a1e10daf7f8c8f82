"""Who trades how much with whom: the least Σ t² with given sums, by Newton's method on its dual."""

from __future__ import annotations

import numpy as np

from oracle.games._fields import BoolArray, FloatArray

_TURNS = 200
_ENOUGH = 1e-15
_DAMPING = 1e-12


def least_trades(
    bought: FloatArray, sold: FloatArray, flexible: BoolArray, allowed: BoolArray
) -> FloatArray:
    """Trades [C, P] ≥ 0 of least Σ t² on the allowed pairs.

    Row sums are `bought` [C]; column sums `sold` [P], at most that where `flexible`. At the optimum
    ``t = (α_C + β_P)⁺`` with β ≤ 0 where flexible: a concave, piecewise quadratic dual, maximised
    by Newton steps with a line search.
    """
    m, n = allowed.shape
    scale = max(float(bought.max(initial=0.0)), float(sold.max(initial=0.0)))
    if scale == 0 or not allowed.any():
        return np.zeros((m, n))
    target = np.concatenate([bought, sold]) / scale
    dual = np.zeros(m + n)
    dual[:m] = target[:m] / np.maximum(allowed.sum(axis=1), 1)

    def trades(at: FloatArray) -> FloatArray:
        return np.where(allowed, np.maximum(at[:m, None] + at[None, m:], 0.0), 0.0)

    def value(at: FloatArray) -> float:
        return float(target @ at - 0.5 * np.sum(trades(at) ** 2))

    capped = np.concatenate([np.zeros(m, dtype=bool), flexible])

    def slopes(at: FloatArray) -> FloatArray:
        t = trades(at)
        slope = target - np.concatenate([t.sum(axis=1), t.sum(axis=0)])
        return np.where(capped & (at >= 0) & (slope > 0), 0.0, slope)

    now, slope = value(dual), slopes(dual)
    for _ in range(_TURNS):
        if np.abs(slope).max() <= _ENOUGH:
            break
        active = allowed & (dual[:m, None] + dual[None, m:] > 0)
        curve = np.zeros((m + n, m + n))
        curve[:m, m:] = active
        curve[m:, :m] = active.T
        curve[np.diag_indices(m + n)] = np.concatenate([active.sum(axis=1), active.sum(axis=0)])
        free = np.flatnonzero(~capped | (dual < 0) | (slope < 0))
        # One direction per group leaves all trades alone; the damping keeps steps out of it.
        damped = curve[np.ix_(free, free)] + _DAMPING * np.eye(len(free))
        step = np.zeros(m + n)
        step[free] = np.linalg.solve(damped, slope[free])
        part = 1.0
        while part > _ENOUGH:
            moved = dual + part * step
            moved[capped] = np.minimum(moved[capped], 0.0)
            then, left = value(moved), slopes(moved)
            # At the end the value has no more digits, but its slopes have.
            if then > now or np.abs(left).max() < 0.5 * np.abs(slope).max():
                break
            part /= 2
        else:
            break
        dual, now, slope = moved, then, left
    return trades(dual) * scale
