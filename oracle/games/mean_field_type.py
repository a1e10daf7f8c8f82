"""The general scalar linear-quadratic game of mean-field type, with jumps, common noise, regimes.

State ``dx = b dt + σ dB + ∫μ dÑ + σ_o dB_o + ∫μ_o dÑ_o``, each coefficient affine in (x, x̂, u, û)
and dependent on a Markov regime s; x̂ is the expectation given common noise and regime. Player i
minimises ``E ½q_T x²(T) + ½q̄_T x̂²(T) + ε3_T x(T) + ε̄3_T x̂(T)`` plus the integral of
``½q x² + ½q̄ x̂² + ½r u² + ½r̄ û² + ε1 x u + ε̄1 x̂ û + ε2 u + ε̄2 û + ε3 x + ε̄3 x̂``.
In equilibrium ``u_i = −k_i (x − x̂) − K_i x̂ − h_i`` in each regime.

Source: Djehiche, Barreiro-Gomez and Tembine, *Blockchain-based distributed power networks: a
mean-field-type game perspective* (2018), (1)-(9), in closed-loop form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import (
    RESIDUAL_LIMIT,
    Problem,
    Solution,
    Table,
    certified,
    read_only,
    timed,
)
from oracle.games._best_response import exploitability
from oracle.games._coefficients import Coefficients, CostTable, Drift, Noise, NoisyJump, Shape
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    Numbers,
    Positive,
    Real,
    Tables,
    Whole,
    Words,
    about,
    invalid,
)
from oracle.games._linear_quadratic import Gains, LinearQuadratic
from oracle.games._riccati import settle
from oracle.games._riccati_compiled import marcher

__all__ = [
    "CostTable",
    "Drift",
    "Equilibrium",
    "Initial",
    "MeanFieldTypeProblem",
    "MeanFieldTypeSolution",
    "Noise",
    "NoisyJump",
    "as_linear_quadratic",
    "solve",
]

_MOST_REGIMES = 1000
_CLOSED = 1e-9


class Initial(Table):
    """Where the state starts: x̂, the variance around it, the regime's number."""

    mean: Real = about("x̂ at time 0", "state", default=0.0)
    variance: NonNegative = about("of the state around it", "state²", default=0.0)
    regime: Annotated[int, Whole(ge=0, le=_MOST_REGIMES - 1)] = about(
        "the first regime", "number from 0", default=0
    )


class MeanFieldTypeProblem(Problem):
    """n players, S regimes: as many as the lists have entries, 1 where there is no list.

    generator [S][S] of the regime (rows sum to 0); horizon; the tables drift, volatility,
    common_volatility, cost, initial; jumps and common_jumps, lists of tables. In the tables b0,
    b1, c0, c1 and their bars are a number or [S], all others a number, [n] or [n][S].
    """

    game: ClassVar[str] = "mean_field_type"

    horizon: Positive = about("T", "time")
    drift: Drift = about("how the state moves by itself")
    cost: CostTable = about("what each of n players minimises")
    generator: Annotated[FloatArray, Numbers(2)] | None = about(
        "rates between S regimes, rows in sum 0; one regime if left out",
        "1/time",
        "[S][S]",
        default=None,
    )
    volatility: Noise | None = about("of idiosyncratic Brownian motion", default=None)
    common_volatility: Noise | None = about("of the Brownian motion that all see", default=None)
    jumps: Annotated[tuple[NoisyJump, ...], Tables(most=1000)] | None = about(
        "idiosyncratic jumps", default=None
    )
    common_jumps: Annotated[tuple[NoisyJump, ...], Tables(most=1000)] | None = about(
        "jumps that all see", default=None
    )
    initial: Initial = about("where the state starts", default=Initial())

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._check_generator()
        shape = self.shape
        for place, table in self._tables():
            table.check(place, shape)
        if self.initial.regime >= shape.regimes:
            raise invalid("initial.regime", self.initial.regime, f"below {shape.regimes}")
        weight = self.cost.costs(shape).r_hat
        if weight.min() < 0:
            raise invalid("cost.r_bar", float(weight.min()), "r + r_bar at least 0")
        return self

    def _check_generator(self) -> None:
        if self.generator is None:
            return
        rows, columns = self.generator.shape
        if rows != columns or rows > _MOST_REGIMES:
            size = Words(f"a table of {rows} by {columns}")
            raise invalid("generator", size, f"square, at most {_MOST_REGIMES} regimes")
        for s, row in enumerate(self.generator):
            away = np.delete(row, s)
            if away.size and away.min() < 0:
                raise invalid(f"generator[{s}]", row, "rates to other regimes at least 0")
            if abs(row.sum()) > _CLOSED * max(1.0, float(np.abs(row).max())):
                raise invalid(f"generator[{s}]", row, "a row that sums to 0")

    def _tables(self) -> list[tuple[str, Coefficients]]:
        found: list[tuple[str, Coefficients]] = [("drift", self.drift), ("cost", self.cost)]
        noise = (("volatility", self.volatility), ("common_volatility", self.common_volatility))
        found += [(name, table) for name, table in noise if table is not None]
        for name in ("jumps", "common_jumps"):
            found += [(f"{name}[{i}]", jump) for i, jump in enumerate(getattr(self, name) or ())]
        return found

    @property
    def shape(self) -> Shape:
        """The numbers of players and regimes, from the first list that tells them."""
        players, regimes = 1, 1 if self.generator is None else len(self.generator)
        for _, table in self._tables():
            for _, value, by_regime in table.lists():
                if not by_regime:
                    return Shape(len(value), regimes)
        return Shape(players, regimes)


@dataclass(frozen=True)
class MeanFieldTypeSolution(Solution):
    """α, β, γ, δ and the gains k, K, h at 0, each [n, S]; expected costs `values` [n]."""

    alpha: FloatArray
    beta: FloatArray
    gamma: FloatArray
    delta: FloatArray
    values: FloatArray
    gains: Gains


def as_linear_quadratic(problem: MeanFieldTypeProblem) -> LinearQuadratic:
    """The game's coefficients as arrays."""
    shape = problem.shape
    channels = []
    for common, volatility, jumps in (
        (False, problem.volatility, problem.jumps),
        (True, problem.common_volatility, problem.common_jumps),
    ):
        if volatility is not None:
            channels.append(volatility.affine(shape, common=common))
        channels += [
            jump.affine(shape, rate=jump.rate, common=common)
            for jump in jumps or ()
            if jump.rate > 0
        ]
    generator = problem.generator
    return LinearQuadratic(
        problem.drift.affine(shape),
        tuple(channels),
        problem.cost.costs(shape),
        generator=np.zeros((1, 1)) if generator is None else generator,
        discount=np.zeros(shape.players),
        horizon=problem.horizon,
        mean=problem.initial.mean,
        variance=problem.initial.variance,
        regime=problem.initial.regime,
    )


_MANY = 2_000
"""From so many unknowns on, compiling pays."""


class Equilibrium:
    """α, β, γ, δ [n, S] over time, backward from the horizon, and the gains they mean."""

    def __init__(self, game: LinearQuadratic) -> None:
        self.game = game
        self.shape = (4, game.players, game.regimes)
        cost = game.costs
        self._noise = _Noise.of(game)
        moved = any(np.any(c.c2_hat) or np.any(c.c2) for c in game.channels)
        self._plain = _Together(cost.r, self._noise, hats=False) if moved else None
        self._hats = _Together(cost.r_hat, self._noise, hats=True) if moved else None
        end = np.zeros(self.shape)
        end[:3] = cost.q_end, cost.q_end_hat, cost.eps3_end_hat
        march = None
        if end.size >= _MANY and min(cost.r.min(), cost.r_hat.min()) > 0:
            march = marcher(game)
        self.path = settle(self._rates, end.ravel(), game.horizon, 0.0, march)

    def at(self, time: float) -> FloatArray:
        """α, β, γ, δ at a time [4, n, S]."""
        return self.path(time).reshape(self.shape)

    def gains(self, time: float) -> Gains:
        """The feedback at a time."""
        return self._gains(*self.at(time)[:3])

    def _gains(self, alpha: FloatArray, beta: FloatArray, gamma: FloatArray) -> Gains:
        """The first-order conditions of all players: linear in their controls."""
        game, cost, noise = self.game, self.game.costs, self._noise
        own = cost.eps1 + alpha * (game.drift.c2 + noise.slope)
        mean = cost.eps1_hat + beta * (game.drift.c2_hat + noise.slope_hat[1])
        mean += alpha * noise.slope_hat[0]
        fixed = cost.eps2_hat + gamma * game.drift.c2_hat
        fixed += alpha * noise.constant[0] + beta * noise.constant[1]
        if self._plain is None or self._hats is None:
            return Gains(own / cost.r, mean / cost.r_hat, fixed / cost.r_hat)
        return Gains(
            *self._plain.solve(alpha, alpha, own),
            *self._hats.solve(alpha, beta, mean, fixed),
        )

    def _rates(self, time: float, y: FloatArray) -> FloatArray:
        game, cost, noise = self.game, self.game.costs, self._noise
        alpha, beta, gamma, _ = y.reshape(self.shape)
        gains = self._gains(alpha, beta, gamma)
        k, K, h = gains.k, gains.K, gains.h
        slope, slope_hat, constant = gains.along(game.drift)
        change = np.empty(self.shape)
        change[0] = cost.q + (cost.r * k - 2 * cost.eps1) * k + 2 * alpha * slope
        change[1] = cost.q_hat + (cost.r_hat * K - 2 * cost.eps1_hat) * K + 2 * beta * slope_hat
        change[2] = cost.eps3_hat + (cost.r_hat * K - cost.eps1_hat) * h - cost.eps2_hat * K
        change[2] += beta * constant + gamma * slope_hat
        change[3] = (cost.r_hat * h / 2 - cost.eps2_hat) * h + gamma * constant
        if len(noise.weight):
            own, mean, fixed = noise.along(gains)
            change[0] += alpha * (noise.weight @ own**2)
            for at, value in enumerate((alpha, beta)):
                weight = noise.split[at]
                change[1] += value * (weight @ mean**2)
                change[2] += value * (weight @ (mean * fixed))
                change[3] += value * (weight @ fixed**2) / 2
        if game.regimes > 1:
            change += y.reshape(self.shape) @ game.generator.T
        return -change.ravel()


@dataclass(frozen=True)
class _Noise:
    """All channels at once: weights [M], also by idiosyncratic and common [2, M]; coefficients
    c0, c1, ĉ1 [M, S] and c2, ĉ2 [M, n, S]; their sums ``Σ w c1 c2`` [n, S], the two with hats
    [2, n, S] by idiosyncratic and common."""

    weight: FloatArray
    split: FloatArray
    c0: FloatArray
    c1: FloatArray
    c1_hat: FloatArray
    c2: FloatArray
    c2_hat: FloatArray
    slope: FloatArray
    slope_hat: FloatArray
    constant: FloatArray

    @classmethod
    def of(cls, game: LinearQuadratic) -> _Noise:
        count, regimes, channels = game.players, game.regimes, game.channels
        weight = np.array([channel.weight for channel in channels], dtype=np.float64)
        common = np.array([channel.common for channel in channels], dtype=bool)
        split = np.array([weight * ~common, weight * common])

        def stacked(name: str, *shape: int) -> FloatArray:
            values = [np.broadcast_to(getattr(channel, name), shape) for channel in channels]
            return np.array(values, dtype=np.float64).reshape(len(channels), *shape)

        c0, c1, c1_hat = (stacked(name, regimes) for name in ("c0", "c1", "c1_hat"))
        c2, c2_hat = (stacked(name, count, regimes) for name in ("c2", "c2_hat"))
        return cls(
            *(weight, split, c0, c1, c1_hat, c2, c2_hat),
            slope=np.einsum("m,ms,mns->ns", weight, c1, c2),
            slope_hat=np.einsum("km,ms,mns->kns", split, c1_hat, c2_hat),
            constant=np.einsum("km,ms,mns->kns", split, c0, c2_hat),
        )

    def along(self, gains: Gains) -> tuple[FloatArray, FloatArray, FloatArray]:
        """All channels in closed loop: slopes of x̃ and x̂ and constants, each [M, S]."""
        own = self.c1 - np.sum(self.c2 * gains.k, axis=1)
        mean = self.c1_hat - np.sum(self.c2_hat * gains.K, axis=1)
        return own, mean, self.c0 - np.sum(self.c2_hat * gains.h, axis=1)


class _Together:
    """Solves ``weight_i g_i + Σ_m left_mi Σ_j reach_mj g_j = right_i`` in each regime, [n, S].

    With weights above 0 through the few sums over j, O(n) for a fixed number of noises.
    """

    def __init__(self, weight: FloatArray, noise: _Noise, *, hats: bool) -> None:
        self._weight = weight.T
        self._reach = np.moveaxis(noise.c2_hat if hats else noise.c2, 2, 0).copy()  # [S, M, n]
        self._split = noise.split[:, :, None]
        self._few = bool(np.all(weight > 0))
        self._eye = np.eye(len(noise.weight))
        if self._few:
            self._over = self._reach / self._weight[:, None, :]

    def solve(self, own: FloatArray, common: FloatArray, *rights: FloatArray) -> list[FloatArray]:
        """For several right sides; what multiplies idiosyncratic and common noise, [n, S]."""
        left = self._reach * (
            self._split[0] * own.T[:, None, :] + self._split[1] * common.T[:, None, :]
        )
        right = np.stack([value.T for value in rights], axis=2)  # [S, n, rights]
        if self._few:
            inner = self._eye + self._over @ left.transpose(0, 2, 1)
            sums = np.linalg.solve(inner, self._over @ right)
            found = (right - left.transpose(0, 2, 1) @ sums) / self._weight[:, :, None]
        else:
            whole = left.transpose(0, 2, 1) @ self._reach
            at = np.arange(self._weight.shape[1])
            whole[:, at, at] += self._weight
            found = np.linalg.solve(whole, right)
        return [found[:, :, at].T for at in range(len(rights))]


@timed
@np.errstate(all="ignore")
def solve(problem: MeanFieldTypeProblem) -> MeanFieldTypeSolution:
    """The feedback equilibrium; not converged where the Riccati equations have no solution."""
    game = as_linear_quadratic(problem)
    try:
        equilibrium = Equilibrium(game)
    except np.linalg.LinAlgError:
        return _nothing(game)
    path = equilibrium.path
    trouble, lost = path.trouble, float("nan")
    alpha, beta, gamma, delta = equilibrium.at(path.reached)
    if not trouble and path.residual <= RESIDUAL_LIMIT:
        lost = exploitability(game, equilibrium.gains)
        if not np.isfinite(lost):
            trouble = "a player's best reply is unbounded: her costs are not convex in her control"
    now = game.regime
    mean, variance = game.mean, game.variance
    values = alpha * variance / 2 + beta * mean**2 / 2 + gamma * mean + delta
    gains = equilibrium.gains(path.reached)
    return MeanFieldTypeSolution(
        diagnostics=certified(path.residual, lost, evaluations=path.evaluations, trouble=trouble),
        alpha=read_only(alpha),
        beta=read_only(beta),
        gamma=read_only(gamma),
        delta=read_only(delta),
        values=read_only(values[:, now].copy()),
        gains=Gains(read_only(gains.k), read_only(gains.K), read_only(gains.h)),
    )


def _nothing(game: LinearQuadratic) -> MeanFieldTypeSolution:
    unknown = read_only(np.full((game.players, game.regimes), np.nan))
    return MeanFieldTypeSolution(
        diagnostics=certified(
            float("nan"),
            float("nan"),
            evaluations=0,
            trouble="the players' first-order conditions are singular: no unique equilibrium",
        ),
        alpha=unknown,
        beta=unknown,
        gamma=unknown,
        delta=unknown,
        values=read_only(np.full(game.players, np.nan)),
        gains=Gains(unknown, unknown, unknown),
    )
