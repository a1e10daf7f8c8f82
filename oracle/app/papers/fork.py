"""The slides' miners who choose a branch of a fork."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import SLIDES, Picture, Section, Table, num
from oracle.games.mining import MiningProblem, MiningSolution, solve
from oracle.plots.papers import Line, Panel

__all__ = ["miners_on_a_fork"]

_STARTS = (0.4, 0.45, 0.5, 0.6)


def miners_on_a_fork() -> Section:
    """Two branches, the second paying more: who wins depends on where the crowd is."""
    found = {start: _solved(start) for start in _STARTS}
    split = next(e for e in found[0.5].equilibria if len(np.flatnonzero(e.fractions)) == 2)
    rows = tuple(
        (
            f"{start:g} on branch 1",
            "none" if solution.winner is None else f"branch {solution.winner + 1}",
            "–" if solution.resolution_time is None else num(solution.resolution_time, 4),
        )
        for start, solution in found.items()
    )
    return Section(
        "Miners on a fork",
        f"{SLIDES}, Wattcoin mining, state dynamics and risk-aware co-opetition",
        (
            "The slides define the crowd-seeking payoff `(1/η) log E exp(ηR)` and show state "
            "dynamics without parameters. Ours: two branches, the second pays 10 % more, "
            "α0 = 0.2, ε = 1, η = 0.1, logit dynamics of temperature 0.1.",
            Table("Which branch wins, by where the miners start", ("start", "wins", "at"), rows),
            Picture(
                "fork",
                "The fraction of miners on branch 1 over time for four starts. From 0.4, 0.45 and "
                "0.5 it falls near 0, from 0.6 it rises near 1.",
                "The fraction on branch 1 over time.",
                (
                    Panel(
                        "Fraction on branch 1",
                        "time",
                        tuple(
                            Line(f"from {start:g}", s.times, s.fractions[:, 0], at)
                            for at, (start, s) in enumerate(found.items())
                        ),
                        limits=(0.0, 1.0),
                    ),
                ),
                1,
            ),
            "**As published:** either branch can become the consensus, and everybody on it is "
            f"best. The split at {num(float(split.fractions[0]), 4)} on branch 1 is an equilibrium "
            "too, but not a stable one.",
        ),
    )


def _solved(start: float) -> MiningSolution:
    return solve(
        MiningProblem.from_document(
            {
                "rewards": [1.0, 1.1],
                "price": 1.0,
                "mining_cost": 0.2,
                "base_rate": 0.2,
                "crowd_effect": 1.0,
                "risk_sensitivity": 0.1,
                "horizon": 1.0,
                "initial": [start, 1 - start],
                "temperature": 0.1,
                "duration": 20.0,
                "steps": 400,
            }
        )
    )
