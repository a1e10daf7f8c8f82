"""Figure of the learners: the price over time, and where it should come to."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from oracle.games.learning import LearningProblem, LearningSolution


def learning(problem: LearningProblem, solution: LearningSolution, ax: Axes) -> Axes:
    """The mean price over the runs, the runs' 95 % interval at the end, and the equilibrium."""
    blocks = len(solution.price_trace)
    steps = (np.arange(blocks) + 0.5) * problem.steps / blocks
    ax.plot(steps, solution.price_trace, label=problem.method)
    target = float(np.mean(solution.equilibrium_price))
    ax.axhline(target, color="black", linestyle="--", linewidth=1, label="equilibrium")
    low, high = solution.price_interval
    ax.fill_between(
        [0.9 * problem.steps, problem.steps], low, high, alpha=0.3, label="95 % of the runs"
    )
    ax.set_xlabel("step")
    ax.set_ylabel("elecoin price (currency/ELE)")
    ax.legend()
    return ax
