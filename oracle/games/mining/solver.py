"""The equilibrium of mining, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.games._base import Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.mining.certificate import certify
from oracle.games.mining.logit import run_logit
from oracle.games.mining.problem import MiningProblem, payoffs, worth

_TIE = 1e-12


@dataclass(frozen=True)
class Equilibrium:
    """Fractions [B] from which no miner wants to move, and their common payoff.

    Stable: every eigenvalue of the replicator's Jacobian on the simplex has a negative real part
    and no empty branch pays as well.
    """

    fractions: FloatArray
    payoff: float
    stable: bool


@dataclass(frozen=True)
class MiningSolution(Solution):
    """All equilibria; initial_payoffs [B]; the logit path: times, fractions [steps+1][B].

    resolution_time: when the first branch holds `resolved_at`; winner: which one. None: never.
    """

    equilibria: tuple[Equilibrium, ...]
    initial_payoffs: FloatArray
    times: FloatArray
    fractions: FloatArray
    resolution_time: float | None
    winner: int | None


@timed
def solve(problem: MiningProblem) -> MiningSolution:
    """All equilibria by looking at every support, and the logit dynamics from `initial`.

    Not converged where the dynamics are too stiff for the limit on evaluations.
    """
    points = _equilibria(problem)
    stable = _stable(problem, points)
    values = payoffs(problem, points)
    inside = points > 0
    common = np.sum(np.where(inside, values, 0.0), axis=1) / inside.sum(axis=1)
    path = run_logit(
        worth(problem), problem.base_rate, problem.crowd_effect, problem.temperature,
        problem.initial / problem.initial.sum(), problem.duration, problem.steps,
        problem.resolved_at,
    )  # fmt: skip
    residual, exploitability = certify(problem, points)
    return MiningSolution(
        diagnostics=certified(
            residual, exploitability, evaluations=path.evaluations, trouble=path.trouble
        ),
        equilibria=tuple(
            Equilibrium(read_only(points[k].copy()), float(common[k]), bool(stable[k]))
            for k in range(len(points))
        ),
        initial_payoffs=read_only(payoffs(problem, problem.initial)),
        times=read_only(path.times),
        fractions=read_only(path.fractions),
        resolution_time=path.resolution_time,
        winner=path.winner,
    )


def _equilibria(problem: MiningProblem) -> FloatArray:
    """Fractions [K, B] of all equilibria, the smallest supports first, then by lowest branch."""
    count = len(problem.rewards)
    bits = np.arange(1, 2**count)[:, None] >> np.arange(count) & 1
    order = np.lexsort((*(1 - bits[:, ::-1].T), bits.sum(axis=1)))
    supports = bits[order].astype(bool)
    inverse = 1 / worth(problem)
    sizes = supports.sum(axis=1)
    if problem.crowd_effect == 0:  # payoffs do not depend on m, and all differ
        points = np.zeros((1, count))
        points[0, np.argmin(inverse)] = 1.0
        return points
    # Equal payoffs: α0 + ε m_b = w/g_b, and Σ m = 1 gives w.
    shares = np.where(supports, inverse, 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    lean = problem.base_rate / problem.crowd_effect
    points = np.where(supports, shares + (sizes[:, None] * shares - 1) * lean, 0.0)
    feasible = np.where(supports, points > _TIE * (1 + abs(lean)), True).all(axis=1)
    points, supports = points[feasible], supports[feasible]
    gap, scale = _outside(problem, points, supports)
    return np.asarray(points[(gap <= _TIE * scale).all(axis=1)])


def _outside(
    problem: MiningProblem, points: FloatArray, supports: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """By how much an empty branch pays more (−∞ inside), and the size of what is compared."""
    income = (problem.base_rate + problem.crowd_effect * points) * worth(problem)
    common = np.sum(np.where(supports, income, 0.0), axis=1, keepdims=True)
    common /= supports.sum(axis=1, keepdims=True)
    gap = np.where(supports, -np.inf, income - common)
    return gap, np.abs(income) + np.abs(common)


def _stable(problem: MiningProblem, points: FloatArray) -> NDArray[np.bool_]:
    """Whether the replicator ``ṁ_b = m_b (V_b − Σ m V)`` returns to each point [K]."""
    count = points.shape[1]
    supports = points > 0
    gap, scale = _outside(problem, points, supports)
    strict = np.where(supports, True, gap < -_TIE * scale).all(axis=1)
    if count == 1:
        return np.asarray(strict)
    steep = problem.crowd_effect * worth(problem)
    income = (problem.base_rate + problem.crowd_effect * points) * worth(problem)
    mean = np.sum(points * income, axis=1)[:, None, None]
    eye = np.eye(count)
    # ∂ṁ_b/∂m_c = δ_bc (V_b − V̄ + m_b s_b) − m_b (V_c + m_c s_c), with s = dV/dm.
    marginal = income + points * steep
    jacobian = eye * marginal[:, :, None] - eye * mean - points[:, :, None] * marginal[:, None, :]
    # A basis of the directions that keep Σ m = 1.
    basis = np.linalg.qr(np.hstack([np.ones((count, 1)), eye[:, 1:]]))[0][:, 1:]
    values = np.linalg.eigvals(basis.T @ jacobian @ basis)
    size = np.abs(jacobian).max(axis=(1, 2))
    return np.asarray(strict & (values.real.max(axis=1) < -1e-13 * size))
