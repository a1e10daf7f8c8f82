"""The problem of investment: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table, check_length
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Numbers,
    Positive,
    Real,
    Reals,
    Share,
    Tables,
    Whole,
    Words,
    about,
    invalid,
)
from oracle.games.investment.choice import Noise, free_lunch

_MOST_REGIMES = 500


class CommonJump(Table):
    """Jumps of all assets' log-prices together: rate per unit of time, size μ (compensated)."""

    rate: NonNegative = about("ν, of jumps", "1/time")
    size: Annotated[float, Numbers(ge=-30, le=30)] = about(
        "μ, what a jump adds to the log-price; compensated", "–"
    )


class Jump(CommonJump):
    """Jumps of one asset's log-price; asset counts from 0."""

    asset: Annotated[int, Whole(ge=0, le=100_000)] = about("the asset that jumps", "number from 0")


class Regime(Table):
    """A state of the market. Rates and returns per unit of time, volatilities per its root.

    excess_returns e, volatility σ and common_volatility σ_o [d]; jumps of one asset and of all;
    at loss_rate λ̄ the share loss_fraction l of wealth is lost, insured with premium_loading θ.
    """

    risk_free_rate: Real = about("r", "1/time")
    excess_returns: Reals = about("e, of d assets", "1/time", "[d]")
    volatility: NonNegatives = about("σ, of each asset alone", "1/√time", "[d]")
    common_volatility: Reals = about("σ_o, of the noise that moves all assets", "1/√time", "[d]")
    jumps: Annotated[tuple[Jump, ...], Tables()] = about("of one asset", default=())
    common_jumps: Annotated[tuple[CommonJump, ...], Tables()] = about(
        "of all assets together", default=()
    )
    loss_rate: NonNegative = about("λ̄, of losses of wealth", "1/time")
    loss_fraction: Share = about("l, the share of wealth that is lost", "–")
    premium_loading: NonNegative = about("θ, by which the premium exceeds the expected loss", "–")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        count = len(self.excess_returns)
        for name in ("volatility", "common_volatility"):
            check_length(name, getattr(self, name), "excess_returns", count)
        for i, jump in enumerate(self.jumps):
            if jump.asset >= count:
                raise invalid(f"jumps[{i}].asset", jump.asset, f"an asset, 0 to {count - 1}")
        if free_lunch(self.excess_returns, self.noise):
            said = Words("a return without risk")
            raise invalid("excess_returns", said, "some risk for what earns an excess return")
        return self

    @property
    def noise(self) -> Noise:
        """How returns scatter, as arrays."""
        count = len(self.excess_returns)
        single = [np.expm1(jump.size) * np.eye(count)[jump.asset] for jump in self.jumps]
        common = [np.expm1(jump.size) * np.ones(count) for jump in self.common_jumps]
        return Noise(
            self.volatility,
            self.common_volatility,
            np.array([jump.rate for jump in (*self.jumps, *self.common_jumps)]),
            np.array([*single, *common]).reshape(-1, count),
        )


class InvestmentProblem(Problem):
    """Regimes [S] and the generator [S][S] of their switching, and the investor.

    discount λ, horizon t1, wealth x0; mean_wealth of the others, whose insurance lowers the
    premium; initial_regime counts from 0. variant "as_printed" lets the expected loss flow back
    as drift, as the paper's (16) does.
    """

    game: ClassVar[str] = "investment"

    regimes: Annotated[tuple[Regime, ...], Tables(most=_MOST_REGIMES)] = about(
        "the S states of the market"
    )
    generator: Annotated[FloatArray, Numbers(2)] = about(
        "rates between regimes, rows in sum 0", "1/time", "[S][S]"
    )
    discount: NonNegative = about("λ", "1/time")
    horizon: Positive = about("t1", "time")
    wealth: Positive = about("x0 at time 0", "currency")
    mean_wealth: NonNegative = about(
        "of the others, whose insurance lowers the loading; 0: it is θ", "–"
    )
    initial_regime: Annotated[int, Whole(ge=0, le=_MOST_REGIMES - 1)] = about(
        "the first regime", "number from 0"
    )
    variant: Literal["corrected", "as_printed"] = about(
        "corrected, or as printed: the expected loss flows back as drift", default="corrected"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        count = len(self.regimes)
        if self.generator.shape != (count, count):
            said = Words("×".join(map(str, self.generator.shape)) + " numbers")
            raise invalid("generator", said, f"{count}×{count}, as many as regimes")
        for i, j in np.argwhere((self.generator < 0) & ~np.eye(count, dtype=bool))[:1]:
            value = float(self.generator[i, j])
            raise invalid(f"generator[{i}][{j}]", value, "at least 0 off the diagonal")
        scale = 1 + np.abs(self.generator).sum(axis=1)
        for i in np.flatnonzero(np.abs(self.generator.sum(axis=1)) > 1e-9 * scale)[:1]:
            total = Words(f"a sum of {self.generator[i].sum():g}")
            raise invalid(f"generator[{i}]", total, "rows that add up to 0")
        first = len(self.regimes[0].excess_returns)
        for s, regime in enumerate(self.regimes):
            check_length(
                f"regimes[{s}].excess_returns", regime.excess_returns, "in regimes[0]", first
            )
        if self.initial_regime >= count:
            raise invalid("initial_regime", self.initial_regime, f"a regime, 0 to {count - 1}")
        return self
