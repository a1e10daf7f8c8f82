"""The logit dynamics of the miners, ``ṁ = softmax(V(m)/τ) − m``, and when one branch has won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from oracle.games._fields import FloatArray

_STIFF = 50.0
_LONG = 1e3
"""After so long the fractions are at rest, where only an implicit method takes long steps."""
_MOST = 50_000


@dataclass(frozen=True)
class LogitPath:
    """The path at `steps` + 1 times, and the first time at which a branch holds the share."""

    times: FloatArray
    fractions: FloatArray
    resolution_time: float | None
    winner: int | None
    evaluations: int
    trouble: str


class _TooLong(Exception):
    pass


def run_logit(
    worth: FloatArray,
    base: float,
    crowd: float,
    temperature: float,
    start: FloatArray,
    duration: float,
    steps: int,
    resolved_at: float,
) -> LogitPath:
    """Integrate to 1e-10. V_b = (base + crowd m_b) worth_b; what it costs to mine drops out."""
    linear, steep = base * worth / temperature, crowd * worth / temperature
    count = 0

    def choice(m: FloatArray) -> FloatArray:
        score = linear + steep * m
        weight = np.exp(score - score.max())
        return np.asarray(weight / weight.sum())

    def velocity(_: float, m: FloatArray) -> FloatArray:
        nonlocal count
        count += 1
        if count > _MOST:
            raise _TooLong
        return choice(m) - m

    def jacobian(_: float, m: FloatArray) -> FloatArray:
        q = choice(m)
        return np.asarray((np.diag(q) - np.outer(q, q)) * steep - np.eye(len(m)))

    def resolved(_: float, m: FloatArray) -> float:
        return float(m.max()) - resolved_at

    resolved.direction = 1.0  # type: ignore[attr-defined]
    times = np.linspace(0.0, duration, steps + 1)
    stiff = float(np.abs(steep).max()) > _STIFF or duration > _LONG
    options = {"method": "Radau", "jac": jacobian} if stiff else {"method": "DOP853"}
    trouble = ""
    try:
        result = solve_ivp(
            velocity, (0.0, duration), start, t_eval=times, events=resolved,
            rtol=1e-10, atol=1e-12, **options,
        )  # fmt: skip
    except _TooLong:
        trouble = f"the logit dynamics took more than {_MOST} evaluations"
    else:
        trouble = "" if result.success else str(result.message)
    if trouble:
        nothing = np.full((steps + 1, len(start)), np.nan)
        return LogitPath(times, nothing, None, None, count, trouble)
    path = np.ascontiguousarray(result.y.T)
    if start.max() >= resolved_at:
        return LogitPath(times, path, 0.0, int(np.argmax(start)), count, "")
    if not len(result.t_events[0]):
        return LogitPath(times, path, None, None, count, "")
    winner = int(np.argmax(result.y_events[0][0]))
    return LogitPath(times, path, float(result.t_events[0][0]), winner, count, "")
