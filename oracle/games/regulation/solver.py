"""The equilibrium of regulation, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from oracle.games._base import Diagnostics, Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.regulation.feedback import Feedback, Measured, grid_of, lines_of, measure
from oracle.games.regulation.lines import Grid, Moments
from oracle.games.regulation.problem import RegulationProblem

_OPTIMAL = {"lqr", "mean_field", "mean_field_type"}


@dataclass(frozen=True)
class Outcome:
    """One strategy: the share of time outside the band and at the horizon, its 95 % interval;
    time mean of E (p − log p_tp)²; ∫E u² dt; payoff; exp(E p) [steps+1]."""

    outage_probability: float
    outage_at_horizon: float
    confidence_interval: tuple[float, float]
    mean_squared_error: float
    control_energy: float
    payoff: float
    mean_price: FloatArray


@dataclass(frozen=True)
class RegulationDiagnostics(Diagnostics):
    """z_scores: how far the paths are from the exact moments, in standard errors."""

    z_scores: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class RegulationSolution(Solution):
    """A table for each strategy."""

    strategies: dict[str, Outcome]


@timed
@np.errstate(all="ignore")
def solve(
    problem: RegulationProblem, *, rng: np.random.Generator | None = None, threads: int = 2
) -> RegulationSolution:
    """Every strategy asked for, on the same noise. The result does not depend on `threads`.

    Means, squared errors and energies are exact but for `piecewise`; outages are exact where
    nothing jumps and estimated, with an interval, where something does. Not converged where the
    Riccati equations cannot be integrated.
    """
    grid = grid_of(problem)
    feedback = Feedback(problem, grid) if _OPTIMAL & set(problem.strategies) else None
    trouble = feedback.path.trouble if feedback is not None else ""
    if trouble:
        plain = certified(float("nan"), float("nan"), evaluations=0, trouble=trouble)
        return RegulationSolution(plain, {})
    lines = lines_of(problem, grid, feedback)
    moments = {name: Moments.of(line, grid) for name, line in lines.items() if name != "piecewise"}
    random = np.random.default_rng(0) if rng is None else rng
    measured = measure(problem, grid, lines, random, threads)
    outcomes: dict[str, Outcome] = {}
    scores: dict[str, dict[str, float]] = {}
    for name in problem.strategies:
        exact = moments.get(name)
        outcomes[name] = _outcome(problem, grid, exact, measured[name])
        if exact is not None:
            scores[name] = _scores(problem, grid, exact, measured[name])
    worst = [
        feedback.loss(moments[name], name == "mean_field_type")
        for name in problem.strategies
        if feedback is not None and name in _OPTIMAL
    ]
    for strategy, outcome in outcomes.items():
        if not all(np.isfinite(getattr(outcome, each.name)).all() for each in fields(outcome)):
            trouble = f"{strategy}: prices or controls too large for floating point"
            break
    plain = certified(
        feedback.path.residual if feedback is not None else 0.0,
        max(worst, default=0.0),
        evaluations=problem.paths * problem.steps * len(lines),
        trouble=trouble,
    )
    kept = {each.name: getattr(plain, each.name) for each in fields(plain)}
    return RegulationSolution(RegulationDiagnostics(**kept, z_scores=scores), outcomes)


def _outcome(
    problem: RegulationProblem, grid: Grid, exact: Moments | None, measured: Measured
) -> Outcome:
    """Exact numbers where there are any, the paths' estimates otherwise."""
    if exact is None:
        mean, error, energy = measured.mean, measured.squared_error, measured.energy
    else:
        mean, error, energy = exact.mean, exact.squared_error, exact.energy
    if exact is None or problem.jumping:
        share, last, interval = measured.share, float(measured.outside[-1]), measured.interval
    else:
        outside = exact.outage(grid)
        share, last = float(outside[1:].mean()), float(outside[-1])
        interval = share, share
    with np.errstate(over="ignore"):
        price = np.exp(mean)
    sold = float(np.mean((price[:-1] + price[1:]) / 2 * problem.demand))
    return Outcome(
        outage_probability=share,
        outage_at_horizon=last,
        confidence_interval=interval,
        mean_squared_error=error,
        control_energy=energy,
        payoff=sold - problem.outage_cost * share,
        mean_price=read_only(price),
    )


def _scores(
    problem: RegulationProblem, grid: Grid, exact: Moments, measured: Measured
) -> dict[str, float]:
    """Estimates less what they estimate, in standard errors."""
    pairs = {
        "mean_squared_error": (measured.squared_error - exact.squared_error, measured.errors[0]),
        "control_energy": (measured.energy - exact.energy, measured.errors[1]),
    }
    if not problem.jumping:
        share = float(exact.outage(grid)[1:].mean())
        pairs["outage_probability"] = measured.share - share, measured.errors[2]
    return {name: gap / error if error > 0 else 0.0 for name, (gap, error) in pairs.items()}
