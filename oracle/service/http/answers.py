"""Public answers kept as bytes while the store is what it was, and half a second at most.

Clients that poll ask the same few questions again and again: their answers are made once, not once
for each. With `If-None-Match` an answer that has not changed is 304 without a body.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

KEPT_SECONDS = 0.5
"""Answers tell the chain's time, which no write in the store announces."""
MOST_ANSWERS = 256
MOST_BYTES = 32 << 20

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True)
class _Kept:
    version: Hashable
    began: float
    until: float
    body: bytes
    media_type: str
    tag: str


class Answers:
    """Answers by path and query, the longest unasked forgotten first. For one event loop.

    `version` is equal as long as nothing was written; `clock` counts seconds.
    """

    def __init__(
        self, version: Callable[[], Hashable], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._version, self._clock = version, clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._making: dict[Hashable, tuple[asyncio.Lock, int]] = {}
        self._bytes = 0

    async def answer(self, request: Request, make: Handler) -> Response:
        """The kept answer, or what `make` answers; only a 200 is kept."""
        key = request.scope["path"], request.scope["query_string"]
        came = self._clock()
        found = self._fresh(key)
        if found is None:
            waits = key in self._making
            async with _Alone(self._making, key):
                # What was begun since the request came is new to it, however long it took.
                found = self._kept.get(key)
                if found is None or not waits or found.began < came:
                    found = self._fresh(key)
                if found is None:
                    version, now = self._version(), self._clock()
                    made = await make(request)
                    if made.status_code != 200:
                        return made
                    found = self._keep(key, version, now, made)
        headers = {"ETag": found.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        return Response(found.body, headers=headers, media_type=found.media_type)

    def _fresh(self, key: Hashable) -> _Kept | None:
        found = self._kept.get(key)
        if found is None or self._clock() >= found.until or found.version != self._version():
            return None
        self._kept.move_to_end(key)
        return found

    def _keep(self, key: Hashable, version: Hashable, now: float, made: Response) -> _Kept:
        body = bytes(made.body)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        kept = _Kept(version, now, now + KEPT_SECONDS, body, made.headers["content-type"], tag)
        self._forget(key)
        self._kept[key] = kept
        self._bytes += len(body)
        while len(self._kept) > MOST_ANSWERS or self._bytes > MOST_BYTES:
            self._forget(next(iter(self._kept)))
        return kept

    def _forget(self, key: Hashable) -> None:
        old = self._kept.pop(key, None)
        self._bytes -= 0 if old is None else len(old.body)


class _Alone:
    """One at a time makes the answer of a key; the others wait for it instead of making it too."""

    def __init__(self, making: dict[Hashable, tuple[asyncio.Lock, int]], key: Hashable) -> None:
        self._making, self._key = making, key

    async def __aenter__(self) -> None:
        lock, waiting = self._making.get(self._key, (asyncio.Lock(), 0))
        self._making[self._key] = lock, waiting + 1
        try:
            await lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._making[self._key][0].release()
        self._leave()

    def _leave(self) -> None:
        lock, waiting = self._making.pop(self._key)
        if waiting > 1:
            self._making[self._key] = lock, waiting - 1


def kept_route(answers: Answers) -> type[APIRoute]:
    """The class of routes whose answers are the same for everybody."""

    class KeptRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            make = super().get_route_handler()

            async def handle(request: Request) -> Response:
                return await answers.answer(request, make)

            return handle

    return KeptRoute
