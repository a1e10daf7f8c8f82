"""The problem of contest: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, check_length
from oracle.games._fields import FloatArray, Numbers, Positive, Positives, Words, about, invalid


class ContestProblem(Problem):
    """n ≥ 2 players: prize R, costs c [n] per unit of effort, impact w [n] (default 1), exponent r.

    With `activation` the prize is paid only if the aggregate impact exceeds it.
    """

    game: ClassVar[str] = "contest"

    prize: Positive = about("R, what the winner gets", "currency")
    costs: Positives = about(
        "c, what a unit of effort costs each player", "currency per effort", "[n]"
    )
    impact: Positives | None = about(
        "w, the weight of each player's effort; 1 for all if left out", "–", "[n]", default=None
    )
    exponent: Annotated[float, Numbers(gt=0, le=1)] = about(
        "r, how effort becomes impact", "–", default=1.0
    )
    activation: Positive | None = about(
        "aggregate impact above which the prize is paid; always paid if left out",
        "impact",
        default=None,
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.costs) < 2:
            raise invalid("costs", Words("a list of 1"), "2 players or more")
        if self.impact is not None:
            check_length("impact", self.impact, "costs", len(self.costs))
        return self

    @property
    def weights(self) -> FloatArray:
        """The impact factors [n]."""
        return np.ones(len(self.costs)) if self.impact is None else self.impact
