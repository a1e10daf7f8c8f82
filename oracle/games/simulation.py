"""Closed loops of linear-quadratic games by Monte Carlo, beside their exact moments.

The scheme is Euler's; its own expected costs are known exactly, so the difference of an estimate
from them, in standard errors, is a fair z-score at any step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from oracle.games._base import read_only
from oracle.games._fields import FloatArray
from oracle.games._linear_quadratic import Costs, Feedback, Gains, LinearQuadratic
from oracle.games._monte_carlo import closed_loop, run_blocks, scalar_loop

__all__ = ["Simulation", "simulate", "state_moments"]

_MOST_JUMPS = 2e10


@dataclass(frozen=True)
class Simulation:
    """Mean and variance of the state at `times` [steps+1]; estimated costs [n], their standard
    errors, what Euler's scheme costs exactly, and the z-scores between them."""

    times: FloatArray
    mean: FloatArray
    variance: FloatArray
    costs: FloatArray
    standard_errors: FloatArray
    expected_costs: FloatArray
    z_scores: FloatArray


def simulate(
    game: LinearQuadratic,
    feedback: Feedback,
    *,
    rng: np.random.Generator,
    paths: int = 10_000,
    steps: int = 1000,
    threads: int = 1,
) -> Simulation:
    """Simulate any feedback, in equilibrium or not. The result does not depend on `threads`.

    Costs are minimised ones, discounted: the payoffs of `cournot` have the opposite sign. Raises
    ValueError unless paths ≥ 2 and steps ≥ 1, or if there were too many jumps to simulate.
    """
    if paths < 2 or steps < 1:
        raise ValueError(f"paths = {paths}, steps = {steps}; allowed: paths ≥ 2 and steps ≥ 1")
    often = max((c.weight for c in game.channels if c.jump), default=0.0) * game.horizon
    if often * paths > _MOST_JUMPS:
        raise ValueError(f"{often:g} jumps a path; allowed: {_MOST_JUMPS:g} over all paths")
    step = game.horizon / steps
    count, regimes = game.players, game.regimes
    drift = np.empty((steps, regimes, 3))
    noise = np.empty((steps, regimes, len(game.channels), 3))
    running = np.empty((steps, regimes, count, 6))
    for at in range(steps):
        gains = feedback(at * step)
        drift[at] = np.transpose(gains.along(game.drift))
        for m, channel in enumerate(game.channels):
            noise[at, :, m] = np.transpose(gains.along(channel))
        running[at] = _running(game.costs, gains)
    kind = np.array([[c.weight if c.jump else 0.0, float(c.common)] for c in game.channels])
    stay = expm(game.generator * step)
    fade = np.exp(-game.discount * step)
    ending = _ending(game.costs)
    first, second, cost, square = run_blocks(
        closed_loop,
        rng,
        paths,
        ((steps + 1,), (steps + 1,), (count,), (count,)),
        (
            game.mean,
            float(np.sqrt(game.variance)),
            game.regime,
            drift,
            noise,
            kind.reshape(-1, 2),
            np.cumsum(stay, axis=1),
            running,
            ending,
            fade,
            step,
        ),
        threads=threads,
    )
    mean, costs = first / paths, cost / paths
    spread = np.maximum(square / paths - costs**2, 0.0) / (paths - 1)
    errors = np.sqrt(spread)
    expected = _expected(game, drift, noise, running, ending, stay, fade, step)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(errors > 0, (costs - expected) / errors, 0.0)
    return Simulation(
        times=read_only(np.linspace(0.0, game.horizon, steps + 1)),
        mean=read_only(mean),
        variance=read_only(np.maximum(second / paths - mean**2, 0.0)),
        costs=read_only(costs),
        standard_errors=read_only(errors),
        expected_costs=read_only(expected),
        z_scores=read_only(scores),
    )


def state_moments(
    game: LinearQuadratic,
    feedback: Feedback,
    *,
    rng: np.random.Generator,
    paths: int = 10_000,
    steps: int = 1000,
    threads: int = 1,
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the state at all steps [steps+1], without costs: much faster.

    For one regime, a known start, no common noise, noises that do not grow with the fluctuation
    and at most one kind of jump; raises ValueError otherwise. Does not depend on `threads`.
    """
    step = game.horizon / steps
    gains = [feedback(t * step) for t in range(steps)]
    noises = np.array([[now.along(c) for c in game.channels] for now in gains])
    noises = noises.reshape(steps, len(game.channels), 3)
    jumps = [m for m, channel in enumerate(game.channels) if channel.jump]
    shared = any(channel.common for channel in game.channels)
    if game.regimes > 1 or game.variance > 0 or shared or len(jumps) > 1 or noises[..., 0].any():
        raise ValueError(
            "the game is not scalar: allowed are one regime, a known start, no common noise, "
            "additive noise, at most one kind of jump; `simulate` takes any game"
        )
    slopes = np.array([now.along(game.drift) for now in gains])[..., 0]
    mean = np.empty(steps + 1)
    mean[0] = game.mean
    for t, (_, slope, constant) in enumerate(slopes):
        mean[t + 1] = mean[t] + step * (slope * mean[t] + constant)
    heights = noises[..., 1] * mean[:-1, None] + noises[..., 2]
    brownian = [m for m in range(len(game.channels)) if m not in jumps]
    rate = float(game.channels[jumps[0]].weight) if jumps else 0.0
    size = heights[:, jumps[0]] if jumps else np.zeros(steps)
    decay = 1 + step * slopes[:, 0]
    first, second = run_blocks(
        scalar_loop,
        rng,
        paths,
        ((steps + 1,), (steps + 1,)),
        (
            float(game.mean),
            decay,
            # Jumps are compensated: their mean leaves with the drive.
            mean[1:] - decay * mean[:-1] - rate * step * size,
            np.sqrt(step * np.sum(heights[:, brownian] ** 2, axis=1)),
            rate,
            np.ascontiguousarray(size),
            step,
        ),
        threads=threads,
    )
    found = first / paths
    return read_only(found), read_only(np.maximum(second / paths - found**2, 0.0))


def _running(cost: Costs, gains: Gains) -> FloatArray:
    """Running costs [S, n, 6] as coefficients of x̃², x̃x̂, x̂², x̃, x̂ and 1 in closed loop."""
    k, K, h = gains.k, gains.K, gains.h
    six = np.array(
        [
            (cost.q + cost.r * k**2) / 2 - cost.eps1 * k,
            cost.q + cost.r * k * K - cost.eps1 * (k + K),
            (cost.q_hat + cost.r_hat * K**2) / 2 - cost.eps1_hat * K,
            (cost.r * k - cost.eps1) * h,
            (cost.r_hat * K - cost.eps1_hat) * h - cost.eps2_hat * K + cost.eps3_hat,
            (cost.r_hat * h / 2 - cost.eps2_hat) * h,
        ]
    )
    return np.ascontiguousarray(six.transpose(2, 1, 0))


def _ending(cost: Costs) -> FloatArray:
    none = np.zeros_like(cost.q_end)
    six = [cost.q_end / 2, cost.q_end, cost.q_end_hat / 2, none, cost.eps3_end_hat, none]
    return np.ascontiguousarray(np.array(six).transpose(2, 1, 0))


def _expected(
    game: LinearQuadratic,
    drift: FloatArray,
    noise: FloatArray,
    running: FloatArray,
    ending: FloatArray,
    stay: FloatArray,
    fade: FloatArray,
    step: float,
) -> FloatArray:
    """What the scheme costs exactly [n]: moments of x̃, x̂ and the regime, step by step."""
    weights = np.array([channel.weight for channel in game.channels])
    shared = np.array([float(channel.common) for channel in game.channels])
    chance, mean, square, spread = np.zeros((4, game.regimes))
    start = game.regime
    chance[start], mean[start] = 1.0, game.mean
    square[start], spread[start] = game.mean**2, game.variance
    total, discount = np.zeros(game.players), np.ones(game.players)

    def priced(six: FloatArray) -> FloatArray:
        moments = np.stack([spread, 0 * mean, square, 0 * mean, mean, chance], axis=1)
        return np.asarray(np.einsum("sic,sc->i", six, moments))

    for at in range(len(drift)):
        total += discount * priced(running[at]) * step
        discount = discount * fade
        own, slope, constant = drift[at].T
        fresh = noise[at, :, :, 1] ** 2 * square[:, None]
        fresh = fresh + 2 * noise[at, :, :, 1] * noise[at, :, :, 2] * mean[:, None]
        fresh = step * weights * (fresh + noise[at, :, :, 2] ** 2 * chance[:, None])
        kept = step * weights * noise[at, :, :, 0] ** 2
        grow, push = 1 + step * slope, step * constant
        spread = ((1 + step * own) ** 2 + kept.sum(axis=1)) * spread + fresh @ (1 - shared)
        square = grow**2 * square + 2 * grow * push * mean + push**2 * chance + fresh @ shared
        mean = grow * mean + push * chance
        chance, mean, square, spread = (each @ stay for each in (chance, mean, square, spread))
    return total + discount * priced(ending)
