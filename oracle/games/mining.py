"""Miners who seek the crowd: on which branch of a fork do they mine, and when is it over?

On branch b, where the fraction m_b of the miners is, rewards arrive as a Poisson stream of rate
``α0 + ε m_b``; each pays r_b at the price p̄, and mining costs c per unit of time. With risk
sensitivity η the payoff until T is the certainty equivalent
``(1/η) ln E exp(η (r_b p̄ X(T) − cT)) = (α0 + ε m_b) T g_b − cT``, ``g_b = (e^{η r_b p̄} − 1)/η``,
r_b p̄ at η = 0. Inside a support S all rates are in inverse proportion to g, which gives m at once;
the replicator's Jacobian tells which of these points hold, and the logit dynamics when one branch
has won.

Source: "A mean-field-type game perspective" (slides), Wattcoin mining as a crowd-seeking game.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from oracle.games._base import Problem, Solution, certified, check_length, read_only, timed
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Numbers,
    Positive,
    Positives,
    Real,
    Whole,
    Words,
    about,
    invalid,
)
from oracle.games._mining_certificate import certify
from oracle.games._mining_logit import run_logit

__all__ = ["Equilibrium", "MiningProblem", "MiningSolution", "payoffs", "solve"]

_MOST = 12
_TIE = 1e-12
_LARGEST_EXPONENT = 60.0


class MiningProblem(Problem):
    """B branches, at most 12.

    rewards r [B] in coins; price p̄ of a coin; mining_cost c per unit of time; base_rate α0 and
    crowd_effect ε, rewards per unit of time; risk_sensitivity η (> 0 seeks risk); horizon T;
    initial [B] fractions; temperature τ of the logit choice; the fork is resolved once a branch
    holds resolved_at of the miners, watched for `duration` in `steps`.
    """

    game: ClassVar[str] = "mining"

    rewards: Positives = about(
        "r, what a block pays on each of B branches, at most 12", "coins", "[B]"
    )
    price: Positive = about("p̄, of a coin", "currency/coin")
    mining_cost: NonNegative = about("c", "currency/time")
    base_rate: NonNegative = about("α0, the rate of rewards where nobody is", "1/time")
    crowd_effect: Real = about(
        "ε, how much the rate rises where everybody is; at least −α0", "1/time"
    )
    risk_sensitivity: Real = about(
        "η, above 0 for miners who seek risk; η r p̄ within ±60", "1/currency"
    )
    horizon: Positive = about("T, the time over which payoffs are compared", "time")
    initial: NonNegatives = about("fraction of the miners on each branch, in sum 1", "–", "[B]")
    temperature: Positive = about("τ: how far payoffs must differ to matter", "currency")
    resolved_at: Annotated[float, Numbers(ge=0.5, le=1)] = about(
        "fraction of the miners at which the fork is resolved", "–", default=0.95
    )
    duration: Positive = about("how long the dynamics are followed", "time")
    steps: Annotated[int, Whole(ge=1, le=100_000)] = about(
        "of the reported path", "–", default=1000
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.rewards) > _MOST:
            said = Words(f"a list of {len(self.rewards)}")
            raise invalid("rewards", said, f"at most {_MOST} branches")
        check_length("initial", self.initial, "rewards", len(self.rewards))
        if abs(float(self.initial.sum()) - 1) > 1e-9:
            raise invalid("initial", Words(f"a sum of {self.initial.sum():g}"), "a sum of 1")
        if self.base_rate + min(self.crowd_effect, 0.0) < 0:
            raise invalid("crowd_effect", self.crowd_effect, "at least −base_rate: no rate below 0")
        if self.crowd_effect == 0:
            if self.base_rate == 0:
                raise invalid("base_rate", 0.0, "above 0 where crowd_effect is 0")
            if len(np.unique(self.rewards)) < len(self.rewards):
                raise invalid("rewards", self.rewards, "all different where crowd_effect is 0")
        exponent = self.risk_sensitivity * float(self.rewards.max()) * self.price
        if abs(exponent) > _LARGEST_EXPONENT:
            allowed = f"times the largest reward times price within ±{_LARGEST_EXPONENT:g}"
            raise invalid("risk_sensitivity", self.risk_sensitivity, allowed)
        return self


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


def worth(problem: MiningProblem) -> FloatArray:
    """What one more reward per unit of time adds to the payoff of a branch: ``T g_b`` [B]."""
    eta, paid = problem.risk_sensitivity, problem.rewards * problem.price
    with np.errstate(divide="ignore", invalid="ignore"):
        sensitive = np.expm1(eta * paid) / eta if eta else paid
    # Where η r p̄ underflows there is no risk to be sensitive to.
    return np.asarray(np.where(np.abs(eta * paid) < 1e-290, paid, sensitive) * problem.horizon)


def payoffs(problem: MiningProblem, fractions: FloatArray) -> FloatArray:
    """Payoff of every branch [..., B] when the miners are spread as `fractions` [..., B]."""
    rates = problem.base_rate + problem.crowd_effect * fractions
    return np.asarray(rates * worth(problem) - problem.mining_cost * problem.horizon)


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
