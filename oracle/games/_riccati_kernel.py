"""The kernel of `_riccati_compiled`: importing it imports numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games._monte_carlo import compiled

__all__ = ["march"]


@compiled
def eliminate(matrix: FloatArray, sides: FloatArray) -> None:
    """Gauss's elimination with pivots, in place."""
    count = matrix.shape[0]
    for c in range(count):
        best = c
        for i in range(c + 1, count):
            if abs(matrix[i, c]) > abs(matrix[best, c]):
                best = i
        if best != c:
            for j in range(count):
                matrix[c, j], matrix[best, j] = matrix[best, j], matrix[c, j]
            for j in range(sides.shape[1]):
                sides[c, j], sides[best, j] = sides[best, j], sides[c, j]
        for i in range(c + 1, count):
            part = matrix[i, c] / matrix[c, c]
            for j in range(c, count):
                matrix[i, j] -= part * matrix[c, j]
            for j in range(sides.shape[1]):
                sides[i, j] -= part * sides[c, j]
    for c in range(count - 1, -1, -1):
        for j in range(sides.shape[1]):
            for i in range(c + 1, count):
                sides[c, j] -= matrix[c, i] * sides[i, j]
            sides[c, j] /= matrix[c, c]


@compiled
def gains(now: FloatArray, s: int, game: Any, found: FloatArray, rooms: Any) -> None:
    """k, K and h of everybody in a regime, from the first-order conditions of all: found [3, n]."""
    costs, _, reach, weight, common, noise, noise_reach, _ = game
    inner, inner_hat, right, right_hat = rooms
    players, regimes, sources = costs.shape[1], costs.shape[2], len(weight)
    block = players * regimes
    k, big_k, h = found[0], found[1], found[2]
    for i in range(players):
        at = i * regimes + s
        alpha, beta, gamma = now[at], now[block + at], now[2 * block + at]
        k[i] = costs[4, i, s] + alpha * reach[0, i, s]
        big_k[i] = costs[5, i, s] + beta * reach[1, i, s]
        h[i] = costs[6, i, s] + gamma * reach[1, i, s]
        for m in range(sources):
            across = weight[m] * (beta if common[m] > 0 else alpha) * noise_reach[1, m, i, s]
            k[i] += weight[m] * alpha * noise[1, m, s] * noise_reach[0, m, i, s]
            big_k[i] += across * noise[2, m, s]
            h[i] += across * noise[0, m, s]
    if sources > 0:
        inner[:] = 0.0
        inner_hat[:] = 0.0
        right[:] = 0.0
        right_hat[:] = 0.0
        for m in range(sources):
            inner[m, m] = inner_hat[m, m] = 1.0
        for i in range(players):
            at = i * regimes + s
            alpha, beta = now[at], now[block + at]
            for m in range(sources):
                over = noise_reach[0, m, i, s] / costs[2, i, s]
                over_hat = noise_reach[1, m, i, s] / costs[3, i, s]
                right[m, 0] += over * k[i]
                right_hat[m, 0] += over_hat * big_k[i]
                right_hat[m, 1] += over_hat * h[i]
                for n in range(sources):
                    mixed = beta if common[n] > 0 else alpha
                    inner[m, n] += over * weight[n] * alpha * noise_reach[0, n, i, s]
                    inner_hat[m, n] += over_hat * weight[n] * mixed * noise_reach[1, n, i, s]
        eliminate(inner, right)
        eliminate(inner_hat, right_hat)
        for i in range(players):
            at = i * regimes + s
            alpha, beta = now[at], now[block + at]
            for m in range(sources):
                mixed = beta if common[m] > 0 else alpha
                left = weight[m] * mixed * noise_reach[1, m, i, s]
                k[i] -= weight[m] * alpha * noise_reach[0, m, i, s] * right[m, 0]
                big_k[i] -= left * right_hat[m, 0]
                h[i] -= left * right_hat[m, 1]
    for i in range(players):
        k[i] /= costs[2, i, s]
        big_k[i] /= costs[3, i, s]
        h[i] /= costs[3, i, s]


@compiled
def rates(now: FloatArray, out: FloatArray, game: Any, found: FloatArray, rooms: Any) -> None:
    """ẏ [4nS] of y = (α, β, γ, δ) [4, n, S]."""
    costs, drift, reach, weight, common, noise, noise_reach, generator = game
    players, regimes, sources = costs.shape[1], costs.shape[2], len(weight)
    block = players * regimes
    k, big_k, h = found[0], found[1], found[2]
    for s in range(regimes):
        gains(now, s, game, found, rooms)
        pull, pull_hat, push = drift[1, s], drift[2, s], drift[0, s]
        for i in range(players):
            pull -= reach[0, i, s] * k[i]
            pull_hat -= reach[1, i, s] * big_k[i]
            push -= reach[1, i, s] * h[i]
        own, square, mixed, fixed = 0.0, np.zeros(2), np.zeros(2), np.zeros(2)
        for m in range(sources):
            slant, second, third = noise[1, m, s], noise[2, m, s], noise[0, m, s]
            for i in range(players):
                slant -= noise_reach[0, m, i, s] * k[i]
                second -= noise_reach[1, m, i, s] * big_k[i]
                third -= noise_reach[1, m, i, s] * h[i]
            which = 1 if common[m] > 0 else 0
            own += weight[m] * slant * slant
            square[which] += weight[m] * second * second
            mixed[which] += weight[m] * second * third
            fixed[which] += weight[m] * third * third
        for i in range(players):
            at = i * regimes + s
            alpha, beta, gamma = now[at], now[block + at], now[2 * block + at]
            u, v, w = k[i], big_k[i], h[i]
            r_hat = costs[3, i, s]
            out[at] = -(
                costs[0, i, s]
                + (costs[2, i, s] * u - 2 * costs[4, i, s]) * u
                + alpha * (2 * pull + own)
            )
            out[block + at] = -(
                costs[1, i, s]
                + (r_hat * v - 2 * costs[5, i, s]) * v
                + beta * (2 * pull_hat + square[1])
                + alpha * square[0]
            )
            out[2 * block + at] = -(
                costs[7, i, s]
                + (r_hat * v - costs[5, i, s]) * w
                - costs[6, i, s] * v
                + beta * (push + mixed[1])
                + gamma * pull_hat
                + alpha * mixed[0]
            )
            out[3 * block + at] = -(
                (r_hat * w / 2 - costs[6, i, s]) * w
                + gamma * push
                + (alpha * fixed[0] + beta * fixed[1]) / 2
            )
    if regimes > 1:
        for row in range(4 * players):
            for s in range(regimes):
                for other in range(regimes):
                    out[row * regimes + s] -= generator[s, other] * now[row * regimes + other]


@compiled
def stage(
    y: FloatArray, stages: FloatArray, row: FloatArray, count: int, step: float, out: FloatArray
) -> None:
    """The state that a row of the tableau leads to."""
    for at in range(len(y)):
        out[at] = y[at]
    for j in range(count):
        if row[j] != 0.0:
            part = step * row[j]
            for at in range(len(y)):
                out[at] += part * stages[j, at]


@compiled
def march(
    first: FloatArray,
    begin: float,
    end: float,
    tolerance: float,
    longest: float,
    most: int,
    tableau: tuple[FloatArray, ...],
    nodes: FloatArray,
    slope: FloatArray,
    game: Any,
) -> tuple[FloatArray, FloatArray, FloatArray, int, int, float]:
    """Times [k+1], states at their starts [k, 4nS] and dense coefficients [k, 7, 4nS]; why it
    ended (0 at the end, 1 too small a step or not finite, 2 too many), evaluations, residual.

    game: costs [8, n, S]: q, q̂, r, r̂, ε1, ε̂1, ε̂2, ε̂3; drift [3, S]: b0, b1, b̂1; reach [2, n, S]:
    b2, b̂2; weight, common [M]; noise [3, M, S]: c0, c1, ĉ1; noise_reach [2, M, n, S]: c2, ĉ2;
    generator [S, S]. All r > 0.
    """
    a, b, e3, e5, extra, dense = tableau
    players, sources, size = game[0].shape[1], len(game[3]), len(first)
    found = np.empty((3, players))
    rooms = (
        np.empty((sources, sources)),
        np.empty((sources, sources)),
        np.empty((sources, 1)),
        np.empty((sources, 2)),
    )
    y, trial, stages = first.copy(), np.empty(size), np.empty((16, size))
    after, speed = np.empty(size), np.empty(size)
    values = np.empty((nodes.shape[0], size))
    rates(y, stages[0], game, found, rooms)
    evaluations, worst, count = 1, 0.0, 0
    direction = 1.0 if end > begin else -1.0
    # The first step: Hairer, Nørsett & Wanner, II.4.
    d0 = d1 = d2 = 0.0
    for at in range(size):
        scale = tolerance * (1 + abs(y[at]))
        d0 += (y[at] / scale) ** 2
        d1 += (stages[0, at] / scale) ** 2
    d0, d1 = np.sqrt(d0 / size), np.sqrt(d1 / size)
    guess = 1e-6 if d0 < 1e-5 or d1 < 1e-5 else 0.01 * d0 / d1
    guess = min(guess, abs(end - begin))
    for at in range(size):
        trial[at] = y[at] + direction * guess * stages[0, at]
    rates(trial, stages[1], game, found, rooms)
    evaluations += 1
    for at in range(size):
        d2 += ((stages[1, at] - stages[0, at]) / (tolerance * (1 + abs(y[at])))) ** 2
    d2 = np.sqrt(d2 / size) / guess
    steepest = max(d1, d2)
    length = max(1e-6, guess * 1e-3) if steepest <= 1e-15 else (0.01 / steepest) ** (1 / 8)
    length = min(100 * guess, length, longest, abs(end - begin))

    times = np.empty(17)
    starts, pieces = np.empty((16, size)), np.empty((16, 7, size))
    times[0] = time = begin
    while True:
        if count == most:
            return times[: count + 1], starts[:count], pieces[:count], 2, evaluations, worst
        least = 10 * abs(np.nextafter(time, direction * np.inf) - time)
        length = min(max(length, least), longest)
        rejected = False
        while True:
            # Not `length < least` alone: it must fail for NaN too.
            if not length >= least:
                return times[: count + 1], starts[:count], pieces[:count], 1, evaluations, worst
            ahead = time + direction * length
            if direction * (ahead - end) > 0:
                ahead = end
            step = ahead - time
            for j in range(1, 12):
                stage(y, stages, a[j], j, step, trial)
                rates(trial, stages[j], game, found, rooms)
            stage(y, stages, b, 12, step, after)
            rates(after, stages[12], game, found, rooms)
            evaluations += 12
            five = three = 0.0
            for at in range(size):
                scale = tolerance * (1 + max(abs(y[at]), abs(after[at])))
                high = low = 0.0
                for j in range(13):
                    high += e5[j] * stages[j, at]
                    low += e3[j] * stages[j, at]
                five += (high / scale) ** 2
                three += (low / scale) ** 2
            error = 0.0
            if five != 0.0 or three != 0.0:
                error = abs(step) * five / np.sqrt((five + 0.01 * three) * size)
            if error < 1:
                factor = 10.0 if error == 0 else min(10.0, 0.9 * error ** (-1 / 8))
                length = abs(step) * (min(1.0, factor) if rejected else factor)
                break
            factor = max(0.2, 0.9 * error ** (-1 / 8)) if error == error else 0.2
            length = abs(step) * factor
            rejected = True
        if count == starts.shape[0]:
            times = np.append(times, np.empty(count))
            more_starts, more = np.empty((2 * count, size)), np.empty((2 * count, 7, size))
            more_starts[:count], more[:count] = starts, pieces
            starts, pieces = more_starts, more
        for j in range(3):
            stage(y, stages, extra[j], 13 + j, step, trial)
            rates(trial, stages[13 + j], game, found, rooms)
        evaluations += 3
        piece = pieces[count]
        for at in range(size):
            starts[count, at] = y[at]
            change = after[at] - y[at]
            piece[0, at] = change
            piece[1, at] = step * stages[0, at] - change
            piece[2, at] = 2 * change - step * (stages[12, at] + stages[0, at])
        for j in range(4):
            for at in range(size):
                piece[3 + j, at] = 0.0
            for row in range(16):
                if dense[j, row] != 0.0:
                    part = step * dense[j, row]
                    for at in range(size):
                        piece[3 + j, at] += part * stages[row, at]
        for n in range(nodes.shape[0]):
            x = nodes[n]
            for at in range(size):
                value = 0.0
                for j in range(7):
                    value = (value + piece[6 - j, at]) * (x if j % 2 == 0 else 1 - x)
                values[n, at] = y[at] + value
        for n in range(1, nodes.shape[0] - 1):
            rates(values[n], speed, game, found, rooms)
            for at in range(size):
                rate = 0.0
                for j in range(nodes.shape[0]):
                    rate += slope[n, j] * values[j, at]
                gap = abs(rate / step - speed[at]) / (1 + abs(values[n, at]))
                if not gap <= worst:
                    worst = gap
        time = ahead
        count += 1
        times[count] = time
        finite = True
        for at in range(size):
            y[at] = after[at]
            stages[0, at] = stages[12, at]
            finite = finite and np.isfinite(y[at])
        if not finite:
            return times[: count + 1], starts[:count], pieces[:count], 1, evaluations, worst
        if time == end:
            return times[: count + 1], starts[:count], pieces[:count], 0, evaluations, worst
        if count % 100 == 0:
            # The end out of reach at this pace; steps that shrink lead to a pole (see _riccati).
            recent = abs(time - times[count - 50]) / 50
            before = abs(times[count - 50] - times[count - 100]) / 50
            if abs(end - time) > 20 * most * recent and recent > before / 2:
                return times[: count + 1], starts[:count], pieces[:count], 2, evaluations, worst
