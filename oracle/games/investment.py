"""Consumption, investment and insurance of a log-utility investor under switching regimes.

Wealth x earns the risk-free rate and the excess returns of d assets, held in the shares π, pays
for consumption and insurance, and loses the share l at rate λ̄, of which y is insured at the
premium ``λ̄(1 + θ̄)y``. With logarithmic utility nothing but the growth rate of the regime at hand
matters, so shares and insurance are chosen in each regime by itself, and consumption is
``e^{−λt} x/α1(t)``. The value is ``α1(0) log x0 + α2(0)`` with α2 from one matrix exponential.

Source: "Mean-field-type games in blockchain-based distributed power networks", 5, (15)-(17), q = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator
from scipy.linalg import expm

from oracle.games._base import (
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
from oracle.games._investment_certificate import certify
from oracle.games._investment_choice import best_shares, free_lunch, insurance

__all__ = [
    "CommonJump",
    "InvestmentProblem",
    "InvestmentSolution",
    "Jump",
    "Regime",
    "solve",
]

_MOST_REGIMES = 500
_LARGE = 30.0


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


@dataclass(frozen=True)
class Noise:
    """volatility and common volatility [d]; rates [J] and relative effects [J][d] of jumps."""

    volatility: FloatArray
    common: FloatArray
    rates: FloatArray
    effects: FloatArray


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


@dataclass(frozen=True)
class InvestmentSolution(Solution):
    """consumption_rate at time 0 per unit of wealth; shares [S][d]; y, m̄ and G of each regime.

    fixed_points [S]: all y that are best replies to themselves, ascending; the last is used.
    alpha1 and alpha2 [S] at time 0; value α1 log x0 + α2(initial_regime).
    """

    consumption_rate: float
    investment_shares: FloatArray
    insurance_fraction: FloatArray
    mean_insured: FloatArray
    fixed_points: tuple[tuple[float, ...], ...]
    growth_rate: FloatArray
    alpha1: float
    alpha2: FloatArray
    value: float


@timed
def solve(problem: InvestmentProblem) -> InvestmentSolution:
    """Newton's method for each regime's shares; insurance and value in closed form."""
    printed = problem.variant == "as_printed"
    shares, growths, points = [], [], []
    most, trouble = 0, ""
    for s, regime in enumerate(problem.regimes):
        found = best_shares(regime.excess_returns, regime.noise)
        most = max(most, found.iterations)
        if not found.converged:
            trouble = trouble or f"regime {s}: no finite shares are best"
        fixed = insurance(
            regime.loss_fraction, regime.premium_loading, problem.mean_wealth, printed=printed
        )
        y = fixed[-1]
        loading = regime.premium_loading / (1 + problem.mean_wealth * y)
        insured = -(1 + loading) * y + (regime.loss_fraction - y if printed else 0.0)
        if regime.loss_rate > 0:
            insured += float(np.log1p(y - regime.loss_fraction))
        shares.append(found.shares)
        growths.append(regime.risk_free_rate + found.gain + regime.loss_rate * insured)
        points.append(tuple(fixed))
    growth = np.array(growths)
    fractions = np.array([fixed[-1] for fixed in points])
    alpha1 = annuity(problem.discount, problem.horizon)
    alpha2 = _alpha2(problem, growth, alpha1)
    value = alpha1 * float(np.log(problem.wealth)) + float(alpha2[problem.initial_regime])
    residual, gain = certify(problem, np.array(shares), fractions)
    return InvestmentSolution(
        diagnostics=certified(residual, gain, iterations=most, trouble=trouble),
        consumption_rate=1 / alpha1,
        investment_shares=read_only(np.array(shares)),
        insurance_fraction=read_only(fractions),
        mean_insured=read_only(problem.mean_wealth * fractions),
        fixed_points=tuple(points),
        growth_rate=read_only(growth),
        alpha1=alpha1,
        alpha2=read_only(alpha2),
        value=value,
    )


def annuity(discount: float, horizon: float) -> float:
    """α1(0) = (1 − e^{−λ t1})/λ, and t1 at λ = 0."""
    return horizon if discount == 0 else float(-np.expm1(-discount * horizon)) / discount


def _alpha2(problem: InvestmentProblem, growth: FloatArray, alpha1: float) -> FloatArray:
    """α2(0) [S] = ``−α1 log α1 − ∫ λt e^{−λt} dt + ∫ e^{Qt} α1(t) dt G``.

    The first two are what the equation's term without G integrates to. In the last,
    ``y' = Qy + aG, a' = b, b' = λb`` backwards from ``b = e^{−λ t1}`` is one exponential; for a
    large λ t1, where b underflows, it is a difference of two.
    """
    rate, end, switching = problem.discount, problem.horizon, problem.generator
    count = len(growth)
    common = -alpha1 * float(np.log(alpha1))
    if rate > 0:
        common -= (
            (alpha1 - end * float(np.exp(-rate * end)))
            if rate * end > 1e-3
            else (rate * end**2 / 2 * (1 - 2 * rate * end / 3 + (rate * end) ** 2 / 4))
        )
    if rate * end <= _LARGE:
        matrix = np.zeros((count + 2, count + 2))
        matrix[:count, :count] = switching * end
        matrix[:count, count] = growth * end
        matrix[count, count + 1] = end
        matrix[count + 1, count + 1] = rate * end
        grown = expm(matrix)[:count, count + 1] * np.exp(-rate * end)
    else:
        later = np.exp(-rate * end) * _integral(switching, end)
        grown = (_integral(switching - rate * np.eye(count), end) - later) @ growth / rate
    return np.asarray(common + grown)


def _integral(matrix: FloatArray, end: float) -> FloatArray:
    """``∫_0^T e^{At} dt``, from the exponential of a block matrix."""
    count = len(matrix)
    blocks = np.block([[matrix, np.eye(count)], [np.zeros((count, 2 * count))]])
    return np.asarray(expm(blocks * end)[:count, count:])
