"""Reputation and leadership over rounds (the repeated game of Le Cadre et al.'s poster).

A round is T_C periods. Whoever has the highest reputation leads; deviations of actual from target
cost reputation, a quiet round earns one point, and the age since one last led caps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from oracle.games._base import Diagnostics, Problem, Solution, check_length, read_only, timed
from oracle.games._fields import (
    BoolArray,
    Flags,
    FloatArray,
    NonNegative,
    Numbers,
    Reals,
    Whole,
    Words,
    about,
    invalid,
)

__all__ = ["ReputationProblem", "ReputationSolution", "solve"]


class ReputationProblem(Problem):
    """Targets and readings of N nodes, in energy units.

    initial [N]; actual, target, counted [rounds][T_C][N]; tau caps; deviation_scale (a number or
    [N]) is the mean deviation that cancels the point of a round; lag: how many rounds earlier the
    reputation that chooses the leader was known.
    """

    game: ClassVar[str] = "reputation"

    initial: Reals = about("reputation before the first round", "–", "[N]")
    actual: Annotated[FloatArray, Numbers(3)] = about(
        "net positions as metered, T_C periods a round", "kWh", "[rounds][T_C][N]"
    )
    target: Annotated[FloatArray, Numbers(3)] = about(
        "net positions as declared", "kWh", "[rounds][T_C][N]"
    )
    tau: NonNegative = about("the cap on reputation at age 0", "–")
    deviation_scale: Annotated[float | FloatArray, Numbers((0, 1), gt=0)] = about(
        "mean deviation that costs the point of a round", "kWh", "[N]"
    )
    lag: Annotated[int, Whole(ge=0, le=10**9)] = about(
        "how much earlier the reputation that chooses the leader was known", "rounds", default=0
    )
    counted: Annotated[BoolArray, Flags(3)] | None = about(
        "true where a period counts; all if left out", "", "[rounds][T_C][N]", default=None
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.actual.shape[2] != len(self.initial):
            said = Words(f"{self.actual.shape[2]} nodes")
            raise invalid("actual", said, f"{len(self.initial)} nodes, as many as initial")
        for name in ("target", "counted"):
            other = getattr(self, name)
            if other is not None and other.shape != self.actual.shape:
                raise invalid(name, Words(_shape(other)), f"{_shape(self.actual)}, as actual")
        if isinstance(self.deviation_scale, np.ndarray):
            check_length("deviation_scale", self.deviation_scale, "initial", len(self.initial))
        return self


@dataclass(frozen=True)
class ReputationSolution(Solution):
    """leaders [rounds] (node numbers from 0); reputation and age [rounds + 1][N]."""

    leaders: NDArray[np.int64]
    reputation: FloatArray
    age: NDArray[np.int64]


@timed
def solve(problem: ReputationProblem) -> ReputationSolution:
    """Follow the rule round by round. The age that enters the cap is the one after the round."""
    rounds, periods, nodes = problem.actual.shape
    counted = np.ones(problem.actual.shape, bool) if problem.counted is None else problem.counted
    deviation = np.abs(problem.actual - problem.target) / problem.deviation_scale
    earned = np.where(counted, 1 - deviation, 0.0).sum(axis=1) / periods
    reputation = np.empty((rounds + 1, nodes))
    age = np.zeros((rounds + 1, nodes), dtype=np.int64)
    leaders = np.empty(rounds, dtype=np.int64)
    reputation[0] = problem.initial
    for v in range(rounds):
        leaders[v] = np.argmax(reputation[max(v - problem.lag, 0)])
        age[v + 1] = age[v] + 1
        age[v + 1, leaders[v]] = 0
        reputation[v + 1] = np.minimum(reputation[v] + earned[v], problem.tau + age[v + 1])
    return ReputationSolution(
        diagnostics=Diagnostics(
            converged=True,
            iterations=rounds,
            residual=certify(problem, leaders, reputation, age),
            exploitability=None,
        ),
        leaders=_frozen(leaders),
        reputation=read_only(reputation),
        age=_frozen(age),
    )


def certify(
    problem: ReputationProblem,
    leaders: NDArray[np.int64],
    reputation: FloatArray,
    age: NDArray[np.int64],
) -> float:
    """How far a history is from the rule, all rounds at once; infinite if a leader is wrong."""
    rounds, periods, nodes = problem.actual.shape
    turns = np.arange(rounds)
    known = reputation[np.maximum(turns - problem.lag, 0)]
    if (leaders != known.argmax(axis=1)).any() or (reputation[0] != problem.initial).any():
        return float("inf")
    led = np.where(leaders[:, None] == np.arange(nodes), turns[:, None], -1)
    since = turns[:, None] - np.maximum.accumulate(led, axis=0)
    kept = 1 - np.abs(problem.target - problem.actual) / problem.deviation_scale
    counts = True if problem.counted is None else problem.counted
    earned = np.sum(kept, axis=1, where=counts) / periods
    rule = np.minimum(reputation[:-1] + earned, problem.tau + since)
    gap = np.abs(reputation[1:] - rule) / (1 + np.abs(rule))
    return float(max(gap.max(), np.abs(age[1:] - since).max()))


def _frozen(array: NDArray[np.int64]) -> NDArray[np.int64]:
    array.flags.writeable = False
    return array


def _shape(array: NDArray[Any]) -> str:
    return " x ".join(str(n) for n in array.shape)
