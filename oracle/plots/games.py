"""One figure for each game's solution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from oracle.games import FloatArray, Problem, Solution
from oracle.games.clearing import ClearingProblem, ClearingSolution, supply_and_demand
from oracle.games.contest import ContestProblem, ContestSolution
from oracle.games.reputation import ReputationProblem, ReputationSolution
from oracle.games.stackelberg import StackelbergProblem, StackelbergSolution, leader_profit
from oracle.plots.dynamics import frequency, mining
from oracle.plots.learning import learning
from oracle.plots.prices import bayesian_cournot, cournot, mean_field_type, regulation
from oracle.plots.supply import auction, dispatch, investment, price_field, response

_POINTS = 400
_BARS = 60


def plot_solution(name: str, problem: Problem, solution: Solution, ax: Axes | None = None) -> Axes:
    """Draw a game's solution on `ax`, or on a figure of its own. Raises KeyError: unknown game."""
    draw = PLOTS[name]
    return draw(problem, solution, Figure(layout="constrained").subplots() if ax is None else ax)


def stackelberg(problem: StackelbergProblem, solution: StackelbergSolution, ax: Axes) -> Axes:
    """The leader's utility over the price, and the price chosen; or each follower's own price."""
    if problem.pricing == "discriminated":
        _bars(ax, np.asarray(solution.price), "prosumer", "elecoin price")
        return ax
    low, high = (float(bound) for bound in problem.price_bounds)
    prices = np.linspace(low, high, _POINTS)
    fixed = solution.leader_utility - leader_profit(problem, float(np.asarray(solution.price)))
    ax.plot(prices, [leader_profit(problem, float(price)) + fixed for price in prices])
    ax.axvline(float(np.asarray(solution.price)), color="tab:red", linestyle="--", linewidth=1)
    ax.plot([float(np.asarray(solution.price))], [solution.leader_utility], "o", color="tab:red")
    ax.set_xlabel("elecoin price (currency/ELE)")
    ax.set_ylabel("leader's utility")
    return ax


def clearing(problem: ClearingProblem, solution: ClearingSolution, ax: Axes) -> Axes:
    """Supply and demand over the price, and where they clear; or each prosumer's own price."""
    if isinstance(solution.price, np.ndarray):
        _bars(ax, solution.price, "prosumer", "price (ELE/kWh)")
        return ax
    low, high = problem.bounds
    choke = float(np.max(2 * problem.consumers.curvature * problem.consumers.target))
    top = min(high, max(2 * solution.price, 1.1 * choke, low))
    prices = np.linspace(low, top if top > low else low + 1, _POINTS)
    curves = np.array([supply_and_demand(problem, float(price)) for price in prices])
    ax.plot(curves[:, 0], prices, label="supply")
    ax.plot(curves[:, 1], prices, label="demand")
    ax.plot([float(solution.consumption.sum())], [solution.price], "o", color="black")
    ax.set_xlabel("energy (kWh)")
    ax.set_ylabel("price (ELE/kWh)")
    ax.legend()
    return ax


def reputation(problem: ReputationProblem, solution: ReputationSolution, ax: Axes) -> Axes:
    """Every node's reputation over the rounds; dots mark who led."""
    ax.plot(solution.reputation[:, :_BARS])
    turns = np.arange(len(solution.leaders))
    ax.plot(turns, solution.reputation[turns, solution.leaders], "o", color="black", markersize=4)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("round")
    ax.set_ylabel("reputation")
    return ax


def contest(problem: ContestProblem, solution: ContestSolution, ax: Axes) -> Axes:
    """Every player's chance to win."""
    _bars(ax, solution.win_probabilities, "player", "probability to win")
    if not solution.diagnostics.converged:
        ax.set_title("no pure equilibrium")
    return ax


def _bars(ax: Axes, values: FloatArray, what: str, label: str) -> None:
    """A bar for each; for many, one line over all of them."""
    if len(values) <= _BARS:
        ax.bar(np.arange(len(values)), np.nan_to_num(values))
    else:
        ax.plot(values, linewidth=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(what)
    ax.set_ylabel(label)


PLOTS: dict[str, Callable[[Any, Any, Axes], Axes]] = {
    "stackelberg": stackelberg,
    "clearing": clearing,
    "reputation": reputation,
    "contest": contest,
    "bayesian_cournot": bayesian_cournot,
    "cournot": cournot,
    "mean_field_type": mean_field_type,
    "regulation": regulation,
    "frequency": frequency,
    "learning": learning,
    "mining": mining,
    "response": response,
    "price_field": price_field,
    "dispatch": dispatch,
    "investment": investment,
    "auction": auction,
}
