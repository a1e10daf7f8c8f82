"""The certificate of the linear-quadratic games: every player's own best reply, found otherwise.

The others' feedback is held fixed and player i's problem is put into discrete time: in each step
the drift acts by the implicit midpoint rule, noise comes at the end, regimes switch by the matrix
exponential. Bellman's recursion solves that chain exactly. It is run on six grids and the gains are
extrapolated to step 0 (Richardson; Bulirsch & Stoer 1964). No Riccati differential equation and no
first-order condition of the continuous game enters.

What i loses against her best reply u* is ``E ∫ e^{−λt} ½ M (u − u*)² dt`` along the closed loop of
the strategies under judgement, M the curvature of her problem (completion of squares).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from oracle.games._fields import FloatArray
from oracle.games._linear_quadratic import (
    Affine,
    Feedback,
    Gains,
    LinearQuadratic,
    Moments,
    moments,
)
from oracle.games._riccati import Path

__all__ = ["Facing", "Replies", "best_replies", "exploitability", "facing", "losses"]

_LEVELS = (1, 2, 3, 4, 5, 6)
_COARSEST, _FINEST = 16, 256


@dataclass(frozen=True)
class Replies:
    """Best replies at `times` [m]: gains k, K, h and curvatures of ũ and û, each [m, n, S]."""

    times: FloatArray
    k: FloatArray
    K: FloatArray
    h: FloatArray
    curvature: FloatArray
    curvature_hat: FloatArray


Sums = tuple[FloatArray, FloatArray, FloatArray]
Facing = Callable[[Affine, Gains], Sums]
"""A coefficient as player i faces it, her own control taken out: slopes and constant, [n, S]."""


def facing(affine: Affine, gains: Gains) -> Sums:
    """Everybody faces all the others."""
    slope, slope_hat, constant = gains.along(affine)
    return (
        slope + affine.c2 * gains.k,
        slope_hat + affine.c2_hat * gains.K,
        constant + affine.c2_hat * gains.h,
    )


def exploitability(
    game: LinearQuadratic, feedback: Feedback, *, spread: Path | None = None
) -> float:
    """The largest gain of one player who deviates alone; infinite where a reply is unbounded."""
    path = moments(game, feedback) if spread is None else spread
    return float(np.max(losses(game, feedback, lambda time: Moments.of(path(time)))))


def losses(
    game: LinearQuadratic,
    feedback: Feedback,
    moments_at: Callable[[float], Moments] | None = None,
    others: Facing = facing,
) -> FloatArray:
    """What each player [n] gives away by not playing her best reply to the others.

    The moments are those of the closed loop; where each player faces a state of her own, [n, S].
    """
    replies = best_replies(game, feedback, others)
    if replies is None:
        return np.full(game.players, np.inf)
    if moments_at is None:
        path = moments(game, feedback)

        def moments_at(time: float) -> Moments:
            return Moments.of(path(time))

    lost = []
    for at, time in enumerate(replies.times):
        gains = feedback(float(time))
        now = moments_at(float(time))
        dk = gains.k - replies.k[at]
        dK = gains.K - replies.K[at]
        dh = gains.h - replies.h[at]
        square = dK**2 * now.square + 2 * dK * dh * now.mean + dh**2 * now.probability
        own = replies.curvature[at] * dk**2 * now.spread
        rate = 0.5 * np.sum(own + replies.curvature_hat[at] * np.maximum(square, 0), axis=1)
        lost.append(np.exp(-game.discount * time) * rate)
    # The gains hold from their time on; the last interval has no second end.
    return np.asarray(np.sum(lost, axis=0) * (game.horizon / len(lost)))


def best_replies(
    game: LinearQuadratic, feedback: Feedback, others: Facing = facing
) -> Replies | None:
    """Everybody's best reply to the others, or None where some player's is unbounded."""
    count = _grid(game, feedback, others)
    found = []
    for level in _LEVELS:
        with np.errstate(all="ignore"):
            gains = _recursion(game, feedback, others, count * level, level)
        if gains is None:
            return None
        found.append(gains)
    steps = 1 / np.array(_LEVELS, dtype=float)
    weights = np.array(
        [np.prod([other / (other - own) for other in steps if other != own]) for own in steps]
    )
    limit: FloatArray = np.tensordot(weights, np.array(found, dtype=np.float64), axes=1)
    times: FloatArray = np.arange(count, dtype=np.float64) * (game.horizon / count)
    return Replies(times, *limit)


def _grid(game: LinearQuadratic, feedback: Feedback, others: Facing) -> int:
    """Steps of the coarsest grid: enough for the fastest closed loop."""
    fastest = max(float(game.discount.max()), float(-game.generator.min()))
    for time in np.linspace(0, game.horizon, 9):
        gains = feedback(float(time))
        for affine in (game.drift, *game.channels):
            slope, slope_hat, _ = others(affine, gains)
            power = 1 if affine is game.drift else 2
            for rate in (slope - affine.c2 * gains.k, slope_hat - affine.c2_hat * gains.K):
                fastest = max(fastest, affine.weight * float(np.abs(rate).max()) ** power)
    wanted = 4 * fastest * game.horizon
    return int(np.clip(np.ceil(min(wanted, _FINEST)), _COARSEST, _FINEST))


def _recursion(
    game: LinearQuadratic, feedback: Feedback, others: Facing, count: int, every: int
) -> FloatArray | None:
    """Bellman's recursion on `count` steps: k, K, h and curvatures [5, count/every, n, S]."""
    step = game.horizon / count
    stay = expm(game.generator * step)
    fade = np.exp(-game.discount * step)[:, None]
    cost = game.costs
    a, b, g = cost.q_end, cost.q_end_hat, cost.eps3_end_hat
    kept = np.empty((5, count // every, game.players, game.regimes))
    for at in range(count - 1, -1, -1):
        gains = feedback((at + 0.5) * step)
        a, b, g = (fade * (value @ stay.T) for value in (a, b, g))
        slope, slope_hat, constant = others(game.drift, gains)
        noise = [(channel, *others(channel, gains)) for channel in game.channels]

        # x̃' = φx̃ + ψũ and the midpoint μx̃ + νũ, where cost and noise are taken.
        phi, psi, _ = _midpoint(slope, game.drift.c2, 0.0, step)
        mu, nu = (1 + phi) / 2, psi / 2
        xx = step * cost.q * mu**2 + a * phi**2
        xu = step * (cost.q * nu + cost.eps1) * mu + a * phi * psi
        uu = step * (cost.q * nu**2 + 2 * cost.eps1 * nu + cost.r) + a * psi**2
        for channel, own, _, _ in noise:
            weight = step * channel.weight * a
            reach = own * nu + channel.c2
            xx = xx + weight * (own * mu) ** 2
            xu = xu + weight * own * mu * reach
            uu = uu + weight * reach**2

        phi, psi, chi = _midpoint(slope_hat, game.drift.c2_hat, constant, step)
        mu, nu, rho = (1 + phi) / 2, psi / 2, chi / 2
        yy = step * cost.q_hat * mu**2 + b * phi**2
        yv = step * (cost.q_hat * nu + cost.eps1_hat) * mu + b * phi * psi
        vv = step * (cost.q_hat * nu**2 + 2 * cost.eps1_hat * nu + cost.r_hat) + b * psi**2
        y1 = step * (cost.q_hat * rho + cost.eps3_hat) * mu + (b * chi + g) * phi
        v1 = step * (
            cost.q_hat * nu * rho + cost.eps1_hat * rho + cost.eps2_hat + cost.eps3_hat * nu
        )
        v1 = v1 + (b * chi + g) * psi
        for channel, _, mean, fixed in noise:
            weight = step * channel.weight * (b if channel.common else a)
            reach = mean * nu + channel.c2_hat
            rest = mean * rho + fixed
            yy = yy + weight * (mean * mu) ** 2
            yv = yv + weight * mean * mu * reach
            vv = vv + weight * reach**2
            y1 = y1 + weight * mean * mu * rest
            v1 = v1 + weight * reach * rest

        if not (np.all(uu > 0) and np.all(vv > 0)):
            return None
        if at % every == 0:
            kept[:, at // every] = xu / uu, yv / vv, v1 / vv, uu / step, vv / step
        a, b, g = xx - xu**2 / uu, yy - yv**2 / vv, y1 - yv * v1 / vv
    return kept


def _midpoint(
    slope: FloatArray, reach: FloatArray, constant: FloatArray | float, step: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """One step of x' = slope x + reach u + constant by the implicit midpoint rule."""
    divisor = 1 - slope * step / 2
    return (1 + slope * step / 2) / divisor, step * reach / divisor, step * constant / divisor
