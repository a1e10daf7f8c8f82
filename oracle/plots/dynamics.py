"""Figures of games that run over time: miners on a fork, the grid's frequency."""

from __future__ import annotations

from matplotlib.axes import Axes

from oracle.games.mining import MiningProblem, MiningSolution


def mining(problem: MiningProblem, solution: MiningSolution, ax: Axes) -> Axes:
    """The miners' fractions on each branch, and when the fork is resolved."""
    for branch in range(len(problem.rewards)):
        ax.plot(solution.times, solution.fractions[:, branch], label=f"branch {branch}")
    if solution.resolution_time is not None:
        ax.axvline(solution.resolution_time, color="black", linestyle="--", linewidth=1)
    ax.set_ylim(0.0, 1.0)
    ax.set_xlabel("time")
    ax.set_ylabel("fraction of the miners")
    ax.legend()
    return ax
