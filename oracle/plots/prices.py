"""Figures of the games in which a price moves over time."""

from __future__ import annotations

from matplotlib.axes import Axes

from oracle.games.cournot import CournotProblem, CournotSolution

_CURVES = 10


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
