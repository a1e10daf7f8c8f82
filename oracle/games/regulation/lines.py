"""Token supply as lines: feedback held over each step, its exact moments, and all of them at once.

Within a step ``dp̃ = −κ p̃ dt + noise`` and ``dp̂ = (η(d − c) − κ̂ p̂) dt + common noise`` with constant
κ, κ̂ and c, so both have exact transitions: moments, probabilities and paths are those of one and
the same process, whatever the step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from oracle.games._fields import FloatArray

__all__ = ["Grid", "Line", "Moments", "compensation", "kernel", "spreads", "transitions"]


@dataclass(frozen=True)
class Grid:
    """Steps of one length; net demand d = D − S [steps]; log-targets at grid points [steps+1]."""

    step: float
    speed: float
    net_demand: FloatArray
    target: FloatArray
    band: tuple[float, float]
    start: float
    local: float
    shared: float


@dataclass(frozen=True)
class Line:
    """A strategy ``u = k p̃ + K p̂ + c``, each [steps]."""

    k: FloatArray
    K: FloatArray
    c: FloatArray


@dataclass(frozen=True)
class Moments:
    """E p and the variances of p̃ and p̂ at grid points [steps+1], and what follows from them."""

    mean: FloatArray
    own: FloatArray
    common: FloatArray
    squared_error: float
    energy: float

    @classmethod
    def of(cls, line: Line, grid: Grid) -> Moments:
        """The exact moments, jumps included: they are compensated."""
        steps = len(grid.net_demand)
        mean, common, own = (np.zeros(steps + 1) for _ in range(3))
        mean[0] = grid.start
        keep, decay, drive = transitions(line, grid)
        fresh = grid.local * _square(grid.speed * (1 + line.k), grid.step)
        shared = grid.shared * _square(grid.speed * (1 + line.K), grid.step)
        for t in range(steps):
            mean[t + 1] = decay[t] * mean[t] + drive[t]
            common[t + 1] = decay[t] ** 2 * common[t] + shared[t]
            own[t + 1] = keep[t] ** 2 * own[t] + fresh[t]
        error = (mean - grid.target) ** 2 + common + own
        ends = [
            (line.K * mean[at] + line.c) ** 2 + line.K**2 * common[at] + line.k**2 * own[at]
            for at in (slice(None, -1), slice(1, None))
        ]
        energy = float(np.sum(ends[0] + ends[1])) * grid.step / 2
        return cls(mean, own, common, float(np.mean(error[:-1] + error[1:]) / 2), energy)

    def outage(self, grid: Grid) -> FloatArray:
        """P(p outside the band) at grid points [steps+1] where p is Gaussian."""
        low, high = grid.band
        spread = np.sqrt(self.own + self.common)
        with np.errstate(divide="ignore", invalid="ignore"):
            out = ndtr((low - self.mean) / spread) + ndtr((self.mean - high) / spread)
        certain = (self.mean < low) | (self.mean > high)
        return np.asarray(np.where(spread > 0, out, certain.astype(float)))


def transitions(line: Line, grid: Grid) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Over a step: what p̃ keeps, what p̂ keeps and what is added to it; each [steps]."""
    rate = grid.speed * (1 + line.K)
    keep = np.exp(-grid.speed * (1 + line.k) * grid.step)
    decay = np.exp(-rate * grid.step)
    return keep, decay, grid.speed * (grid.net_demand - line.c) * _mean(rate, grid.step)


def _mean(rate: FloatArray, step: float) -> FloatArray:
    """``∫ e^{−rate s} ds`` over a step."""
    safe = np.where(rate == 0, 1.0, rate)
    return np.asarray(np.where(rate == 0, step, -np.expm1(-safe * step) / safe))


def _square(rate: FloatArray, step: float) -> FloatArray:
    return _mean(2 * rate, step)


def spreads(line: Line, grid: Grid, volatility: float, shared: float) -> tuple[FloatArray, ...]:
    """Standard deviations over a step of the Brownian parts of p̃ and p̂, each [steps]."""
    return (
        volatility * np.sqrt(_square(grid.speed * (1 + line.k), grid.step)),
        shared * np.sqrt(_square(grid.speed * (1 + line.K), grid.step)),
    )


def compensation(
    line: Line, grid: Grid, own: float, common: float
) -> tuple[FloatArray, FloatArray]:
    """What compensates jumps over a step of p̃ and of p̂, from their ``Σ rate · size``."""
    return (
        -own * _mean(grid.speed * (1 + line.k), grid.step),
        -common * _mean(grid.speed * (1 + line.K), grid.step),
    )


def kernel(
    rng: Any,
    paths: int,
    first: FloatArray,
    outside: FloatArray,
    sums: FloatArray,
    start: float,
    keep: FloatArray,
    decay: FloatArray,
    drive: FloatArray,
    lean: FloatArray,
    spread: FloatArray,
    spread_common: FloatArray,
    control: FloatArray,
    rates: FloatArray,
    jumps: FloatArray,
    target: FloatArray,
    band: FloatArray,
    step: float,
    stages: FloatArray,
    net: FloatArray,
    plan: FloatArray,
    supplies: FloatArray,
) -> None:
    """All strategies on one noise. Lines l come first; with `plan` the last one is piecewise.

    Sums: first, outside [L, steps+1] of p and of being outside; sums [L, 6] of squared error, its
    square, energy, its square, share of time outside, its square. keep, decay, drive (of p̂),
    lean (of p̃), spread, spread_common [L, steps]; control [L, steps, 3]; rates [L, steps, 2] of
    decay; jumps [J, 3]: rate, size, common; plan: block and window in steps, supply step; stages
    [3]: what the path's tallies are multiplied with.
    """
    lines, steps = keep.shape
    sources = jumps.shape[0]
    shared_noise = False
    for at in range(lines):
        shared_noise = shared_noise or spread_common[at, 0] > 0
    x, y, tally = np.empty(lines), np.empty(lines), np.empty((lines, 3))
    wait = np.empty(sources)
    planned = lines - 1 if plan.shape[0] > 0 else -1
    past = np.zeros(steps + 2 if planned >= 0 else 1)
    root = math.nan
    low, high = band[0], band[1]
    for _ in range(paths):
        for at in range(lines):
            x[at], y[at] = 0.0, start
            first[at, 0] += start
            if start < low or start > high:
                outside[at, 0] += 1.0
            tally[at, 0] = 0.5 * (start - target[0]) ** 2
            tally[at, 1] = tally[at, 2] = 0.0
        for j in range(sources):
            wait[j] = rng.standard_exponential() / jumps[j, 0]
        root = math.nan
        for t in range(steps):
            if planned >= 0:
                p = x[planned] + y[planned]
                past[t + 1] = past[t] + p
                if t % int(plan[0]) == 0:
                    width = min(int(plan[1]), t + 1)
                    trend = (past[t + 1] - past[t + 1 - width]) / width
                    wanted = net[t] - target[t] + (trend - target[t])
                    best, gap = root, math.inf
                    for choice in supplies:
                        far = abs(choice - wanted)
                        near = math.isnan(root) or abs(choice - root) <= plan[2]
                        if near and far < gap:
                            best, gap = choice, far
                    root = best
            noise = rng.standard_normal()
            common = rng.standard_normal() if shared_noise else 0.0
            for at in range(lines):
                rule = control[at, t]
                fixed = root if at == planned else rule[2]
                before = rule[0] * x[at] + rule[1] * y[at] + fixed
                push = drive[at, t]
                if at == planned:
                    push -= (1.0 - decay[at, t]) * root
                x[at] = keep[at, t] * x[at] + lean[at, t] + spread[at, t] * noise
                y[at] = decay[at, t] * y[at] + push + spread_common[at, t] * common
                tally[at, 1] += before * before
            for j in range(sources):
                while wait[j] < step:
                    rest = step - wait[j]
                    for at in range(lines):
                        if jumps[j, 2] > 0:
                            y[at] += jumps[j, 1] * math.exp(-rates[at, t, 1] * rest)
                        else:
                            x[at] += jumps[j, 1] * math.exp(-rates[at, t, 0] * rest)
                    wait[j] += rng.standard_exponential() / jumps[j, 0]
                wait[j] -= step
            for at in range(lines):
                rule = control[at, t]
                fixed = root if at == planned else rule[2]
                after = rule[0] * x[at] + rule[1] * y[at] + fixed
                tally[at, 1] += after * after
                p = x[at] + y[at]
                first[at, t + 1] += p
                off = p - target[t + 1]
                tally[at, 0] += off * off if t + 1 < steps else 0.5 * off * off
                if p < low or p > high:
                    outside[at, t + 1] += 1.0
                    tally[at, 2] += 1.0
        for at in range(lines):
            for i in range(3):
                value = tally[at, i] * stages[i]
                sums[at, 2 * i] += value
                sums[at, 2 * i + 1] += value * value
