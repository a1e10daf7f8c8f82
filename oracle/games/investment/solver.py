"""The equilibrium of investment, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from oracle.games._base import Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.investment.certificate import certify
from oracle.games.investment.choice import best_shares, insurance
from oracle.games.investment.problem import InvestmentProblem

_LARGE = 30.0


@dataclass(frozen=True)
class InvestmentSolution(Solution):
    """consumption_rate at time 0 per unit of wealth; shares [S][d]; y, m̄ and G of each regime.

    fixed_points [S]: all y that are best replies to themselves, ascending; the last is used.
    alpha1 and alpha2 [S] at time 0; value α1 log x0 + α2(initial_regime).
    """

    consumption_rate: float
    investment_shares: FloatArray
    insurance_fraction: FloatArray
    mean_insured: FloatArray
    fixed_points: tuple[tuple[float, ...], ...]
    growth_rate: FloatArray
    alpha1: float
    alpha2: FloatArray
    value: float


@timed
def solve(problem: InvestmentProblem) -> InvestmentSolution:
    """Newton's method for each regime's shares; insurance and value in closed form."""
    printed = problem.variant == "as_printed"
    shares, growths, points = [], [], []
    most, trouble = 0, ""
    for s, regime in enumerate(problem.regimes):
        found = best_shares(regime.excess_returns, regime.noise)
        most = max(most, found.iterations)
        if not found.converged:
            trouble = trouble or f"regime {s}: no finite shares are best"
        fixed = insurance(
            regime.loss_fraction, regime.premium_loading, problem.mean_wealth, printed=printed
        )
        y = fixed[-1]
        loading = regime.premium_loading / (1 + problem.mean_wealth * y)
        insured = -(1 + loading) * y + (regime.loss_fraction - y if printed else 0.0)
        if regime.loss_rate > 0:
            insured += float(np.log1p(y - regime.loss_fraction))
        shares.append(found.shares)
        growths.append(regime.risk_free_rate + found.gain + regime.loss_rate * insured)
        points.append(tuple(fixed))
    growth = np.array(growths)
    fractions = np.array([fixed[-1] for fixed in points])
    alpha1 = annuity(problem.discount, problem.horizon)
    alpha2 = _alpha2(problem, growth, alpha1)
    value = alpha1 * float(np.log(problem.wealth)) + float(alpha2[problem.initial_regime])
    residual, gain = certify(problem, np.array(shares), fractions)
    return InvestmentSolution(
        diagnostics=certified(residual, gain, iterations=most, trouble=trouble),
        consumption_rate=1 / alpha1,
        investment_shares=read_only(np.array(shares)),
        insurance_fraction=read_only(fractions),
        mean_insured=read_only(problem.mean_wealth * fractions),
        fixed_points=tuple(points),
        growth_rate=read_only(growth),
        alpha1=alpha1,
        alpha2=read_only(alpha2),
        value=value,
    )


def annuity(discount: float, horizon: float) -> float:
    """α1(0) = (1 − e^{−λ t1})/λ, and t1 at λ = 0."""
    return horizon if discount == 0 else float(-np.expm1(-discount * horizon)) / discount


def _alpha2(problem: InvestmentProblem, growth: FloatArray, alpha1: float) -> FloatArray:
    """α2(0) [S] = ``−α1 log α1 − ∫ λt e^{−λt} dt + ∫ e^{Qt} α1(t) dt G``.

    The first two are what the equation's term without G integrates to. In the last,
    ``y' = Qy + aG, a' = b, b' = λb`` backwards from ``b = e^{−λ t1}`` is one exponential; for a
    large λ t1, where b underflows, it is a difference of two.
    """
    rate, end, switching = problem.discount, problem.horizon, problem.generator
    count = len(growth)
    common = -alpha1 * float(np.log(alpha1))
    if rate > 0:
        common -= (
            (alpha1 - end * float(np.exp(-rate * end)))
            if rate * end > 1e-3
            else (rate * end**2 / 2 * (1 - 2 * rate * end / 3 + (rate * end) ** 2 / 4))
        )
    if rate * end <= _LARGE:
        matrix = np.zeros((count + 2, count + 2))
        matrix[:count, :count] = switching * end
        matrix[:count, count] = growth * end
        matrix[count, count + 1] = end
        matrix[count + 1, count + 1] = rate * end
        grown = expm(matrix)[:count, count + 1] * np.exp(-rate * end)
    else:
        later = np.exp(-rate * end) * _integral(switching, end)
        grown = (_integral(switching - rate * np.eye(count), end) - later) @ growth / rate
    return np.asarray(common + grown)


def _integral(matrix: FloatArray, end: float) -> FloatArray:
    """``∫_0^T e^{At} dt``, from the exponential of a block matrix."""
    count = len(matrix)
    blocks = np.block([[matrix, np.eye(count)], [np.zeros((count, 2 * count))]])
    return np.asarray(expm(blocks * end)[:count, count:])
