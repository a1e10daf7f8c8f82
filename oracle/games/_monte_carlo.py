"""Monte Carlo of closed loops: path by path, compiled, many threads, the same numbers for any.

Paths come in blocks. Each block has a stream of its own (`SeedSequence.spawn`) and sums of its own,
added in the blocks' order at the end, so the result does not depend on threads. No path is stored.
The kernels are plain Python; numba compiles them when they are first asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from oracle.games._fields import FloatArray

__all__ = ["closed_loop", "compiled", "run_blocks", "scalar_loop", "streams"]

BLOCK = 2048
MOST_BLOCKS = 4096


def streams(rng: np.random.Generator, count: int) -> list[np.random.Generator]:
    """Independent generators, derived from the next child of rng's seed sequence."""
    return [np.random.Generator(np.random.PCG64(seed)) for seed in _children(rng, count)]


def _children(rng: np.random.Generator, count: int) -> list[np.random.SeedSequence]:
    seed = rng.bit_generator.seed_seq
    if isinstance(seed, np.random.SeedSequence):
        return seed.spawn(count)
    # A generator made without a seed sequence: its own numbers seed one.
    words = rng.integers(0, 2**32, size=8, dtype=np.uint64).tolist()
    return np.random.SeedSequence(words).spawn(count)


@cache
def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel as machine code, kept on disk where that is possible."""
    from numba import njit

    try:
        made: Callable[..., Any] = njit(nogil=True, cache=True, error_model="numpy")(kernel)
    except RuntimeError:  # nowhere to keep it
        made = njit(nogil=True, error_model="numpy")(kernel)
    return made


def run_blocks(
    kernel: Callable[..., None],
    rng: np.random.Generator,
    paths: int,
    shapes: tuple[tuple[int, ...], ...],
    arguments: tuple[Any, ...],
    *,
    threads: int = 1,
) -> list[FloatArray]:
    """Run ``kernel(stream, paths of the block, *sums, *arguments)`` over all blocks; add the sums.

    `shapes` are those of the arrays of sums, zero at the start of each block.
    """
    size = max(BLOCK, -(-paths // MOST_BLOCKS))
    sizes = [min(size, paths - start) for start in range(0, paths, size)]
    run = compiled(kernel)

    def block(at: int) -> list[FloatArray]:
        sums = [np.zeros(shape) for shape in shapes]
        run(generators[at], sizes[at], *sums, *arguments)
        return sums

    generators = streams(rng, len(sizes))
    total = [np.zeros(shape) for shape in shapes]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for sums in pool.map(block, range(len(sizes))):
            for whole, part in zip(total, sums, strict=True):
                whole += part
    return total


def scalar_loop(
    rng: Any,
    paths: int,
    first: FloatArray,
    second: FloatArray,
    start: float,
    decay: FloatArray,
    drive: FloatArray,
    spread: FloatArray,
    rate: float,
    size: FloatArray,
    step: float,
) -> None:
    """``x' = decay x + drive + spread ξ + size dN``; sums of x and x² at all times.

    first, second [steps + 1]; decay, drive, spread and the jumps' size [steps]. Who wants jumps
    compensated takes ``rate step size`` off the drive.
    """
    steps = decay.shape[0]
    for _ in range(paths):
        x = start
        first[0] += x
        second[0] += x * x
        wait = rng.standard_exponential() / rate if rate > 0 else math.inf
        for t in range(steps):
            x = decay[t] * x + drive[t] + spread[t] * rng.standard_normal()
            while wait < step:
                x += size[t]
                wait += rng.standard_exponential() / rate
            wait -= step
            first[t + 1] += x
            second[t + 1] += x * x


def closed_loop(
    rng: Any,
    paths: int,
    first: FloatArray,
    second: FloatArray,
    cost: FloatArray,
    cost_square: FloatArray,
    mean: float,
    deviation: float,
    regime: int,
    drift: FloatArray,
    noise: FloatArray,
    kind: FloatArray,
    switch: FloatArray,
    running: FloatArray,
    ending: FloatArray,
    fade: FloatArray,
    step: float,
) -> None:
    """Euler's scheme of a linear-quadratic game in closed loop, noise multiplied by state.

    first, second [steps + 1]: sums of x and x²; cost, cost_square [n]. drift [steps, S, 3] and
    noise [steps, S, M, 3] hold slope of x̃, slope of x̂ and constant; kind [M, 2] a jump's rate (0:
    Brownian) and whether common; switch [S, S] the cumulated probabilities of the next regime;
    running [steps, S, n, 6] and ending [S, n, 6] the costs' coefficients of x̃², x̃x̂, x̂², x̃, x̂,
    1; fade [n] the discount over a step.
    """
    steps, regimes = drift.shape[0], drift.shape[1]
    sources, players = kind.shape[0], cost.shape[0]
    root = math.sqrt(step)
    spent = np.empty(players)
    discount = np.empty(players)
    wait = np.empty(sources)
    for _ in range(paths):
        s = regime
        y = mean
        x = deviation * rng.standard_normal()
        for i in range(players):
            spent[i] = 0.0
            discount[i] = 1.0
        for m in range(sources):
            wait[m] = rng.standard_exponential() / kind[m, 0] if kind[m, 0] > 0 else math.inf
        for t in range(steps):
            first[t] += x + y
            second[t] += (x + y) * (x + y)
            for i in range(players):
                c = running[t, s, i]
                now = c[0] * x * x + c[1] * x * y + c[2] * y * y + c[3] * x + c[4] * y + c[5]
                spent[i] += discount[i] * now * step
                discount[i] *= fade[i]
            to_x = drift[t, s, 0] * x * step
            to_y = (drift[t, s, 1] * y + drift[t, s, 2]) * step
            for m in range(sources):
                if kind[m, 0] > 0:
                    push = -kind[m, 0] * step
                    while wait[m] < step:
                        push += 1.0
                        wait[m] += rng.standard_exponential() / kind[m, 0]
                    wait[m] -= step
                else:
                    push = root * rng.standard_normal()
                own = noise[t, s, m, 0] * x * push
                shared = (noise[t, s, m, 1] * y + noise[t, s, m, 2]) * push
                to_x += own
                if kind[m, 1] > 0:
                    to_y += shared
                else:
                    to_x += shared
            x += to_x
            y += to_y
            if regimes > 1:
                draw = rng.random()
                following = 0
                while following < regimes - 1 and draw >= switch[s, following]:
                    following += 1
                s = following
        first[steps] += x + y
        second[steps] += (x + y) * (x + y)
        for i in range(players):
            c = ending[s, i]
            now = c[0] * x * x + c[1] * x * y + c[2] * y * y + c[3] * x + c[4] * y + c[5]
            spent[i] += discount[i] * now
            cost[i] += spent[i]
            cost_square[i] += spent[i] * spent[i]
