"""The contest certificate: marginal payoffs of the efforts, from the payoff function itself."""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.contest.problem import ContestProblem

_TINY = 1e-290


def certify(problem: ContestProblem, efforts: FloatArray) -> tuple[float, float]:
    """Residual ``‖a − Π(a − F(a))‖∞ / (1 + ‖a‖∞)`` and a bound on any player's gain.

    For r < 1 the marginal payoff at 0 is infinite; an effort too small to be represented is judged
    at the smallest normal number: if that is already too much, the effort is right. The gain is
    bounded by concavity: slope times the farthest sensible move, within [0, R/c].
    """
    prize, cost, r = problem.prize, problem.costs, problem.exponent
    judged = efforts if r == 1 else np.maximum(efforts, _TINY)
    with np.errstate(divide="ignore"):
        log_impact = np.log(problem.weights) + r * np.log(judged)
    impact = np.exp(log_impact)
    total = float(np.sum(impact))
    others = _others(impact, total) / total
    if r == 1:
        slope = prize * problem.weights / total * others - cost
    else:
        slope = prize * r * np.exp(log_impact - np.log(judged)) / total * others - cost
    most = prize / cost
    small = judged > efforts
    moved = np.clip(efforts + slope, 0.0, most)
    gap = np.where(small & (slope <= 0), judged, np.abs(efforts - moved))
    gain = np.maximum(slope * (most - judged), -slope * judged)
    gain = np.where(small, np.maximum(gain, 0) + prize * impact / total, gain)
    residual = float(gap.max()) / (1 + float(efforts.max()))
    return residual, max(0.0, float(gain.max()))


def _others(impact: FloatArray, total: float) -> FloatArray:
    """Everybody else's impact [n], without cancellation for the one who holds most of it."""
    others = total - impact
    top = int(np.argmax(impact))
    others[top] = float(np.delete(impact, top).sum())
    return others
