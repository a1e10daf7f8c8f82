"""The investment certificate: the growth rate differentiated by complex steps, regime by regime."""

from __future__ import annotations

import cmath

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.investment.problem import InvestmentProblem, Regime

_STEP = 1e-30
_WIDE = 1e-6


def certify(
    problem: InvestmentProblem, shares: FloatArray, fractions: FloatArray
) -> tuple[float, float]:
    """Residual ``‖z − Π(z − F(z))‖∞ / (1 + ‖z‖∞)`` over shares and insurance, and the gain left.

    F is the negative gradient of the regime's growth rate, at the premium that all face. The gain
    is what a Newton step from here promises, twice, over the whole horizon.
    """
    worst, gain = 0.0, 0.0
    for regime, pi, y in zip(problem.regimes, shares, fractions, strict=True):
        loading = regime.premium_loading / (1 + problem.mean_wealth * float(y))
        printed = problem.variant == "as_printed"
        at = np.append(pi, y)

        slope = _slopes(regime, loading, printed, at)
        moved = at + slope
        moved[-1] = max(moved[-1], 0.0)
        size = 1 + float(np.abs(at).max())
        worst = max(worst, float(np.abs(at - moved).max()) / size)
        wide = _WIDE * np.maximum(1e-3, np.abs(at))
        rows = [
            (_slopes(regime, loading, printed, at + h * e) - slope) / h
            for h, e in zip(wide, np.eye(len(at)), strict=True)
        ]
        bend = np.array(rows)
        if y == 0 and slope[-1] < 0:
            slope[-1] = 0.0
        gain = max(gain, abs(float(slope @ np.linalg.pinv(bend) @ slope)))
    left = problem.horizon
    return worst, gain * left * left


def _slopes(regime: Regime, loading: float, printed: bool, at: FloatArray) -> FloatArray:
    """The growth rate's gradient in shares and insurance, by complex steps."""
    steps = at + 1j * _STEP * np.eye(len(at))
    rates = [growth(regime, list(row), loading, printed).imag for row in steps]
    return np.array(rates) / _STEP


def growth(regime: Regime, choice: list[complex], loading: float, printed: bool) -> complex:
    """The expected growth of log wealth per unit of time, without consumption, term by term."""
    *shares, y = choice
    total: complex = regime.risk_free_rate
    common: complex = 0.0
    for pi, e, own, shared in zip(
        shares, regime.excess_returns, regime.volatility, regime.common_volatility, strict=True
    ):
        total += pi * e - (pi * own) ** 2 / 2
        common += pi * shared
    total -= common**2 / 2
    for jump in regime.jumps:
        total += _jump(jump.rate, jump.size, shares[jump.asset])
    for shock in regime.common_jumps:
        total += _jump(shock.rate, shock.size, sum(shares))
    if regime.loss_rate > 0:
        kept = cmath.log(1 - regime.loss_fraction + y)
        back = regime.loss_fraction - y if printed else 0.0
        total += regime.loss_rate * (kept - (1 + loading) * y + back)
    return total


def _jump(rate: float, size: float, held: complex) -> complex:
    moved = held * float(np.expm1(size))
    return rate * (cmath.log(1 + moved) - moved)
