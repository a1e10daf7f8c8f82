"""Markets to clear: written by hand, or drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from oracle.games.clearing import ClearingProblem

NAMES = ("target", "curvature", "capacity", "cost_linear", "cost_quadratic")

Draw = Callable[[Any, float], Any]
"""Values of a shape from 0 to a top."""


def market(
    consumers: list[tuple[float, ...]], prosumers: list[tuple[float, ...]], **fields: Any
) -> ClearingProblem:
    """Consumers (target, curvature, capacity); prosumers (…, cost_linear, cost_quadratic)."""
    c, p = np.array(consumers, dtype=float).T, np.array(prosumers, dtype=float).T
    return ClearingProblem(
        consumers=dict(zip(NAMES[:3], c, strict=True)),
        prosumers=dict(zip(NAMES, p, strict=True)),
        **fields,
    )


def drawing(rng: np.random.Generator, *, round_numbers: bool) -> Draw:
    """Uniform draws; `round_numbers` are quarters, so that there are ties."""

    def draw(shape: Any, top: float) -> Any:
        values = rng.uniform(0, top, shape)
        return np.round(values * 4) / 4 if round_numbers else values

    return draw


def agents(rng: np.random.Generator, draw: Draw, consumers: int, prosumers: int) -> dict[str, Any]:
    """The sides of a random market, as fields of a problem."""
    c, p = consumers, prosumers
    return {
        "consumers": {
            "target": draw(c, 4),
            "curvature": draw(c, 2) + 0.25,
            "capacity": draw(c, 4),
        },
        "prosumers": {
            "target": draw(p, 4) * (rng.random(p) < 0.6),
            "curvature": draw(p, 2) + 0.25,
            "capacity": draw(p, 6),
            "cost_linear": draw(p, 2) * (rng.random(p) < 0.8),
            "cost_quadratic": draw(p, 2) * (rng.random(p) < 0.5),
        },
    }
