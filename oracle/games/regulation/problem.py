"""The problem of regulation: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table, check_length
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

Name = Literal["none", "open_loop", "lqr", "mean_field", "mean_field_type", "piecewise"]
STRATEGIES: tuple[Name, ...] = (
    "none",
    "open_loop",
    "lqr",
    "mean_field",
    "mean_field_type",
    "piecewise",
)
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
