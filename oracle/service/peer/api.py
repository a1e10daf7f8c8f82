"""What an edge server answers to its peers, to probes and to Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from oracle.service.errors import StoreError

MOST_BYTES = 65_536
LABELS = {"electricity": 0, "elecoin": 1}


class Refused(Exception):
    """A message that is dropped. `reason` is one of a few fixed words."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class PeerPort:
    """The daemon behind the interface.

    `hear` takes a message, or raises Refused; `answer` gives the shares of (feed, epoch) for a
    receiver, `kept` what was heard from a sender; `alive` and `ready` give what is wrong by
    component, empty if nothing is; `metrics` the exposition text.
    """

    hear: Callable[[bytes], None]
    answer: Callable[[int, int, str], list[bytes]]
    alive: Callable[[], Mapping[str, str]]
    ready: Callable[[], Mapping[str, str]]
    metrics: Callable[[], bytes]
    kept: Callable[[int, int, str], list[bytes]] = lambda _, __, ___: []


def peer_app(port: PeerPort) -> Starlette:
    """The application: `/peer/signatures`, `/peer/kept`, `/livez`, `/readyz`, `/metrics`."""

    async def push(request: Request) -> Response:
        try:
            body = await _bounded(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return JSONResponse({"error": "too long"}, 413)
        try:
            await run_in_threadpool(port.hear, body)
        except Refused as refused:
            return JSONResponse({"error": refused.reason}, 422)
        return Response(status_code=204)

    async def pull(request: Request) -> Response:
        return await shares(request, port.answer, "receiver")

    async def kept(request: Request) -> Response:
        return await shares(request, port.kept, "sender")

    async def shares(
        request: Request, find: Callable[[int, int, str], list[bytes]], who: str
    ) -> Response:
        asked = request.query_params
        feed, epoch = LABELS.get(asked.get("feed", "")), asked.get("epoch", "")
        if feed is None or not (epoch.isascii() and epoch.isdigit() and len(epoch) < 11):
            return JSONResponse({"error": "feed and epoch are needed"}, 422)
        found = await run_in_threadpool(find, feed, int(epoch), asked.get(who, "")[:42])
        return PlainTextResponse(b"\n".join(found), media_type="application/x-ndjson")

    async def metrics(_: Request) -> Response:
        text = await run_in_threadpool(port.metrics)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(
        routes=[
            Route("/peer/signatures", push, methods=["POST"]),
            Route("/peer/signatures", pull, methods=["GET"]),
            Route("/peer/kept", kept, methods=["GET"]),
            Route("/livez", _probe(port.alive)),
            Route("/readyz", _probe(port.ready)),
            Route("/metrics", metrics),
        ],
        exception_handlers={StoreError: _unstored},
    )


async def _unstored(_: Request, __: Exception) -> Response:
    """The peer says it again, or is asked: nothing is heard that was not stored."""
    return JSONResponse({"error": "the store cannot be used"}, 503)


def _probe(ask: Callable[[], Mapping[str, str]]) -> Callable[[Request], Awaitable[Response]]:
    """200 where nothing is wrong, else 503; with `?verbose` each component on its line."""

    async def probe(request: Request) -> Response:
        wrong = await run_in_threadpool(ask)
        words = "".join(f"{name}: {what}\n" for name, what in wrong.items())
        text = words if wrong and "verbose" in request.query_params else ""
        return PlainTextResponse(
            text or ("not ready\n" if wrong else "ok\n"), 503 if wrong else 200
        )

    return probe


async def _bounded(request: Request) -> bytes | None:
    """The body; None as soon as it is too long, read or declared."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        return None
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return body
