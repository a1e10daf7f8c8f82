"""The poster's repeated game: who mines, and how keeping one's target pays."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import POSTER, Picture, Section, Table, num
from oracle.games.reputation import ReputationProblem, solve
from oracle.plots.papers import Line, Panel

__all__ = ["reputation_rounds"]

_ROUNDS, _PERIODS = 40, 4
_ERRORS = (0.05, 0.2, 0.5)
_SEED = 2019


def reputation_rounds() -> Section:
    """Three nodes that differ in how well they keep their targets."""
    rng = np.random.default_rng(_SEED)
    target = np.ones((_ROUNDS, _PERIODS, len(_ERRORS)))
    actual = target + rng.standard_normal(target.shape) * np.array(_ERRORS)
    solution = solve(
        ReputationProblem.from_document(
            {
                "initial": [0.0] * len(_ERRORS),
                "actual": actual.tolist(),
                "target": target.tolist(),
                "tau": 3.0,
                "deviation_scale": 0.4,
            }
        )
    )
    turns = np.bincount(solution.leaders, minlength=len(_ERRORS))
    rounds = np.linspace(0.0, _ROUNDS, _ROUNDS + 1)
    rows = tuple(
        (
            f"node {i + 1}, error {error:g}",
            str(turns[i]),
            num(float(solution.reputation[:, i].mean()), 3),
        )
        for i, error in enumerate(_ERRORS)
    )
    return Section(
        "Reputation and leadership",
        f"{POSTER}, repeated game",
        (
            "The poster publishes a model and no numbers: its chart is Solarcoin's price, its "
            "other figures are diagrams. Its rules can still be run. Ours: three nodes, "
            f"{_ROUNDS} rounds of {_PERIODS} periods, τ = 3, targets missed by 5, 20 and 50 % "
            "(standard deviation), deviations counted in units of 0.4.",
            Table("Rounds led, and mean reputation", ("node", "rounds led", "reputation"), rows),
            Picture(
                "reputation",
                "Reputation of three nodes over 40 rounds: the two careful ones rise to the cap, "
                "which falls whenever one has led, and take turns in a saw-tooth; the careless one "
                "stays below them.",
                "Reputation by round.",
                (
                    Panel(
                        "Reputation",
                        "round",
                        tuple(
                            Line(f"error {error:g}", rounds, solution.reputation[:, i], i)
                            for i, error in enumerate(_ERRORS)
                        ),
                    ),
                ),
                1,
            ),
            "The cap τ + age makes leadership rotate: who has just mined starts again from τ. The "
            "poster leaves open whether the age before or after the round enters; we take the one "
            "after it.",
        ),
    )
