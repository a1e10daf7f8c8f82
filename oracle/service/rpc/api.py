"""`POST /rpc`: the chain's node behind the page's own origin."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from oracle.service.errors import ApiError
from oracle.service.http.bodies import client_of, json_body, problems, read_body
from oracle.service.http.context import Context
from oracle.service.rpc.forward import BODY_BYTES, Forwarder


def router(context: Context, forwarder: Forwarder | None) -> APIRouter:
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
        if forwarder is None:
            raise ApiError(404, "no node is named to this service")
        body = await read_body(request, limit=BODY_BYTES, seconds=settings.body_seconds)
        return await forwarder.answer(body, client_of(request))

    return routes
