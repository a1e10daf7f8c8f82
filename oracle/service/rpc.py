"""`POST /rpc`: the chain's node behind the page's own origin."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from oracle.service.bodies import client_of, json_body, problems, read_body
from oracle.service.context import Context
from oracle.service.errors import ApiError
from oracle.service.rpc_forward import BODY_BYTES


def router(context: Context) -> APIRouter:
    """The endpoint; 404 where no node is named."""
    routes = APIRouter()
    settings = context.settings

    @routes.post(
        "/rpc",
        response_model=None,
        responses=problems(404, 408, 413, 415, 429, 503),
        openapi_extra=json_body({"type": ["object", "array"]}),
    )
    async def rpc(request: Request) -> Response:
        """JSON-RPC to the chain's node: reading, and transactions that are signed already.

        One call, or a batch of at most 50. What is not forwarded is error -32601.
        """
        if context.rpc is None:
            raise ApiError(404, "no node is named to this service")
        body = await read_body(request, limit=BODY_BYTES, seconds=settings.body_seconds)
        return await context.rpc.answer(body, client_of(request))

    return routes
