"""The Riccati system of a linear-quadratic game as machine code: for many players.

The same DOP853 as scipy's (Hairer, Nørsett & Wanner, II.5; the tableau is scipy's), the same error
norm, step control and dense output, and the same judgement of it, without an interpreter between
evaluations. numba is imported, and compiles, when the first path is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import DOP853

from oracle.games._fields import FloatArray
from oracle.games._linear_quadratic import LinearQuadratic
from oracle.games._riccati import (
    MOST_STEPS,
    NODES,
    Path,
    differentiation,
    ended,
    explodes,
    too_long,
)

__all__ = ["marcher"]


@dataclass(frozen=True)
class _Piece:
    """The dense output of one step, as scipy's DOP853 has it."""

    t_old: float
    t: float
    y_old: FloatArray
    parts: FloatArray

    @property
    def t_min(self) -> float:
        return min(self.t_old, self.t)

    @property
    def t_max(self) -> float:
        return max(self.t_old, self.t)

    def __call__(self, times: float | FloatArray) -> FloatArray:
        x = (np.asarray(times) - self.t_old) / (self.t - self.t_old)
        many = x.ndim > 0
        value = np.zeros((len(self.y_old), len(x)) if many else len(self.y_old))
        for j, part in enumerate(self.parts[::-1]):
            value = (value + (part[:, None] if many else part)) * (x if j % 2 == 0 else 1 - x)
        return value + (self.y_old[:, None] if many else self.y_old)


def marcher(game: LinearQuadratic) -> Callable[[FloatArray, float, float, float, float], Path]:
    """``(start, begin, end, longest step, tolerance) -> Path``; the first call compiles."""
    cost, drift, shape = game.costs, game.drift, (game.players, game.regimes)
    per_player = (
        *(cost.q, cost.q_hat, cost.r, cost.r_hat),
        *(cost.eps1, cost.eps1_hat, cost.eps2_hat, cost.eps3_hat),
    )

    def whole(values: Any, *size: int) -> FloatArray:
        return np.ascontiguousarray(np.broadcast_to(values, size), dtype=np.float64)

    def stacked(names: tuple[str, ...], *size: int) -> FloatArray:
        rows = [[whole(getattr(c, name), *size) for c in game.channels] for name in names]
        return np.array(rows, dtype=np.float64).reshape(len(names), len(game.channels), *size)

    solver = DOP853
    tableau = tuple(
        np.ascontiguousarray(part, dtype=np.float64)
        for part in (solver.A, solver.B, solver.E3, solver.E5, solver.A_EXTRA, solver.D)
    )
    arguments = (
        np.stack([whole(value, *shape) for value in per_player]),
        np.stack([whole(value, shape[1]) for value in (drift.c0, drift.c1, drift.c1_hat)]),
        np.stack([whole(value, *shape) for value in (drift.c2, drift.c2_hat)]),
        np.array([channel.weight for channel in game.channels], dtype=np.float64),
        np.array([float(channel.common) for channel in game.channels], dtype=np.float64),
        stacked(("c0", "c1", "c1_hat"), shape[1]),
        stacked(("c2", "c2_hat"), *shape),
        np.array(game.generator, dtype=np.float64, order="C"),
    )
    slope = differentiation(NODES)

    def run(start: FloatArray, begin: float, end: float, longest: float, tolerance: float) -> Path:
        from oracle.games._riccati_kernel import march

        times, starts, pieces, why, evaluations, worst = march(
            start, begin, end, tolerance, longest, MOST_STEPS, tableau, NODES, slope, arguments
        )
        made = [
            _Piece(float(times[i]), float(times[i + 1]), starts[i], pieces[i])
            for i in range(len(starts))
        ]
        last = float(times[-1])
        trouble = ("", explodes(last), too_long(last))[why]
        return ended(made, times.tolist(), start, begin, end, int(evaluations), trouble, worst)

    return run
