"""Riccati systems, integrated with a dense output that can be judged.

DOP853 at 1e-10 (Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I*): within
every step the dense output is a polynomial of degree 7, so its derivative is known exactly and can
be held against the right-hand side.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.integrate import DOP853, OdeSolution

from oracle.games._fields import FloatArray

__all__ = ["Field", "March", "Path", "integrate", "joined", "residual", "settle"]

Field = Callable[[float, FloatArray], FloatArray]
"""A right-hand side: (t, y [m]) -> ẏ [m]."""

TOLERANCE = 1e-10
MOST_STEPS = 2_000
SMALL = 2e-7
HOPELESS = 1e2
"""No refinement brings a dense output that is so far off below the limit."""
_ROUNDS = 3
_FEW = 500
_EARLY = 100
_FAR = 20 * MOST_STEPS
NODES = (1 - np.cos(np.pi * np.arange(8) / 7)) / 2
_JUDGED = slice(1, 7)


@dataclass(frozen=True)
class Path:
    """y(t) from `start` as far as `reached`; `trouble` says why it stopped before the end."""

    solution: OdeSolution
    start: float
    reached: float
    evaluations: int
    trouble: str = ""
    residual: float = float("nan")

    def __call__(self, times: float | FloatArray) -> FloatArray:
        """y at a time [m], or at many [m, times]."""
        found: FloatArray = self.solution(times)
        return found


March = Callable[[FloatArray, float, float, float, float], Path]
"""An integrator that judges its own path: (start, begin, end, longest step, tolerance)."""


def settle(
    field: Field, start: FloatArray, begin: float, end: float, march: March | None = None
) -> Path:
    """Integrate and judge; in shorter steps where the dense output is not good enough.

    That happens in stiff systems: stability alone bounds the steps, and within them the dense
    output is poorer than their ends.
    """

    def run(longest: float, tolerance: float) -> Path:
        if march is not None:
            return march(start, begin, end, longest, tolerance)
        found = integrate(field, start, begin, end, longest=longest, tolerance=tolerance)
        return found if found.trouble else replace(found, residual=residual(found, field))

    path = run(np.inf, TOLERANCE)
    if path.trouble:
        return replace(path, residual=float("nan"))
    evaluations, worst = path.evaluations, path.residual
    tolerance = TOLERANCE
    for _ in range(_ROUNDS):
        if worst <= SMALL or not worst <= HOPELESS or len(path.solution.ts) > _FEW:
            break
        longest = float(np.max(np.abs(np.diff(path.solution.ts)))) / 3
        tolerance /= 30
        finer = run(longest, tolerance)
        evaluations += finer.evaluations
        if finer.trouble or not finer.residual < worst:
            break
        path, worst = finer, finer.residual
    return replace(path, evaluations=evaluations, residual=worst)


def integrate(
    field: Field,
    start: FloatArray,
    begin: float,
    end: float,
    *,
    longest: float = np.inf,
    tolerance: float = TOLERANCE,
) -> Path:
    """Integrate from `begin` to `end` (earlier or later). Never raises: see `Path.trouble`."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solver = DOP853(field, begin, start, end, max_step=longest, rtol=tolerance, atol=tolerance)
        times, pieces, trouble = [begin], [], ""
        while solver.status == "running":
            solver.step()
            if solver.status == "failed" or not np.isfinite(solver.y).all():
                trouble = explodes(solver.t)
                break
            pieces.append(solver.dense_output())
            times.append(solver.t)
            if solver.status == "running" and _too_many(times, end):
                trouble = too_long(solver.t)
                break
    return ended(pieces, times, start, begin, end, solver.nfev, trouble)


def ended(
    pieces: list[Any],
    times: list[float],
    start: FloatArray,
    begin: float,
    end: float,
    evaluations: int,
    trouble: str,
    worst: float = float("nan"),
) -> Path:
    """The path of these pieces."""
    if not pieces:
        # Nothing was accepted: a path of one point, so that callers need no special case.
        pieces, times = [_Still(begin, end, start)], [begin, end]
    return Path(OdeSolution(times, pieces), begin, float(times[-1]), evaluations, trouble, worst)


def explodes(time: float) -> str:
    """What to say where no step is short enough."""
    return f"the Riccati equations explode at t = {time:.6g}: no equilibrium"


def too_long(time: float) -> str:
    """What to say where the budget is spent, or the end out of reach."""
    return f"more than {MOST_STEPS} steps needed: stopped at t = {time:.6g}"


def _too_many(times: list[float], end: float) -> bool:
    """Whether the budget is spent, or steps as long as the last ones would go far beyond it."""
    steps = len(times) - 1
    if steps >= MOST_STEPS:
        return True
    if steps < _EARLY or steps % _EARLY:
        return False
    half = _EARLY // 2
    recent = abs(times[-1] - times[-1 - half]) / half
    before = abs(times[-1 - half] - times[-1 - 2 * half]) / half
    # Steps that shrink lead to a pole, which is soon reached and has a reason of its own.
    return abs(end - times[-1]) > _FAR * recent and recent > before / 2


def joined(paths: list[Path]) -> Path:
    """One path from several that follow each other in time."""
    times = [paths[0].start]
    pieces = []
    for path in paths:
        times += list(path.solution.ts[1:])
        pieces += list(path.solution.interpolants)
    evaluations = sum(path.evaluations for path in paths)
    trouble = next((path.trouble for path in paths if path.trouble), "")
    worst = max(path.residual for path in paths)
    return Path(OdeSolution(times, pieces), paths[0].start, times[-1], evaluations, trouble, worst)


def residual(path: Path, field: Field) -> float:
    """The largest ``|ẏ − f| / (1 + |y|)`` of the dense output, at six places of every step."""
    worst = 0.0
    slope = differentiation(NODES)
    with np.errstate(all="ignore"):
        for piece in path.solution.interpolants:
            length = piece.t - piece.t_old
            times = piece.t_old + length * NODES
            y = np.asarray(piece(times))
            rate = (y @ slope.T) / length
            for k in range(len(NODES))[_JUDGED]:
                gap = np.abs(rate[:, k] - field(float(times[k]), y[:, k]))
                largest = float(np.max(gap / (1 + np.abs(y[:, k]))))
                if not largest <= worst:
                    worst = largest
    return worst


class _Still:
    """A dense output that does not move."""

    def __init__(self, begin: float, end: float, value: FloatArray) -> None:
        self.t_old, self.t, self.value = begin, end, value
        self.t_min, self.t_max = min(begin, end), max(begin, end)

    def __call__(self, times: float | FloatArray) -> FloatArray:
        if np.ndim(times) == 0:
            return self.value
        return np.repeat(self.value[:, None], np.size(times), axis=1)


def differentiation(nodes: FloatArray) -> FloatArray:
    """The matrix that takes a polynomial's values at the nodes to its derivative's."""
    apart = nodes[:, None] - nodes[None, :]
    np.fill_diagonal(apart, 1.0)
    weights = 1 / apart.prod(axis=1)
    matrix = weights[None, :] / weights[:, None] / apart
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return np.asarray(matrix)
