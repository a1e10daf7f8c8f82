"""The problem of mining: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, check_length
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Numbers,
    Positive,
    Positives,
    Real,
    Whole,
    Words,
    about,
    invalid,
)

_MOST = 12
_LARGEST_EXPONENT = 60.0


class MiningProblem(Problem):
    """B branches, at most 12.

    rewards r [B] in coins; price p̄ of a coin; mining_cost c per unit of time; base_rate α0 and
    crowd_effect ε, rewards per unit of time; risk_sensitivity η (> 0 seeks risk); horizon T;
    initial [B] fractions; temperature τ of the logit choice; the fork is resolved once a branch
    holds resolved_at of the miners, watched for `duration` in `steps`.
    """

    game: ClassVar[str] = "mining"

    rewards: Positives = about(
        "r, what a block pays on each of B branches, at most 12", "coins", "[B]"
    )
    price: Positive = about("p̄, of a coin", "currency/coin")
    mining_cost: NonNegative = about("c", "currency/time")
    base_rate: NonNegative = about("α0, the rate of rewards where nobody is", "1/time")
    crowd_effect: Real = about(
        "ε, how much the rate rises where everybody is; at least −α0", "1/time"
    )
    risk_sensitivity: Real = about(
        "η, above 0 for miners who seek risk; η r p̄ within ±60", "1/currency"
    )
    horizon: Positive = about("T, the time over which payoffs are compared", "time")
    initial: NonNegatives = about("fraction of the miners on each branch, in sum 1", "–", "[B]")
    temperature: Positive = about("τ: how far payoffs must differ to matter", "currency")
    resolved_at: Annotated[float, Numbers(ge=0.5, le=1)] = about(
        "fraction of the miners at which the fork is resolved", "–", default=0.95
    )
    duration: Positive = about("how long the dynamics are followed", "time")
    steps: Annotated[int, Whole(ge=1, le=100_000)] = about(
        "of the reported path", "–", default=1000
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.rewards) > _MOST:
            said = Words(f"a list of {len(self.rewards)}")
            raise invalid("rewards", said, f"at most {_MOST} branches")
        check_length("initial", self.initial, "rewards", len(self.rewards))
        if abs(float(self.initial.sum()) - 1) > 1e-9:
            raise invalid("initial", Words(f"a sum of {self.initial.sum():g}"), "a sum of 1")
        if self.base_rate + min(self.crowd_effect, 0.0) < 0:
            raise invalid("crowd_effect", self.crowd_effect, "at least −base_rate: no rate below 0")
        if self.crowd_effect == 0:
            if self.base_rate == 0:
                raise invalid("base_rate", 0.0, "above 0 where crowd_effect is 0")
            if len(np.unique(self.rewards)) < len(self.rewards):
                raise invalid("rewards", self.rewards, "all different where crowd_effect is 0")
        exponent = self.risk_sensitivity * float(self.rewards.max()) * self.price
        if abs(exponent) > _LARGEST_EXPONENT:
            allowed = f"times the largest reward times price within ±{_LARGEST_EXPONENT:g}"
            raise invalid("risk_sensitivity", self.risk_sensitivity, allowed)
        return self


def worth(problem: MiningProblem) -> FloatArray:
    """What one more reward per unit of time adds to the payoff of a branch: ``T g_b`` [B]."""
    eta, paid = problem.risk_sensitivity, problem.rewards * problem.price
    with np.errstate(divide="ignore", invalid="ignore"):
        sensitive = np.expm1(eta * paid) / eta if eta else paid
    # Where η r p̄ underflows there is no risk to be sensitive to.
    return np.asarray(np.where(np.abs(eta * paid) < 1e-290, paid, sensitive) * problem.horizon)


def payoffs(problem: MiningProblem, fractions: FloatArray) -> FloatArray:
    """Payoff of every branch [..., B] when the miners are spread as `fractions` [..., B]."""
    rates = problem.base_rate + problem.crowd_effect * fractions
    return np.asarray(rates * worth(problem) - problem.mining_cost * problem.horizon)
