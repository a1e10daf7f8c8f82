"""Monte Carlo: paths with jumps, and how fast random numbers can be drawn."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from measure import least

from bench.beside.ask import Row, ask
from oracle.games import mean_field_type
from oracle.games.simulation import simulate, state_moments


def monte_carlo(repeats: int) -> list[Row]:
    """One state pulled to its mean, Brownian noise and jumps; rates in path-steps."""
    paths, steps, horizon = 100_000, 1000, 1.0
    pull, to, sigma, rate, size, start = 1.0, 0.5, 0.3, 2.0, 0.2, 1.0
    problem = mean_field_type.MeanFieldTypeProblem(
        horizon=horizon,
        drift={"b0": pull * to, "b1": -pull, "b2": 0.0},
        volatility={"c0": sigma},
        jumps=[{"rate": rate, "c0": size}],
        cost={"r": 1.0},
        initial={"mean": start},
    )
    game = mean_field_type.as_linear_quadratic(problem)
    gains = mean_field_type.Equilibrium(game).gains

    def run() -> tuple[float, float]:
        rng = np.random.default_rng(1)
        found = simulate(game, gains, rng=rng, paths=paths, steps=steps)
        return float(found.mean[-1]), float(found.variance[-1])

    step = horizon / steps
    stay = (1 - pull * step) ** steps
    mean = to + (start - to) * stay
    # The variance of Euler's scheme, in closed form.
    once = (1 - pull * step) ** 2
    variance = (sigma**2 + rate * size**2) * step * (1 - once**steps) / (1 - once)
    error = np.sqrt(variance / paths)

    def score(found: Any) -> float:
        """How far the mean is from Euler's exact one, in standard errors."""
        return float(abs(found[0] - mean) / error)

    def loop() -> tuple[float, float]:
        rng = np.random.default_rng(1)
        means, variances = state_moments(game, gains, rng=rng, paths=paths, steps=steps)
        return float(means[-1]), float(variances[-1])

    bound = normals()
    work = paths * steps
    name, size_said = "Monte Carlo", "10⁵ paths, 10³ steps"

    def said(spent: float) -> str:
        speed = work / spent
        return f"{speed / 1e6:.0f} M path-steps/s, {speed / bound:.0%} of the bound"

    seconds, _, mine = least(loop, min(repeats, 3))
    general, _, whole = least(run, min(repeats, 3))
    question = {
        "pull": pull,
        "to": to,
        "sigma": sigma,
        "rate": rate,
        "size": size,
        "start": start,
        "horizon": horizon,
        "steps": steps,
        "paths": paths,
        "repeats": 1,
    }
    theirs = ask(
        name, size_said, seconds, "sdepy:sdepy", "sdepy_paths", question, score,
    )  # fmt: skip
    if theirs.seconds:
        theirs = Row(**{**asdict(theirs), "note": said(theirs.seconds)})
    ceiling = f"{bound / 1e6:.0f} M normals/s drawn in compiled code: the bound"
    drawn = work / bound
    return [
        Row(name, size_said, "wattmarket", seconds, 1.0, score(mine), said(seconds)),
        Row(
            *(name, size_said, "wattmarket, simulate", general, general / seconds, score(whole)),
            f"any controls, costs and regimes; {said(general)}",
        ),
        theirs,
        Row(name, size_said, "numba, normals alone", drawn, drawn / seconds, None, ceiling),
    ]


def normals() -> float:
    """Normals per CPU second drawn inside compiled code: no Euler step can be quicker."""
    from numba import njit

    @njit
    def draw(rng, count):
        total = 0.0
        for _ in range(count):
            total += rng.standard_normal()
        return total

    rng, count = np.random.default_rng(1), 20_000_000
    draw(rng, 1)
    return count / least(lambda: draw(rng, count), 3)[0]
