"""The clearing beside solvers by ADMM that need an environment of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import least

from bench.beside.ask import Row, ask, largest, mine
from bench.games import market
from bench.peers import TOLERANCE, matrices
from oracle.games import clearing

DENSE = 200
"""admmsolver's matrices are dense and complex."""


def clearing_admm(repeats: int) -> list[Row]:
    rows: list[Row] = []
    for size in (DENSE, 1000, 100_000):
        problem = market(size)
        seconds, _, found = least(lambda problem=problem: clearing.solve(problem), repeats)
        exact = np.concatenate([found.consumption, found.own_consumption, found.shared])
        residual = found.diagnostics.residual or 0.0
        name, said = "clearing", f"{size:,} agents"
        note = "error: the certificate's residual; of the others: of quantities"
        rows.append(mine(name, said, (seconds, residual, note)))
        once = {"tolerance": TOLERANCE, "repeats": repeats if size <= 1000 else 1}
        if size == DENSE:
            question = {
                "consumers": problem.consumers.model_dump(),
                "prosumers": problem.prosumers.model_dump(),
                "iterations": 20_000,
            }
            rows.append(
                ask(
                    name, said, seconds, "admmsolver:admmsolver", "admmsolver_clearing",
                    {**question, **once, "repeats": 1}, lambda a, exact=exact: largest(a, exact),
                    "dense matrices; 1e-9 on its own residuals",
                )
            )  # fmt: skip
            continue
        hessian, linear, balance, room, capacity, upper = matrices(problem)
        question = {
            "hessian": _sparse(hessian),
            "balance": _sparse(balance),
            "room": _sparse(room),
            "linear": linear,
            "capacity": capacity,
            "upper": upper,
            "patience": 120.0,
        }
        rows.append(
            ask(
                name, said, seconds, "superadmm:superADMM", "superadmm_clearing",
                {**question, **once}, lambda a, exact=exact: largest(a[1], exact),
                lambda a, price=found.price: f"price off by {abs(a[0] - price):.0e}"
                + ("" if a[2] == 1 else "; its tolerance not reached"),
            )
        )  # fmt: skip
    return rows


def _sparse(matrix: Any) -> dict[str, Any]:
    found = matrix.tocsc()
    return {
        "data": found.data,
        "indices": found.indices,
        "indptr": found.indptr,
        "shape": list(found.shape),
    }
