"""Producers who move the price: a Cournot game under Roos's price dynamics, with common noise.

Log-price ``dp = η[a − Σu − p] dt + σdB + jumps + common noise``. Producer i maximises
``E −(q/2) e^{−λ_i T}(p − p̂)²(T) + ∫ e^{−λ_i t} [p̂ u_i − c_i u_i − ½ r_i u_i² − ½ r̄_i û_i²] dt``;
p̂ is the price expected given the common noise. With ``A = 1 − ηβ``, ``C = c + ηγ``, ``R = r + r̄``
the equilibrium in feedback form is ``u_i = −(ηα_i/r_i)(p − p̂) + (A_i p̂ − C_i)/R_i``, where α, β, γ
solve coupled Riccati equations whose sums over the others cost O(n).

Sources: Roos (1925, 1927); Djehiche, Barreiro-Gomez and Tembine, *Electricity price dynamics in the
smart grid* (MTNS 2018); the same, *Mean-field-type games for blockchain-based distributed power
networks*, 3.3. Corrected: γ vanishes at the horizon, not at 0, and −ηβa drives it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    RESIDUAL_LIMIT,
    Problem,
    Solution,
    certified,
    check_length,
    read_only,
    timed,
)
from oracle.games._best_response import exploitability
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Positive,
    Positives,
    Real,
    Whole,
    about,
    invalid,
)
from oracle.games._linear_quadratic import Affine, Costs, Gains, LinearQuadratic, moments
from oracle.games._noise import Jumps, additive, power
from oracle.games._riccati import Path, settle

__all__ = ["CournotProblem", "CournotSolution", "Equilibrium", "as_linear_quadratic", "solve"]

_MOST_OUTPUTS = 50_000_000
_GAUSS = np.polynomial.legendre.leggauss(8)


class PriceDynamics(Problem):
    """What all games of this price have in common, whatever is known of the producers."""

    adjustment_speed: Positive = about("η, of the log-price", "1/time")
    intercept: Real = about("a, the log-price without supply", "log-price")
    terminal_weight: NonNegative = about("q, on the squared log-price at the end", "–")
    horizon: Positive = about("T", "time")
    initial_price: Real = about("p at time 0", "log-price")
    initial_mean_price: Real = about("p̂ at time 0", "log-price")
    volatility: NonNegative = about("σ, idiosyncratic", "1/√time")
    common_volatility: NonNegative = about("σ_o, of the noise that all see", "1/√time")
    jumps: Jumps | None = about("idiosyncratic jumps", default=None)
    common_jumps: Jumps | None = about("jumps that all see", default=None)
    steps: Annotated[int, Whole(ge=1, le=1_000_000)] = about(
        "of the output grid and of the Euler sums", "–", default=1000
    )
    variant: Literal["corrected", "as_printed"] = about(
        "how γ ends: corrected, or as the slides print it", default="corrected"
    )


class CournotProblem(PriceDynamics):
    """n producers.

    marginal_cost c, quadratic_cost r, risk_cost r̄, discount λ, each [n]; adjustment_speed η per
    unit of time; intercept a; terminal_weight q; horizon; initial_price p0 and initial_mean_price
    p̂0 (logs); volatility σ and common_volatility σ_o per √time; optional jumps and common_jumps;
    steps of the output grid and of the Euler sums; variant: how γ ends.
    """

    game: ClassVar[str] = "cournot"

    marginal_cost: NonNegatives = about("c", "price", "[n]")
    quadratic_cost: Positives = about("r", "price/output", "[n]")
    risk_cost: NonNegatives = about("r̄, on the expected output", "price/output", "[n]")
    discount: NonNegatives = about("λ", "1/time", "[n]")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        count = len(self.marginal_cost)
        for name in ("quadratic_cost", "risk_cost", "discount"):
            check_length(name, getattr(self, name), "marginal_cost", count)
        if count * (self.steps + 1) > _MOST_OUTPUTS:
            most = max(1, _MOST_OUTPUTS // count - 1)
            raise invalid("steps", self.steps, f"at most {most} for {count} producers")
        return self


@dataclass(frozen=True)
class CournotSolution(Solution):
    """α, β, γ, δ and values [n] at 0; mean price [steps+1]; mean output [n, steps+1]; costs [n]."""

    alpha: FloatArray
    beta: FloatArray
    gamma: FloatArray
    delta: FloatArray
    values: FloatArray
    times: FloatArray
    mean_price: FloatArray
    mean_output: FloatArray
    integrated_costs: FloatArray
    summed_costs: FloatArray
    stationary_price: float
    cournot_price: float


def _total_less_own(values: FloatArray) -> FloatArray:
    return np.asarray(values.sum() - values)


class Equilibrium:
    """α, β, γ, δ over time. Variant "corrected": one system backward from the horizon.

    `others` says what everybody [n] expects the others to add up to, from what each does.
    """

    def __init__(
        self,
        problem: CournotProblem,
        others: Callable[[FloatArray], FloatArray] = _total_less_own,
    ) -> None:
        self.problem = problem
        self._others = others
        self.count = len(problem.marginal_cost)
        self.weight = problem.quadratic_cost + problem.risk_cost
        self.local = power(problem.volatility, problem.jumps)
        self.shared = power(problem.common_volatility, problem.common_jumps)
        end = np.zeros(4 * self.count)
        end[: self.count] = -problem.terminal_weight
        last, printed = problem.horizon, problem.variant == "as_printed"
        # As printed γ starts from 0 at time 0: the other equations first, without it.
        self._gamma: Path | None = None
        path = settle(self._rates, end, last, 0.0)
        paths = [path]
        if printed and not path.trouble:
            self._first = path
            forward = settle(self._gamma_rates, np.zeros(self.count), 0.0, last)
            self._gamma = forward
            path = settle(self._rates, end, last, 0.0)
            paths = [forward, path]
        self._path = path
        self.trouble = next((each.trouble for each in paths if each.trouble), "")
        self.evaluations = sum(each.evaluations for each in paths)
        self.residual = max(each.residual for each in paths)

    def at(self, times: float | FloatArray) -> FloatArray:
        """α, β, γ, δ at times: [4, n] or [4, n, times]."""
        found = self._path(times)
        found = found.reshape(4, self.count, *found.shape[1:])
        if self._gamma is not None:
            found[2] = self._gamma(times)
        return found

    def gains(self, time: float) -> Gains:
        """The feedback at a time."""
        alpha, beta, gamma, _ = self.at(time)
        return self._gains(alpha[:, None], beta[:, None], gamma[:, None])

    def many(self, times: FloatArray) -> Gains:
        """The feedback at many times, each [n, times]."""
        alpha, beta, gamma, _ = self.at(times)
        return self._gains(alpha, beta, gamma)

    def _gains(self, alpha: FloatArray, beta: FloatArray, gamma: FloatArray) -> Gains:
        problem, weight = self.problem, self.weight[:, None]
        return Gains(
            problem.adjustment_speed * alpha / problem.quadratic_cost[:, None],
            (problem.adjustment_speed * beta - 1) / weight,
            (problem.marginal_cost[:, None] + problem.adjustment_speed * gamma) / weight,
        )

    def _rates(self, time: float, y: FloatArray) -> FloatArray:
        problem, speed = self.problem, self.problem.adjustment_speed
        alpha, beta, gamma, delta = y.reshape(4, self.count)
        if self._gamma is not None:
            gamma = self._gamma(time)
        fade = problem.discount
        push = 1 - speed * beta
        price = problem.marginal_cost + speed * gamma
        spread, mean, fixed = (
            alpha / problem.quadratic_cost,
            push / self.weight,
            price / self.weight,
        )
        others, others_fixed = self._others(mean), self._others(fixed)
        strength = spread + 2 * self._others(spread)
        change = np.empty_like(y).reshape(4, self.count)
        change[0] = alpha * (fade + 2 * speed - speed**2 * strength)
        change[1] = (fade + 2 * speed * (1 + others)) * beta - push * mean
        drive = speed * (problem.intercept + others_fixed)
        change[2] = (fade + speed * (1 + others)) * gamma + push * fixed - drive * beta
        noise = self.shared * beta + self.local * alpha + price * fixed
        change[3] = fade * delta - noise / 2 - drive * gamma
        return change.ravel()

    def _gamma_rates(self, time: float, gamma: FloatArray) -> FloatArray:
        y = self._first(time)
        y[2 * self.count : 3 * self.count] = gamma
        return self._rates(time, y)[2 * self.count : 3 * self.count]


@timed
@np.errstate(all="ignore")
def solve(problem: CournotProblem) -> CournotSolution:
    """The feedback equilibrium; not converged where the Riccati equations cannot be integrated."""
    equilibrium = Equilibrium(problem)
    if equilibrium.trouble:
        return _nothing(problem, equilibrium)
    game = as_linear_quadratic(problem)
    path = moments(game, equilibrium.gains)
    trouble = path.trouble
    times = np.linspace(0.0, problem.horizon, problem.steps + 1)
    alpha, beta, gamma, delta = equilibrium.at(0.0)
    start, mean = problem.initial_price, problem.initial_mean_price
    values = alpha * (start - mean) ** 2 / 2 + beta * mean**2 / 2 + gamma * mean + delta
    prices = path(times)[1]
    gains = equilibrium.many(times)
    lost = float("nan")
    if not trouble and equilibrium.residual <= RESIDUAL_LIMIT:
        lost = exploitability(game, equilibrium.gains, spread=path)
    first = equilibrium.gains(0.0)
    return CournotSolution(
        diagnostics=certified(
            equilibrium.residual, lost, evaluations=equilibrium.evaluations, trouble=trouble
        ),
        alpha=read_only(alpha),
        beta=read_only(beta),
        gamma=read_only(gamma),
        delta=read_only(delta),
        values=read_only(values),
        times=read_only(times),
        mean_price=read_only(prices),
        mean_output=read_only(-gains.K * prices - gains.h),
        integrated_costs=read_only(_integrated(problem, equilibrium, path)),
        summed_costs=read_only(_summed(problem, game, gains)),
        stationary_price=float((problem.intercept + first.h.sum()) / (1 - first.K.sum())),
        cournot_price=cournot_price(problem),
    )


def _nothing(problem: CournotProblem, equilibrium: Equilibrium) -> CournotSolution:
    """What is left to say where the equations cannot be integrated."""
    each = read_only(np.full(equilibrium.count, np.nan))
    times = np.linspace(0.0, problem.horizon, problem.steps + 1)
    return CournotSolution(
        diagnostics=certified(
            float("nan"),
            float("nan"),
            evaluations=equilibrium.evaluations,
            trouble=equilibrium.trouble,
        ),
        **dict.fromkeys(("alpha", "beta", "gamma", "delta", "values"), each),
        times=read_only(times),
        mean_price=read_only(np.full(len(times), np.nan)),
        mean_output=read_only(np.full((equilibrium.count, len(times)), np.nan)),
        integrated_costs=each,
        summed_costs=each,
        stationary_price=float("nan"),
        cournot_price=cournot_price(problem),
    )


def cournot_price(problem: CournotProblem) -> float:
    """The one-shot Cournot price: each producer sees her own effect on it."""
    weight = 1 + problem.quadratic_cost + problem.risk_cost
    top = problem.intercept + np.sum(problem.marginal_cost / weight)
    return float(top / (1 + np.sum(1 / weight)))


def _expected_costs(
    problem: CournotProblem, gains: Gains, mean: FloatArray, square: FloatArray, spread: FloatArray
) -> FloatArray:
    """``E[c u + ½ r u² + ½ r̄ û²]`` [n, times] from E p̂, E p̂² and E (p − p̂)² [times]."""
    output = -gains.K * mean - gains.h
    weight = (problem.quadratic_cost + problem.risk_cost)[:, None]
    variance = gains.K**2 * np.maximum(square - mean**2, 0.0)
    costs = problem.marginal_cost[:, None] * output + weight / 2 * (output**2 + variance)
    return np.asarray(costs + problem.quadratic_cost[:, None] / 2 * gains.k**2 * spread)


def _integrated(problem: CournotProblem, equilibrium: Equilibrium, path: Path) -> FloatArray:
    """∫ of the expected costs [n]: Gauss's rule within every step of the moments."""
    nodes, weights = _GAUSS
    total = np.zeros(equilibrium.count)
    for left, right in zip(path.solution.ts[:-1], path.solution.ts[1:], strict=True):
        times = left + (right - left) * (nodes + 1) / 2
        costs = _expected_costs(problem, equilibrium.many(times), *path(times)[1:])
        total += costs @ weights * (right - left) / 2
    return total


def _summed(problem: CournotProblem, game: LinearQuadratic, gains: Gains) -> FloatArray:
    """The expected costs [n] summed over the steps of Euler's scheme, as the paper has them."""
    step, speed = problem.horizon / problem.steps, problem.adjustment_speed
    slope = -speed * (1 - gains.k.sum(axis=0))
    slope_hat = -speed * (1 - gains.K.sum(axis=0))
    constant = speed * (problem.intercept + gains.h.sum(axis=0))
    shared = power(problem.common_volatility, problem.common_jumps)
    local = power(problem.volatility, problem.jumps)
    states = np.empty((3, problem.steps))
    price, variance, spread = game.mean, 0.0, game.variance
    for at in range(problem.steps):
        states[:, at] = price, variance, spread
        price += step * (slope_hat[at] * price + constant[at])
        variance = (1 + step * slope_hat[at]) ** 2 * variance + step * shared
        spread = (1 + step * slope[at]) ** 2 * spread + step * local
    mean, squares, spreads = states[0], states[0] ** 2 + states[1], states[2]
    used = Gains(gains.k[:, :-1], gains.K[:, :-1], gains.h[:, :-1])
    costs = _expected_costs(problem, used, mean, squares, spreads)
    return np.asarray(costs.sum(axis=1))


def as_linear_quadratic(problem: CournotProblem) -> LinearQuadratic:
    """The same game as costs to be minimised, one regime: for simulations and certificates."""
    count, speed = len(problem.marginal_cost), problem.adjustment_speed
    none, one = np.zeros((count, 1)), np.ones((count, 1))
    pull = np.array([-speed])
    drift = Affine(np.array([speed * problem.intercept]), pull, pull, -speed * one, -speed * one)
    channels = additive(count, problem.volatility, problem.jumps, common=False)
    channels += additive(count, problem.common_volatility, problem.common_jumps, common=True)
    costs = Costs(
        q=none,
        q_hat=none,
        r=problem.quadratic_cost[:, None],
        r_hat=(problem.quadratic_cost + problem.risk_cost)[:, None],
        eps1=none,
        eps1_hat=-one,
        eps2_hat=problem.marginal_cost[:, None],
        eps3_hat=none,
        q_end=problem.terminal_weight * one,
        q_end_hat=none,
        eps3_end_hat=none,
    )
    return LinearQuadratic(
        drift,
        tuple(channels),
        costs,
        generator=np.zeros((1, 1)),
        discount=problem.discount,
        horizon=problem.horizon,
        mean=problem.initial_mean_price,
        variance=(problem.initial_price - problem.initial_mean_price) ** 2,
    )
