"""Cournot with incomplete information: producers know their own costs, not the others'.

As `cournot`, but producer i has finitely many types (c, r, r̄) with known probabilities, independent
of the others'. She reckons with the others' expected feedback: the sums over j ≠ i in the Riccati
equations become expectations over types. Each (i, type) has her own α, β, γ, δ.

Source: Djehiche, Barreiro-Gomez and Tembine, *Mean-field-type games for blockchain-based
distributed power networks*, 3.3.1-3.3.2, corrected as in `cournot`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    RESIDUAL_LIMIT,
    Solution,
    Table,
    certified,
    check_length,
    read_only,
    timed,
)
from oracle.games._best_response import Sums, losses
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Numbers,
    Positive,
    Tables,
    Words,
    about,
    invalid,
)
from oracle.games._linear_quadratic import Affine, Feedback, Gains, Moments
from oracle.games._noise import power
from oracle.games._riccati import integrate
from oracle.games.cournot import CournotProblem, Equilibrium, PriceDynamics, as_linear_quadratic

__all__ = [
    "BayesianCournotProblem",
    "BayesianCournotSolution",
    "ProducerType",
    "bayesian_equilibrium",
    "solve",
]

_MOST_PROFILES = 1024
_RESILIENT = 1e-9


class ProducerType(Table):
    """One type: its probability, and the costs c, r and r̄ of a producer who is it."""

    probability: Annotated[float, Numbers(gt=0, le=1)] = about(
        "of this type; those of a producer in sum 1", "–"
    )
    marginal_cost: NonNegative = about("c", "price")
    quadratic_cost: Positive = about("r", "price/output")
    risk_cost: NonNegative = about("r̄, on the expected output", "price/output")


Types = Annotated[tuple[ProducerType, ...], Tables(most=_MOST_PROFILES)]


class BayesianCournotProblem(PriceDynamics):
    """n producers with types; all other fields as in `cournot`."""

    game: ClassVar[str] = "bayesian_cournot"

    types: Annotated[tuple[Types, ...], Tables(most=10_000)] = about(
        "of each of n producers, at most 1024 profiles in all"
    )
    discount: NonNegatives = about("λ", "1/time", "[n]")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_length("discount", self.discount, "types", len(self.types))
        for i, own in enumerate(self.types):
            total = sum(kind.probability for kind in own)
            if abs(total - 1) > 1e-9:
                raise invalid(f"types[{i}]", total, "probabilities that sum to 1")
        profiles = prod(len(own) for own in self.types)
        if profiles > _MOST_PROFILES:
            said = Words(f"types with {profiles} profiles")
            raise invalid("types", said, f"at most {_MOST_PROFILES} profiles")
        return self


@dataclass(frozen=True)
class BayesianCournotSolution(Solution):
    """α … δ at 0 and values, for each producer a list over her types; [n]: what knowing all types
    is worth to her in expectation, and the most that she regrets once they are known."""

    alpha: tuple[FloatArray, ...]
    beta: tuple[FloatArray, ...]
    gamma: tuple[FloatArray, ...]
    delta: tuple[FloatArray, ...]
    values: tuple[FloatArray, ...]
    value_of_information: FloatArray
    ex_post_regret: FloatArray
    ex_post_resilient: bool


class _Rows:
    """Producers of certain types in a row each, in rooms: everybody faces those of her own room.

    `others` [rows] takes what each row does to what each row expects of the others.
    """

    def __init__(
        self,
        problem: BayesianCournotProblem,
        owners: list[int],
        kinds: list[ProducerType],
        others: Callable[[FloatArray], FloatArray],
    ) -> None:
        self.others = others
        self.problem = CournotProblem(
            marginal_cost=np.array([kind.marginal_cost for kind in kinds]),
            quadratic_cost=np.array([kind.quadratic_cost for kind in kinds]),
            risk_cost=np.array([kind.risk_cost for kind in kinds]),
            discount=problem.discount[owners],
            steps=1,
            **{name: getattr(problem, name) for name in _SHARED},
        )
        self.game = as_linear_quadratic(self.problem)

    def equilibrium(self) -> Equilibrium:
        return Equilibrium(self.problem, self.others)

    def facing(self, affine: Affine, gains: Gains) -> Sums:
        """Slopes and constant that each row faces [rows, 1]; noise has the same size for all."""
        if affine is not self.game.drift:
            none = np.zeros((self.game.players, 1))
            return none, none, none + affine.c0
        return (
            affine.c1 - affine.c2 * self._sums(gains.k),
            affine.c1_hat - affine.c2_hat * self._sums(gains.K),
            affine.c0 - affine.c2_hat * self._sums(gains.h),
        )

    def losses(self, feedback: Feedback) -> FloatArray:
        """What each row gives away by not replying best to those whom she faces."""
        return losses(self.game, feedback, self._moments(feedback), self.facing)

    def _sums(self, values: FloatArray) -> FloatArray:
        return self.others(values[:, 0])[:, None]

    def _moments(self, feedback: Feedback) -> Callable[[float], Moments]:
        """E p̂, E p̂² and E (p − p̂)² as each row expects them."""
        game, problem = self.game, self.problem
        rows = game.players
        local = power(problem.volatility, problem.jumps)
        shared = power(problem.common_volatility, problem.common_jumps)

        def rates(time: float, y: FloatArray) -> FloatArray:
            gains = feedback(time)
            slope, slope_hat, constant = self.facing(game.drift, gains)
            own = slope - game.drift.c2 * gains.k
            mean = slope_hat - game.drift.c2_hat * gains.K
            fixed = (constant - game.drift.c2_hat * gains.h)[:, 0]
            first, square, spread = y.reshape(3, rows)
            change = np.empty((3, rows))
            change[0] = mean[:, 0] * first + fixed
            change[1] = 2 * (mean[:, 0] * square + fixed * first) + shared
            change[2] = 2 * own[:, 0] * spread + local
            return change.ravel()

        start = np.array([game.mean, game.mean**2, game.variance])
        path = integrate(rates, np.repeat(start, rows), 0.0, game.horizon)

        def at(time: float) -> Moments:
            first, square, spread = path(time).reshape(3, rows, 1)
            return Moments(np.ones((1, 1)), first, square, spread)

        return at


_SHARED = (
    *("adjustment_speed", "intercept", "terminal_weight", "horizon", "initial_price"),
    *("initial_mean_price", "volatility", "common_volatility", "jumps", "common_jumps", "variant"),
)


def _ex_ante(problem: BayesianCournotProblem) -> _Rows:
    """A row for each producer and type; of the others she expects the mean over their types."""
    owners = [i for i, own in enumerate(problem.types) for _ in own]
    kinds = [kind for own in problem.types for kind in own]
    chances = np.array([kind.probability for kind in kinds])
    starts = np.cumsum([0, *(len(own) for own in problem.types[:-1])])
    place = np.array(owners)

    def others(values: FloatArray) -> FloatArray:
        expected = np.add.reduceat(chances * values, starts)
        return np.asarray((expected.sum() - expected)[place])

    return _Rows(problem, owners, kinds, others)


def _ex_post(problem: BayesianCournotProblem, profiles: list[tuple[int, ...]]) -> _Rows:
    """A row for each profile and producer: in each profile everybody faces the types in it."""
    count = len(problem.types)

    def others(values: FloatArray) -> FloatArray:
        rooms = values.reshape(-1, count)
        return np.asarray(rooms.sum(axis=1, keepdims=True) - rooms).ravel()

    kinds = [problem.types[i][kind] for profile in profiles for i, kind in enumerate(profile)]
    return _Rows(problem, list(range(count)) * len(profiles), kinds, others)


def bayesian_equilibrium(problem: BayesianCournotProblem) -> Equilibrium:
    """The equilibrium over time; rows are producer 0's types, then producer 1's, and so on."""
    return _ex_ante(problem).equilibrium()


@timed
@np.errstate(all="ignore")
def solve(problem: BayesianCournotProblem) -> BayesianCournotSolution:
    """The Bayesian equilibrium; not converged where the Riccati equations cannot be integrated."""
    before = _ex_ante(problem)
    equilibrium = before.equilibrium()
    profiles = list(product(*(range(len(own)) for own in problem.types)))
    after = _ex_post(problem, profiles)
    known = after.equilibrium()
    trouble = equilibrium.trouble or known.trouble
    at_start = [equilibrium.at(0.0), known.at(0.0)]
    values, informed = (_values(problem, parts) for parts in at_start)
    count = len(problem.types)
    lost, regret = float("nan"), np.full(count, np.nan)
    residual = max(equilibrium.residual, known.residual)
    if not trouble and residual <= RESIDUAL_LIMIT:
        lost = float(before.losses(equilibrium.gains).max())
        regret = _regret(problem, profiles, equilibrium, after)
    first = np.cumsum([0, *(len(own) for own in problem.types)])
    chances = [np.array([kind.probability for kind in own]) for own in problem.types]
    odds = np.array([prod(chances[i][k] for i, k in enumerate(each)) for each in profiles])
    expected = [float(c @ values[first[i] : first[i + 1]]) for i, c in enumerate(chances)]

    def by_producer(rows: FloatArray) -> tuple[FloatArray, ...]:
        return tuple(read_only(rows[first[i] : first[i + 1]].copy()) for i in range(count))

    alpha, beta, gamma, delta = (by_producer(rows) for rows in at_start[0])
    small = _RESILIENT * (1 + float(np.abs(values).max()))
    return BayesianCournotSolution(
        diagnostics=certified(
            residual,
            lost,
            evaluations=equilibrium.evaluations + known.evaluations,
            trouble=trouble,
        ),
        alpha=alpha,
        beta=beta,
        gamma=gamma,
        delta=delta,
        values=by_producer(values),
        value_of_information=read_only(odds @ informed.reshape(-1, count) - expected),
        ex_post_regret=read_only(regret),
        ex_post_resilient=bool(np.all(regret <= small)),
    )


def _values(problem: BayesianCournotProblem, parts: Any) -> FloatArray:
    """``½α(p0 − p̂0)² + ½β p̂0² + γ p̂0 + δ`` of every row."""
    alpha, beta, gamma, delta = parts
    mean = problem.initial_mean_price
    away = problem.initial_price - mean
    return np.asarray(alpha * away**2 / 2 + beta * mean**2 / 2 + gamma * mean + delta)


def _regret(
    problem: BayesianCournotProblem,
    profiles: list[tuple[int, ...]],
    equilibrium: Equilibrium,
    after: _Rows,
) -> FloatArray:
    """The most that each producer [n] would gain by replying to the types as they turn out."""
    first = np.cumsum([0, *(len(own) for own in problem.types)])
    rows = np.array([first[i] + kind for each in profiles for i, kind in enumerate(each)])

    def feedback(time: float) -> Gains:
        gains = equilibrium.gains(time)
        return Gains(gains.k[rows], gains.K[rows], gains.h[rows])

    lost = after.losses(feedback)
    return np.asarray(lost.reshape(len(profiles), -1).max(axis=0))
