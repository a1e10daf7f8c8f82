"""`POST /api/solve`: a scenario, solved by the pool."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from oracle.service.http.bodies import client_of, json_body, problems, read_body
from oracle.service.http.context import Context
from oracle.service.lab.pool import SolvePool

LARGEST_SEED = 2**53


def router(context: Context, pool: SolvePool) -> APIRouter:
    """The endpoint over one pool."""
    routes = APIRouter()
    settings = context.settings

    @routes.post(
        "/api/solve",
        responses=problems(408, 413, 415, 422, 429, 503),
        response_model=None,
        openapi_extra=json_body({"type": "object", "required": ["game"]}),
    )
    async def solve(
        request: Request, seed: Annotated[int, Query(ge=0, le=LARGEST_SEED)] = 0
    ) -> Response:
        """Solve a scenario: `game` and its fields, as `wattmarket solve` takes them.

        The answer is what its `--json` prints; `diagnostics.converged` may be false.
        """
        context.solves.take(client_of(request))
        body = await read_body(request, limit=settings.body_limit, seconds=settings.body_seconds)
        began = time.monotonic()
        try:
            status, text = await pool.solve(body, seed)
        finally:
            context.metrics.solve_seconds.observe(time.monotonic() - began)
        return Response(text, status, media_type="application/json")

    return routes
