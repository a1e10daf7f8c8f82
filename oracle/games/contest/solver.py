"""The equilibrium of contest, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._base import Diagnostics, Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.contest.certificate import certify
from oracle.games.contest.problem import ContestProblem

_EPS = float(np.finfo(np.float64).eps)
_INNER, _OUTER = 80, 200


@dataclass(frozen=True)
class ContestSolution(Solution):
    """Efforts, probabilities, payoffs [n]; H; spending over the prize; whether it is paid."""

    efforts: FloatArray
    win_probabilities: FloatArray
    payoffs: FloatArray
    aggregate: float
    rent_dissipation: float
    activated: bool


@timed
def solve(problem: ContestProblem) -> ContestSolution:
    """The pure equilibrium; with `activation`, not converged where there is none.

    r = 1 takes a sort, r < 1 some dozen passes over the players.
    """
    if problem.exponent == 1.0:
        efforts, shares, aggregate, iterations, converged = _lottery(problem)
    else:
        efforts, shares, aggregate, iterations, converged = _concave(problem)
    if problem.activation is not None and aggregate <= problem.activation:
        return _not_activated(problem, aggregate, iterations)
    diagnostics = certified(
        *certify(problem, efforts),
        iterations=iterations,
        trouble="" if converged else "the aggregate did not settle",
    )
    return _solution(problem, efforts, shares, aggregate, True, diagnostics)


def _not_activated(problem: ContestProblem, aggregate: float, iterations: int) -> ContestSolution:
    """Nobody spends if no single player would pay for activation alone; else nothing is stable."""
    assert problem.activation is not None
    alone = np.log(problem.activation / problem.weights) / problem.exponent + np.log(problem.costs)
    count = len(problem.costs)
    gain = problem.prize - float(np.exp(min(float(alone.min()), 700.0)))
    if np.log(problem.prize) <= alone.min():
        nothing = np.zeros(count)
        diagnostics = certified(0.0, max(0.0, gain), iterations=iterations)
        return _solution(problem, nothing, nothing.copy(), 0.0, False, diagnostics)
    unknown = np.full(count, np.nan)
    diagnostics = Diagnostics(
        converged=False,
        residual=None,
        exploitability=None,
        iterations=iterations,
        message=(
            f"no pure equilibrium exists: without activation H is {aggregate:.6g}, at most "
            f"{problem.activation:g}, yet player {int(np.argmin(alone))} would activate alone"
        ),
    )
    return _solution(problem, unknown, unknown.copy(), float("nan"), False, diagnostics)


def _solution(
    problem: ContestProblem,
    efforts: FloatArray,
    shares: FloatArray,
    aggregate: float,
    activated: bool,
    diagnostics: Diagnostics,
) -> ContestSolution:
    spent = problem.costs * efforts
    return ContestSolution(
        diagnostics=diagnostics,
        efforts=read_only(efforts),
        win_probabilities=read_only(shares),
        payoffs=read_only(problem.prize * shares - spent),
        aggregate=aggregate,
        rent_dissipation=float(spent.sum()) / problem.prize,
        activated=activated,
    )


_Result = tuple[FloatArray, FloatArray, float, int, bool]


def _lottery(problem: ContestProblem) -> _Result:
    """r = 1: the k players with the least c/w are active, H = R (k − 1)/Σ c/w over them."""
    rates = problem.costs / problem.weights
    order = np.sort(rates)
    sums = np.cumsum(order)
    # The k-th is active while her rate is below R/H of those up to her.
    active = order * np.arange(len(order)) < sums
    # Two always are, even where rounding hides it.
    count = max(2, int(np.count_nonzero(np.minimum.accumulate(active))))
    limit = float(order[:count].sum()) / (count - 1)  # = R/H
    shares = np.maximum(1 - rates / limit, 0.0)
    aggregate = problem.prize / limit
    efforts = shares * aggregate / problem.weights
    return efforts, shares / shares.sum(), aggregate, 1, True


def _concave(problem: ContestProblem) -> _Result:
    """r < 1: everybody is active. Newton on ln Σσ over V = ln H, kept within a bracket."""
    r, prize = problem.exponent, problem.prize
    # First-order condition: r ln(1 − σ) − (1 − r) ln σ = V + offset.
    offset = r * np.log(problem.costs / (r * prize)) - np.log(problem.weights)
    n = len(offset)
    value = float(r * np.log1p(-1 / n) + (1 - r) * np.log(n) - np.median(offset))
    low, high, step = -np.inf, np.inf, 1.0
    logits = _far_out(value + offset, r)
    reached = False
    turn = 0
    while turn < _OUTER:
        turn += 1
        logits = _logits(value + offset, r, logits)
        log_share, share, rest = _shares(logits)
        top = float(log_share.max())
        weights = np.exp(log_share - top)
        total = float(weights.sum())
        error = top + float(np.log(total))
        slope = -float(np.sum(weights * rest / (r * share + (1 - r) * rest))) / total
        reached = abs(error) <= 1e-14 + 16 * _EPS * (1 + abs(value)) * abs(slope)
        if reached:
            break
        low, high = (value, high) if error > 0 else (low, value)
        target = value - error / slope if slope < 0 else np.inf
        if not low < target < high:
            if np.isinf(low) or np.isinf(high):
                target = value + (step if error > 0 else -step)
                step *= 2
            else:
                target = (low + high) / 2
        if target == value:
            break
        value = target
    # A last Newton step goes to the shares directly: V itself has no more digits.
    logits = logits + error / slope / (r * share + (1 - r) * rest) if slope < 0 else logits
    _, share, rest = _shares(logits)
    # Efforts from the first-order condition itself: no power of 1/r magnifies a rounding error.
    efforts = prize * r * share * rest / problem.costs
    return efforts, share / share.sum(), float(np.exp(value)), turn, reached


def _shares(logits: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """ln σ, σ and 1 − σ, none of them by a subtraction from 1."""
    small = np.exp(-np.abs(logits))
    plus = 1 / (1 + small)
    minus = small * plus
    high = logits > 0
    log_share = np.minimum(logits, 0.0) - np.log1p(small)
    return log_share, np.where(high, plus, minus), np.where(high, minus, plus)


def _far_out(target: FloatArray, r: float) -> FloatArray:
    """The logit of a share by the two straight lines that its equation follows far out."""
    return np.asarray(np.where(target >= 0, -target / (1 - r), -target / r))


def _logits(target: FloatArray, r: float, start: FloatArray) -> FloatArray:
    """Solve ``(1 − r) softplus(−u) − r softplus(u) = target`` for u, the logits of the shares.

    The left side falls, with slopes between −r and −(1 − r), and bends one way only, so Newton's
    method comes from one side after its first step.
    """
    u = start
    enough = 4 * _EPS * (1 + np.abs(target))
    for _ in range(_INNER):
        log_share, share, rest = _shares(u)
        error = r * (log_share - u) - (1 - r) * log_share - target
        step = error / (r * share + (1 - r) * rest)
        u = u + step
        if np.all(np.abs(error) <= enough):
            break
    return u
