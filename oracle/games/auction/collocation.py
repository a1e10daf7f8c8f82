"""Asymmetric first-price auctions by spectral collocation, for values v in (0, ω_i] and bids b.

Bidder i's value has the distribution ``F_i(v) = I(v/ω_i; shape, bend)``, the regularised incomplete
beta function; bend 1 is a power. Inverse bids φ_i on [0, b̄] solve, with ℓ_i = log F_i(φ_i),

``b dℓ_i/db = Σ_k U_k/(K − 1) − U_i,  U_i = 1/(φ_i/b − 1),  φ_i(b̄) = ω_i``, b̄ unknown,

and must leave b = 0 regularly; shooting from either end is unstable (Fibich & Gavish 2011). Here
``ℓ_i = shape_i log s + L_i`` with s = b/b̄, ``b dℓ_i/db = shape_i + t E_i(t)`` and s = I(t; p, m), a
grading of both ends: at 0 solutions go with powers s^μ, μ the positive eigenvalues of the equation
there, at 1 with powers of ``(1 − s)^{1/bend}``. E_i is a polynomial; L_i follows by integration
(no differentiation, so no loss of digits). Newton's equations are K small blocks that meet in
Σ U alone: O(K N³).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial import chebyshev
from scipy import special

from oracle.games._fields import FloatArray

_MOST_NEWTON = 30
_LEAST_STEP = 1e-3
_MOST_GAMES = 60
_NEAR_ZERO = 0.1
_SIZES = (32, 48, 64, 96, 128, 192)
_PLAIN, _BENT, _COARSE = 32, 48, 96
_GRADES = range(1, 13)
_LAYERS = (12.0, 60.0)


@dataclass(frozen=True)
class Values:
    """The bidders' distributions of values: shape at 0, bend at the top, top ω; [K] each."""

    shape: FloatArray
    bend: FloatArray
    top: FloatArray

    def toward(self, other: Values, part: float) -> Values:
        """A mixture of the parameters, at 0 these, at 1 the others."""
        pairs = ((self.shape, other.shape), (self.bend, other.bend), (self.top, other.top))
        return Values(*(np.exp((1 - part) * np.log(a) + part * np.log(b)) for a, b in pairs))


@dataclass(frozen=True)
class Grid:
    """Chebyshev points t [N+1] on [0, 1], the graded s(t), ``κ = t s'/s``, and integration."""

    t: FloatArray
    rest: FloatArray
    log_s: FloatArray
    kappa: FloatArray
    coefficients: FloatArray
    integral: FloatArray
    grades: tuple[int, int]

    @classmethod
    def of(cls, size: int, grades: tuple[int, int]) -> Grid:
        angle = np.pi * np.arange(size + 1) / size
        x = -np.cos(angle)
        # 1 − t without cancellation.
        t, rest = np.sin(angle / 2) ** 2, np.cos(angle / 2) ** 2
        log_s, kappa = graded(t, rest, grades)
        coefficients: FloatArray = np.asarray(
            np.linalg.inv(chebyshev.chebvander(x, size)), dtype=np.float64
        )
        integral = _integral(t, rest, grades, coefficients)
        return cls(t, rest, log_s, kappa, coefficients, integral, grades)


def _integral(
    t: FloatArray, rest: FloatArray, grades: tuple[int, int], coefficients: FloatArray
) -> FloatArray:
    """The matrix of ``E ↦ −∫_t^1 κE`` at the points, to relative accuracy near t = 1.

    Gauss's rule on each [t_n, 1]: what is left there is of order (1 − t)^m, far below the rounding
    of a sum over the whole interval, and a beta distribution feels a root of it.
    """
    size = len(t) - 1
    nodes, weights = np.polynomial.legendre.leggauss(size + 8)
    rows = np.zeros((size + 1, size + 1))
    for n in range(size):
        away = rest[n] * (1 - nodes) / 2
        _, kappa = graded(1 - away, away, grades)
        basis = chebyshev.chebvander(1 - 2 * away, size)
        rows[n] = -rest[n] / 2 * (weights * kappa) @ basis
    return rows @ coefficients


def graded(
    t: FloatArray, rest: FloatArray, grades: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """log s and κ = t s'/s at t, rest = 1 − t."""
    p, m = grades
    with np.errstate(divide="ignore", invalid="ignore"):
        s = special.betainc(p, m, t)
        log_s = np.where(s < 0.5, np.log(s), np.log1p(-special.betainc(m, p, rest)))
        slope = t**p * rest ** (m - 1) / (special.beta(p, m) * s)
    return log_s, np.where(t == 0, float(p), slope)


@dataclass(frozen=True)
class Bids:
    """The inverse bids: E [K][N+1] at the grid's points, and the highest bid b̄."""

    values: Values
    grid: Grid
    excess: FloatArray
    highest: float
    iterations: int
    residual: float

    def levels(self) -> FloatArray:
        """The coefficients [N+1][K] of L/(1 − t)^m, which is smooth."""
        p, m = self.grid.grades
        scaled = self.excess @ self.grid.integral.T
        scaled[:, :-1] /= self.grid.rest[:-1] ** m
        # At t = 1 it is −κE/(m (1 − t)^{m−1}).
        scaled[:, -1] = -self.excess[:, -1] / (m * special.beta(p, m))
        return np.asarray(self.grid.coefficients @ scaled.T)

    def at(self, t: FloatArray, rest: FloatArray) -> Inverse:
        """ℓ, E and φ/b at t, rest = 1 − t, on or off the grid."""
        x = t - rest
        excess: FloatArray = np.asarray(
            chebyshev.chebval(x, self.grid.coefficients @ self.excess.T), dtype=np.float64
        )
        level = rest ** self.grid.grades[1] * chebyshev.chebval(x, self.levels())
        log_s, kappa = graded(t, rest, self.grid.grades)
        ratio, _ = _ratios(self.values, level, log_s)
        with np.errstate(invalid="ignore"):
            log_share = self.values.shape[:, None] * log_s + level
        return Inverse(log_s, kappa, log_share, excess, ratio / self.highest)


@dataclass(frozen=True)
class Inverse:
    """log s and κ [M]; log F_i(φ_i), E_i and φ_i/b [K][M]."""

    log_s: FloatArray
    kappa: FloatArray
    log_share: FloatArray
    excess: FloatArray
    ratio: FloatArray


def first_order_gaps(bids: Bids, t: FloatArray, rest: FloatArray) -> FloatArray:
    """``(φ_i − b) Σ_{j≠i} ℓ_j' − 1``, the violation of each bidder's condition [K][M]."""
    there = bids.at(t, rest)
    slope = bids.values.shape[:, None] + t * there.excess
    return np.asarray((there.ratio - 1) * (slope.sum(axis=0) - slope) - 1)


def solve_values(values: Values, tolerance: float) -> tuple[Bids, str]:
    """The equilibrium, refined until the first-order conditions hold off the grid as well.

    Continuation from the symmetric game with the mean shape, whose bids are proportional to value.
    """
    count = len(values.shape)
    even = np.full(count, float(np.exp(np.log(values.shape).mean())))
    start = Values(even, np.ones(count), np.full(count, float(np.exp(np.log(values.top).mean()))))
    grades = _grades(values)
    sizes = [size for size in _SIZES if size >= (_PLAIN if np.all(values.bend == 1) else _BENT)]
    grid = Grid.of(sizes[0], grades)
    highest = start.top[0] * even[0] * (count - 1) / (even[0] * (count - 1) + 1)
    bids = Bids(start, grid, np.zeros((count, len(grid.t))), float(highest), 0, np.inf)
    part, step = 0.0, 1.0
    last, past, games = bids, 0.0, 0
    while part < 1:
        games += 1
        there = min(1.0, part + step)
        guess = replace(_ahead(bids, last, part, past, there), values=start.toward(values, there))
        found = _newton(guess)
        if found is not None:
            last, past = bids, part
            bids, part, step = found, there, step * 1.5
            continue
        step /= 2
        if step < _LEAST_STEP or games > _MOST_GAMES:
            if len(sizes) == 1 or sizes[1] > _COARSE or games > _MOST_GAMES:
                return bids, f"continuation from equal bidders stopped at {part:.3g} of the way"
            sizes, step = sizes[1:], 16 * _LEAST_STEP
            bids, last = _onto(bids, sizes[0]), _onto(last, sizes[0])
    best = bids
    for size in sizes:
        if size > len(best.grid.t) - 1:
            finer = _newton(_onto(bids, size))
            if finer is None:
                break
            bids = finer
        middle = np.pi * (np.arange(3 * size) + 0.5) / (3 * size)
        gaps = first_order_gaps(bids, np.sin(middle / 2) ** 2, np.cos(middle / 2) ** 2)
        bids = replace(bids, residual=float(np.abs(gaps).max()))
        if bids.residual < best.residual or not np.isfinite(best.residual):
            best = bids
        if best.residual <= tolerance:
            break
    return best, ""


def _ahead(bids: Bids, last: Bids, part: float, past: float, there: float) -> Bids:
    """The guess on the line through the last two games."""
    if part == past:
        return bids
    far = (there - part) / (part - past)
    excess = bids.excess + far * (bids.excess - last.excess)
    return replace(bids, excess=excess, highest=bids.highest * (bids.highest / last.highest) ** far)


def _onto(bids: Bids, size: int) -> Bids:
    """The same bids at the points of another grid."""
    grid = Grid.of(size, bids.grid.grades)
    series = bids.grid.coefficients @ bids.excess.T
    excess = chebyshev.chebval(grid.t - grid.rest, series)
    return replace(bids, grid=grid, excess=np.asarray(excess))


def _grades(values: Values) -> tuple[int, int]:
    """The least p and m for which the powers at both ends are whole numbers, or high.

    Many bidders make μ high, which is a boundary layer of width 1/μ at b̄: m spreads it.
    """
    a = values.shape
    u = a.sum() - a
    q = 1 + 1 / u
    count = len(a)
    matrix = (q / a)[:, None] * (np.eye(count) - 1 / (count - 1)) * (u**2)
    powers = np.linalg.eigvals(matrix).real
    layer = next((m for m, most in enumerate(_LAYERS, 1) if powers.max() <= most), len(_LAYERS) + 1)
    return _grade(powers[powers > 0], 7.0), max(layer, _grade(1 / values.bend, 5.0))


def _grade(powers: FloatArray, high: float) -> int:
    for grade in _GRADES:
        reached = grade * powers
        if np.all((reached >= high) | (np.abs(reached - np.round(reached)) < 1e-6)):
            return grade
    return _GRADES[-1]


def _ratios(values: Values, level: FloatArray, log_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """φ/s and d log φ/dℓ [K][N+1] from ``ℓ = shape log s + level``."""
    # A step too long overflows, and is then cut.
    with np.errstate(all="ignore"):
        rows = [
            _power(shape, top, row) if bend == 1 else _beta(shape, bend, top, row, log_s)
            for shape, bend, top, row in zip(
                values.shape, values.bend, values.top, level, strict=True
            )
        ]
    ratio, slope = zip(*rows, strict=True)
    return np.array(ratio), np.array(slope)


def _power(shape: float, top: float, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    return top * np.exp(level / shape), np.full(len(level), 1 / shape)


def _beta(
    shape: float, bend: float, top: float, level: FloatArray, log_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """For F = I(v; a, c): near 0 by the series of ``F/(C v^a)``, elsewhere by its inverse."""
    log_beta = float(special.betaln(shape, bend))
    share = np.minimum(shape * log_s + level, -1e-300)
    edge = float(np.log(special.betainc(shape, bend, _NEAR_ZERO)))
    log_ratio = np.empty(len(level))
    slope = np.empty(len(level))
    near = share < edge
    if near.any():
        log_ratio[near], slope[near] = _series(shape, bend, log_beta, level[near], log_s[near])
    far = ~near
    below = share[far]
    upper = below > np.log(0.5)
    missing = _upper(shape, bend, log_beta, -np.expm1(below))
    v = np.where(upper, 1 - missing, special.betaincinv(shape, bend, np.exp(below)))
    rest = np.where(upper, missing, 1 - v)
    log_v = np.where(upper, np.log1p(-missing), np.log(v))
    log_density = shape * log_v + (bend - 1) * np.log(rest) - log_beta
    slope[far] = np.exp(below - log_density)
    log_ratio[far] = log_v - log_s[far]
    return top * np.exp(log_ratio), slope


def _upper(shape: float, bend: float, log_beta: float, lacking: FloatArray) -> FloatArray:
    """1 − v from 1 − F; near the top by the series, where the library's inverse can be wrong."""
    found = np.asarray(special.betaincinv(bend, shape, lacking))
    close = lacking < special.betainc(bend, shape, _NEAR_ZERO)
    if close.any():
        level = np.log(lacking[close])
        found[close] = np.exp(_series(bend, shape, log_beta, level, np.zeros(len(level)))[0])
    return found


def _series(
    shape: float, bend: float, log_beta: float, level: FloatArray, log_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Newton's method for ``a w + log(1/(aB)) + log H(s e^w) = level``, H the series, v < 0.1."""
    k = np.arange(24)
    terms = special.poch(1 - bend, k) / special.factorial(k) * shape / (shape + k)
    constant = -log_beta - float(np.log(shape))
    w = (level - constant) / shape
    s = np.exp(log_s)
    slope = np.full(len(level), shape)
    for _ in range(12):
        v = np.minimum(s * np.exp(w), 2 * _NEAR_ZERO)
        powers = v[:, None] ** k
        height = powers @ terms
        slope = shape + powers @ (terms * k) / height
        change = (shape * w + constant + np.log(height) - level) / slope
        w = w - change
        if np.all(np.abs(change) <= 1e-16 * (1 + np.abs(w))):
            break
    return w, 1 / slope


def _newton(bids: Bids) -> Bids | None:
    """Damped Newton steps from the given bids; None where they lead nowhere."""
    excess, log_high = bids.excess, float(np.log(bids.highest))
    grid, values = bids.grid, bids.values
    gap, parts = _equations(values, grid, excess, log_high)
    size = _size(gap)
    enough = 2e-15 * len(grid.t) * float(values.shape.sum())
    for turn in range(1, _MOST_NEWTON + 1):
        if not np.isfinite(size):
            return None
        change, rise = _step(grid, parts, gap)
        length = 1.0
        while True:
            there, high = excess + length * change, log_high + length * rise
            after, found = _equations(values, grid, there, high)
            if _size(after) <= (1 - 0.2 * length) * size or _size(after) <= enough:
                break
            length /= 2
            if length < 1e-3:
                done = size < 1e-9
                total = bids.iterations + turn
                return (
                    replace(bids, excess=excess, highest=float(np.exp(log_high)), iterations=total)
                    if done
                    else None
                )
        excess, log_high, gap, parts, size = there, high, after, found, _size(after)
        if size <= enough:
            break
    if size > 1e-9:
        return None
    return replace(
        bids, excess=excess, highest=float(np.exp(log_high)), iterations=bids.iterations + turn
    )


_Parts = tuple[FloatArray, FloatArray]
_Gap = tuple[FloatArray, float]


def _size(gap: _Gap) -> float:
    rows, extra = gap
    return max(float(np.abs(rows).max()), abs(extra)) if np.all(np.isfinite(rows)) else np.inf


def _equations(
    values: Values, grid: Grid, excess: FloatArray, log_high: float
) -> tuple[_Gap, _Parts]:
    """``t E_i + shape_i + U_i − ΣU/(K − 1)`` at the points, scaled by 1/U; and dU by ℓ and log b̄.

    One more condition fixes b̄: the sum of all E has one degree less.
    """
    level = excess @ grid.integral.T
    ratio, slope = _ratios(values, level, grid.log_s)
    q = ratio * np.exp(-log_high)
    bad = np.any(q <= 1) or not np.all(np.isfinite(q))
    if bad:
        return (np.full_like(excess, np.inf), 0.0), (q, q)
    u = 1 / (q - 1)
    by_high = q * u**2
    slope[:, -1] = 0.0  # L is 0 there, whatever E
    by_level = -by_high * slope
    mean = u.sum(axis=0) / (len(u) - 1)
    rows = grid.t * excess + values.shape[:, None] + u - mean
    return (rows, float((grid.coefficients[-1] @ excess.T).sum())), (by_level, by_high)


def _step(grid: Grid, parts: _Parts, gap: _Gap) -> tuple[FloatArray, float]:
    """Newton's step: each block solved by itself, then one system for δΣU and δlog b̄."""
    by_level, by_high = parts
    rows, extra = gap
    count, size = rows.shape
    blocks = by_level[:, :, None] * grid.integral
    blocks[:, np.arange(size), np.arange(size)] += grid.t
    total = by_high.sum(axis=0) / (count - 1)
    right = np.empty((count, size, size + 2))
    right[:, :, 0] = -rows
    right[:, :, 1] = total - by_high
    right[:, :, 2:] = np.eye(size) / (count - 1)
    parts_of = np.linalg.solve(blocks, right)
    # δΣ_k (dU_k/dℓ) L_k, by each right side.
    moved = np.einsum("kn,nm,kmr->nr", by_level, grid.integral, parts_of, optimize=True)
    last = np.einsum("m,kmr->r", grid.coefficients[-1], parts_of)
    system = np.zeros((size + 1, size + 1))
    system[:size, :size] = np.eye(size) - moved[:, 2:]
    system[:size, size] = -moved[:, 1]
    system[size, :size] = last[2:]
    system[size, size] = last[1]
    solved = np.linalg.solve(system, np.append(moved[:, 0], -extra - last[0]))
    shared, rise = solved[:size], float(solved[size])
    change = parts_of[:, :, 0] + parts_of[:, :, 1] * rise + parts_of[:, :, 2:] @ shared
    return change, rise
