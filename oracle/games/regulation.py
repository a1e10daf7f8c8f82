"""Token supply that keeps a price in its band: six strategies on one noise.

Log-price ``dp = η[D − p − (S + u)] dt + σdB + jumps + σ_o dB_o + common jumps``; the target
``p_tp(t) = c0 + Σ c_k cos 2πkt + ĉ_k sin 2πkt`` (k = 1, 2) lies in the band. The regulator's costs
are ``q (p − log p_tp)² + ρu²`` along the way and ``q (p − log p_tp)²`` at the end; mean-field-type
control weighs the mean given the common noise with q + q̄.

Source: Djehiche, Barreiro-Gomez and Tembine, *Mean-field-type games for blockchain-based
distributed power networks*, section 4. Corrected: with ρ = 0, as printed, gains are infinite.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    Diagnostics,
    Problem,
    Solution,
    Table,
    certified,
    check_length,
    read_only,
    timed,
)
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    Numbers,
    Positive,
    Reals,
    Whole,
    Words,
    about,
    invalid,
)
from oracle.games._noise import Jump, Jumps
from oracle.games._regulation_lines import Grid, Moments
from oracle.games._regulation_solve import (
    Feedback,
    Measured,
    grid_of,
    lines_of,
    measure,
    target_price,
)

__all__ = [
    "STRATEGIES",
    "Outcome",
    "Piecewise",
    "RegulationDiagnostics",
    "RegulationProblem",
    "RegulationSolution",
    "Weights",
    "solve",
    "target_price",
]

Name = Literal["none", "open_loop", "lqr", "mean_field", "mean_field_type", "piecewise"]
STRATEGIES: tuple[Name, ...] = (
    "none",
    "open_loop",
    "lqr",
    "mean_field",
    "mean_field_type",
    "piecewise",
)
_OPTIMAL = {"lqr", "mean_field", "mean_field_type"}
_MOST_PATH_STEPS = 2 * 10**10
_MOST_JUMPS = 1e9


class Weights(Table):
    """q on the squared error, q̄ besides on that of the mean, ρ on the squared supply."""

    q: NonNegative = about(
        "on the squared error of the log-price; only ratios of weights matter", "–"
    )
    q_bar: NonNegative = about("q̄, besides on that of its mean", "–")
    rho: Positive = about("ρ, on the squared supply", "1/(tokens/time)²")


class Piecewise(Table):
    """Supply that is constant over blocks of time and takes one of a few values."""

    block: Positive = about("how long supply stays as it is", "time")
    window: Positive = about("how far back prices are averaged", "time")
    supplies: Reals = about("the values that supply can take", "tokens/time", "[m]")
    supply_step: NonNegative = about(
        "the most that supply moves from one block to the next", "tokens/time"
    )


class RegulationProblem(Problem):
    """A price and its band.

    price_band [2] and initial_price in currency; adjustment_speed η per unit of time; demand D and
    supply S, numbers or [steps]; volatility, common_volatility, jumps, common_jumps of the
    log-price; horizon; steps; paths; the tables piecewise and weights; outage_cost; strategies.
    """

    game: ClassVar[str] = "regulation"

    price_band: Annotated[FloatArray, Numbers(1, gt=0, length=2)] = about(
        "lowest and highest price", "currency", "[2]"
    )
    initial_price: Positive | None = about(
        "at time 0; the middle of the band if left out", "currency", default=None
    )
    adjustment_speed: Positive = about("η, of the log-price", "1/time")
    demand: Annotated[float | FloatArray, Numbers((0, 1))] = about("D", "tokens/time", "[steps]")
    supply: Annotated[float | FloatArray, Numbers((0, 1))] = about("S", "tokens/time", "[steps]")
    volatility: NonNegative = about("σ of the log-price", "1/√time")
    common_volatility: NonNegative = about("σ_o, of the noise that all see", "1/√time")
    jumps: Jumps | None = about("idiosyncratic jumps", default=None)
    common_jumps: Jumps | None = about("jumps that all see", default=None)
    horizon: Positive = about("T", "time")
    steps: Annotated[int, Whole(ge=1, le=100_000)] = about("of Euler's scheme", "–", default=1000)
    paths: Annotated[int, Whole(ge=2, le=100_000_000)] = about(
        "of the simulation", "–", default=10_000
    )
    piecewise: Piecewise | None = about("the strategy of that name", default=None)
    weights: Weights = about("what the optimal strategies minimise")
    outage_cost: NonNegative = about("c̄, of time outside the band", "currency/time")
    strategies: tuple[Name, ...] = about("which to compare")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        low, high = self.price_band
        if low >= high:
            raise invalid("price_band", [float(low), float(high)], "the lower bound first")
        for name in ("demand", "supply"):
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                check_length(name, value, "steps", self.steps)
        if not self.strategies:
            raise invalid("strategies", [], f"one or more of {', '.join(STRATEGIES)}")
        if len(set(self.strategies)) < len(self.strategies):
            raise invalid("strategies", Words("a name twice"), "each name once")
        if "piecewise" in self.strategies and self.piecewise is None:
            raise invalid("piecewise", Words("missing"), "a table, for the strategy piecewise")
        if self.paths * self.steps > _MOST_PATH_STEPS:
            most = _MOST_PATH_STEPS // self.steps
            raise invalid("paths", self.paths, f"at most {most} for {self.steps} steps")
        for name in ("jumps", "common_jumps"):
            for i, jump in enumerate(getattr(self, name) or ()):
                if jump.rate * self.horizon * self.paths > _MOST_JUMPS:
                    rate = _MOST_JUMPS / (self.horizon * self.paths)
                    allowed = f"at most {rate:g} for this horizon and so many paths"
                    raise invalid(f"{name}[{i}].rate", jump.rate, allowed)
        return self

    @property
    def first_price(self) -> float:
        """The price at 0; by default the middle of the band."""
        return float(np.mean(self.price_band)) if self.initial_price is None else self.initial_price

    @property
    def jumping(self) -> bool:
        """Whether any jump can happen, so that prices are not Gaussian."""
        return any(jump.rate * jump.size != 0 for jump in self._all_jumps())

    def _all_jumps(self) -> tuple[Jump, ...]:
        return (*(self.jumps or ()), *(self.common_jumps or ()))


@dataclass(frozen=True)
class Outcome:
    """One strategy: the share of time outside the band and at the horizon, its 95 % interval;
    time mean of E (p − log p_tp)²; ∫E u² dt; payoff; exp(E p) [steps+1]."""

    outage_probability: float
    outage_at_horizon: float
    confidence_interval: tuple[float, float]
    mean_squared_error: float
    control_energy: float
    payoff: float
    mean_price: FloatArray


@dataclass(frozen=True)
class RegulationDiagnostics(Diagnostics):
    """z_scores: how far the paths are from the exact moments, in standard errors."""

    z_scores: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class RegulationSolution(Solution):
    """A table for each strategy."""

    strategies: dict[str, Outcome]


@timed
@np.errstate(all="ignore")
def solve(
    problem: RegulationProblem, *, rng: np.random.Generator | None = None, threads: int = 2
) -> RegulationSolution:
    """Every strategy asked for, on the same noise. The result does not depend on `threads`.

    Means, squared errors and energies are exact but for `piecewise`; outages are exact where
    nothing jumps and estimated, with an interval, where something does. Not converged where the
    Riccati equations cannot be integrated.
    """
    grid = grid_of(problem)
    feedback = Feedback(problem, grid) if _OPTIMAL & set(problem.strategies) else None
    trouble = feedback.path.trouble if feedback is not None else ""
    if trouble:
        plain = certified(float("nan"), float("nan"), evaluations=0, trouble=trouble)
        return RegulationSolution(plain, {})
    lines = lines_of(problem, grid, feedback)
    moments = {name: Moments.of(line, grid) for name, line in lines.items() if name != "piecewise"}
    random = np.random.default_rng(0) if rng is None else rng
    measured = measure(problem, grid, lines, random, threads)
    outcomes: dict[str, Outcome] = {}
    scores: dict[str, dict[str, float]] = {}
    for name in problem.strategies:
        exact = moments.get(name)
        outcomes[name] = _outcome(problem, grid, exact, measured[name])
        if exact is not None:
            scores[name] = _scores(problem, grid, exact, measured[name])
    worst = [
        feedback.loss(moments[name], name == "mean_field_type")
        for name in problem.strategies
        if feedback is not None and name in _OPTIMAL
    ]
    for strategy, outcome in outcomes.items():
        if not all(np.isfinite(getattr(outcome, each.name)).all() for each in fields(outcome)):
            trouble = f"{strategy}: prices or controls too large for floating point"
            break
    plain = certified(
        feedback.path.residual if feedback is not None else 0.0,
        max(worst, default=0.0),
        evaluations=problem.paths * problem.steps * len(lines),
        trouble=trouble,
    )
    kept = {each.name: getattr(plain, each.name) for each in fields(plain)}
    return RegulationSolution(RegulationDiagnostics(**kept, z_scores=scores), outcomes)


def _outcome(
    problem: RegulationProblem, grid: Grid, exact: Moments | None, measured: Measured
) -> Outcome:
    """Exact numbers where there are any, the paths' estimates otherwise."""
    if exact is None:
        mean, error, energy = measured.mean, measured.squared_error, measured.energy
    else:
        mean, error, energy = exact.mean, exact.squared_error, exact.energy
    if exact is None or problem.jumping:
        share, last, interval = measured.share, float(measured.outside[-1]), measured.interval
    else:
        outside = exact.outage(grid)
        share, last = float(outside[1:].mean()), float(outside[-1])
        interval = share, share
    with np.errstate(over="ignore"):
        price = np.exp(mean)
    sold = float(np.mean((price[:-1] + price[1:]) / 2 * problem.demand))
    return Outcome(
        outage_probability=share,
        outage_at_horizon=last,
        confidence_interval=interval,
        mean_squared_error=error,
        control_energy=energy,
        payoff=sold - problem.outage_cost * share,
        mean_price=read_only(price),
    )


def _scores(
    problem: RegulationProblem, grid: Grid, exact: Moments, measured: Measured
) -> dict[str, float]:
    """Estimates less what they estimate, in standard errors."""
    pairs = {
        "mean_squared_error": (measured.squared_error - exact.squared_error, measured.errors[0]),
        "control_energy": (measured.energy - exact.energy, measured.errors[1]),
    }
    if not problem.jumping:
        share = float(exact.outage(grid)[1:].mean())
        pairs["outage_probability"] = measured.share - share, measured.errors[2]
    return {name: gap / error if error > 0 else 0.0 for name, (gap, error) in pairs.items()}
