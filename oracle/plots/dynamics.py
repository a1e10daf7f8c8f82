"""Figures of games that run over time: miners on a fork, the grid's frequency."""

from __future__ import annotations

from matplotlib.axes import Axes

from oracle.games.frequency import FrequencyProblem, FrequencySolution
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


def frequency(problem: FrequencyProblem, solution: FrequencySolution, ax: Axes) -> Axes:
    """The frequency over time, nominal and lowest."""
    ax.plot(solution.times, solution.frequency)
    ax.axhline(problem.nominal_frequency, color="black", linewidth=0.6)
    ax.axhline(solution.nadir, color="tab:red", linestyle="--", linewidth=1, label="nadir")
    ax.set_xlabel("time (s)")
    ax.set_ylabel("frequency (Hz)")
    ax.legend()
    return ax
