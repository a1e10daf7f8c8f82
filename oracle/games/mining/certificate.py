"""The mining certificate: payoffs at every equilibrium, from mean and risk premium."""

from __future__ import annotations

from math import exp

from oracle.games._fields import FloatArray
from oracle.games.mining.problem import MiningProblem


def certify(problem: MiningProblem, points: FloatArray) -> tuple[float, float]:
    """The largest difference of payoffs inside a support, over 1 + the largest payoff, and the
    largest gain of one miner who goes to another branch. `points` [K, B]."""
    residual, gain = 0.0, 0.0
    for point in points.tolist():
        values = [_payoff(problem, b, m) for b, m in enumerate(point)]
        inside = [value for value, m in zip(values, point, strict=True) if m > 0]
        size = 1 + max(abs(value) for value in values)
        residual = max(residual, (max(inside) - min(inside)) / size, abs(sum(point) - 1))
        gain = max(gain, max(values) - min(inside))
    return residual, gain


def _payoff(problem: MiningProblem, branch: int, fraction: float) -> float:
    """The certainty equivalent; a series in z stands for (e^z − 1)/z near 0."""
    paid = float(problem.rewards[branch]) * problem.price
    z = problem.risk_sensitivity * paid
    ratio = 1 + z / 2 + z * z / 6 + z**3 / 24 + z**4 / 120 if abs(z) < 1e-3 else (exp(z) - 1) / z
    rate = problem.base_rate + problem.crowd_effect * fraction
    return (rate * ratio * paid - problem.mining_cost) * problem.horizon
