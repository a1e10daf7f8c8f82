"""Figures of the games in which a price moves over time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from oracle.games._linear_quadratic import Moments, moments
from oracle.games.bayesian_cournot import BayesianCournotProblem, BayesianCournotSolution
from oracle.games.cournot import CournotProblem, CournotSolution
from oracle.games.mean_field_type import (
    Equilibrium,
    MeanFieldTypeProblem,
    MeanFieldTypeSolution,
    as_linear_quadratic,
)
from oracle.games.regulation import RegulationProblem, RegulationSolution

_CURVES = 10
_POINTS = 200
_NAMED = 20


def cournot(problem: CournotProblem, solution: CournotSolution, ax: Axes) -> Axes:
    """The mean price on its way to rest, and the first producers' mean outputs."""
    ax.plot(solution.times, solution.mean_price, color="black", label="mean log-price")
    ax.axhline(solution.stationary_price, color="tab:red", linestyle="--", linewidth=1)
    for i, output in enumerate(solution.mean_output[:_CURVES]):
        ax.plot(solution.times, output, linewidth=0.9, label=f"output {i}")
    ax.set_xlabel("time")
    ax.set_ylabel("mean log-price, outputs")
    ax.legend(fontsize="small")
    return ax


def bayesian_cournot(
    problem: BayesianCournotProblem, solution: BayesianCournotSolution, ax: Axes
) -> Axes:
    """What each producer earns, a bar for each of her types."""
    at, names = 0, []
    for i, values in enumerate(solution.values):
        ax.bar(np.arange(at, at + len(values)), np.nan_to_num(values))
        names += [f"{i}.{kind}" for kind in range(len(values))]
        at += len(values)
    if at <= _NAMED:
        ax.set_xticks(np.arange(at), names)
    ax.set_xlabel("producer.type")
    ax.set_ylabel("value")
    return ax


def mean_field_type(
    problem: MeanFieldTypeProblem, solution: MeanFieldTypeSolution, ax: Axes
) -> Axes:
    """The state's mean in equilibrium, and two standard deviations to either side."""
    ax.set_xlabel("time")
    ax.set_ylabel("state")
    if not solution.diagnostics.converged:
        ax.set_title("no equilibrium")
        ax.plot([0.0, problem.horizon], [problem.initial.mean] * 2, linestyle=":")
        return ax
    game = as_linear_quadratic(problem)
    times = np.linspace(0.0, problem.horizon, _POINTS)
    now = Moments.of(moments(game, Equilibrium(game).gains)(times))
    mean = now.mean.sum(axis=0)
    variance = now.square.sum(axis=0) + now.spread.sum(axis=0) - mean**2
    reach = 2 * np.sqrt(np.maximum(variance, 0.0))
    ax.fill_between(times, mean - reach, mean + reach, alpha=0.2)
    ax.plot(times, mean)
    return ax


def regulation(problem: RegulationProblem, solution: RegulationSolution, ax: Axes) -> Axes:
    """Each strategy's mean price, the band, and how often the price leaves it."""
    times = np.linspace(0.0, problem.horizon, problem.steps + 1)
    for name, outcome in solution.strategies.items():
        label = f"{name}: outage {outcome.outage_probability:.2g}"
        ax.plot(times, outcome.mean_price, label=label)
    for bound in problem.price_band:
        ax.axhline(float(bound), color="grey", linestyle="--", linewidth=0.8)
    ax.set_xlabel("time")
    ax.set_ylabel("mean price")
    if solution.strategies:
        ax.legend(fontsize="small")
    return ax
