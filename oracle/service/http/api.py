"""What the service says of itself: its health, its metrics, and the event stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import PlainTextResponse, Response

from oracle.service.http.bodies import problems
from oracle.service.http.context import Context
from oracle.service.http.metrics import CONTENT_TYPE
from oracle.service.http.schemas import Health


def router(context: Context) -> APIRouter:
    """The endpoints over one store and one chain."""
    routes = APIRouter()
    store = context.store

    @routes.get("/api/health", responses=problems(503))
    def health(response: Response) -> Health:
        """Whether the service can do its work: 200 if so, else 503 with the same fields."""
        instance, head = store.instance(), context.head()
        ok = instance is not None and head is not None
        response.status_code = 200 if ok else 503
        return Health(
            ok=ok,
            version=context.version,
            instance_id=instance.instance_id if instance else None,
            chain_id=instance.chain_id if instance else None,
            genesis_hash=instance.genesis_hash if instance else None,
            block=head.block if head else None,
            block_time=head.timestamp if head else None,
        )

    @routes.get("/livez", response_class=PlainTextResponse, include_in_schema=False)
    def livez() -> str:
        """200 as long as the service answers at all."""
        return "ok\n"

    @routes.get("/readyz", response_class=PlainTextResponse, include_in_schema=False)
    def readyz(response: Response, verbose: str | None = None) -> str:
        """200 if a deployment and the chain can be read, else 503; `?verbose` says what lacks."""
        wrong = [] if store.instance() else ["store: no deployment yet"]
        if context.head() is None:
            wrong.append("chain: cannot be read")
        response.status_code = 503 if wrong else 200
        if wrong and verbose is not None:
            return "\n".join(wrong) + "\n"
        return "not ready\n" if wrong else "ok\n"

    @routes.get(
        "/api/events",
        response_model=None,
        responses={200: {"content": {"text/event-stream": {}}}, **problems(422, 503)},
    )
    async def events(
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    ) -> Response:
        """Server-sent events: `period`, `posting`, `reputation`, resumable by `Last-Event-ID`.

        And `block`: the chain's new head, at most twice a second, not kept.
        """
        return context.streams.open(last_event_id)

    @routes.get("/metrics", response_model=None, responses={200: {"content": {"text/plain": {}}}})
    def metrics() -> Response:
        """For Prometheus."""
        context.metrics.streams.set(len(context.streams))
        return Response(context.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    return routes
