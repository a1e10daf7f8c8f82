"""Server-sent events: every new period, posting and settled round, resumable by its number.

And each block that is seen, at most two a second: these are not kept, and have no number.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from oracle.service.errors import ApiError
from oracle.service.live import Head
from oracle.service.store.records import Change
from oracle.service.store.store import Store

POLL_SECONDS = 2.0
HEARTBEAT_SECONDS = 15.0
BLOCK_SECONDS = 0.5
RETRY_MILLISECONDS = 2000
LARGEST = 2**63 - 1

Describe = Callable[[Change], dict[str, object] | None]


class Streams:
    """The open event streams. `close` ends them all; without it a server waits for its clients.

    A write in this process wakes them at once; one in another process is found within
    `POLL_SECONDS`.
    """

    def __init__(
        self,
        store: Store,
        describe: Describe,
        *,
        limit: int,
        head: Callable[[], Head | None] = lambda: None,
    ) -> None:
        self.store = store
        self.describe = describe
        self.closing = False
        self.block: Head | None = None
        self._head = head
        self._looking = False
        self._limit = limit
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._open: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._unwatch = store.watch(self._wake)

    def __len__(self) -> int:
        return len(self._open)

    def open(self, last_event_id: str | None) -> EventStream:
        """A response that streams what comes after an event. Raises ApiError 503."""
        if self.closing or len(self._open) >= self._limit:
            raise ApiError(503, "too many event streams", headers={"Retry-After": "5"})
        text = last_event_id or ""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        return EventStream(self, number if number is None or number <= LARGEST else None)

    def close(self) -> None:
        """End every stream, and take no new one. From any thread."""
        self.closing = True
        self._over.set()
        self._unwatch()
        self._wake()

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be something new."""
        news = asyncio.Event()
        with self._lock:
            self._open[news] = asyncio.get_running_loop()
            begins, self._looking = not self._looking, True
        if begins:
            threading.Thread(target=self._look, name="wattmarket-blocks", daemon=True).start()
        try:
            yield news
        finally:
            with self._lock:
                del self._open[news]

    def _look(self) -> None:
        """Looks for blocks as long as anybody listens."""
        while True:
            with self._lock:
                if self.closing or not self._open:
                    self._looking = False
                    return
            found = self._head()
            if found is not None and found != self.block:
                self.block = found
                self._wake()
            self._over.wait(BLOCK_SECONDS)

    def _wake(self) -> None:
        with self._lock:
            for news, loop in self._open.items():
                with contextlib.suppress(RuntimeError):  # its loop has ended
                    loop.call_soon_threadsafe(news.set)


class EventStream(Response):
    """One client's stream; ends when the client goes or the streams close."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, after: int | None) -> None:
        self.status_code = 200
        self.background = None
        self.streams = streams
        self.after = after
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with self.streams.listening() as news:
            leaving = asyncio.ensure_future(_gone(receive))
            leaving.add_done_callback(lambda _: news.set())
            try:
                await self._run(send, news, leaving)
            finally:
                leaving.cancel()
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _run(self, send: Send, news: asyncio.Event, leaving: asyncio.Future[None]) -> None:
        async def write(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        store = self.streams.store
        newest = await run_in_threadpool(store.last_change)
        # A number from another store would wait for ever.
        cursor = newest if self.after is None or self.after > newest else self.after
        await write(f"retry: {RETRY_MILLISECONDS}\nid: {cursor}\nevent: hello\ndata: {{}}\n\n")
        told: Head | None = None
        silent = 0.0
        while not (self.streams.closing or leaving.done()):
            news.clear()
            text, cursor = await run_in_threadpool(self._news, cursor)
            block = self.streams.block
            if block is not None and block != told:
                told = block
                data = json.dumps({"block": block.block, "timestamp": block.timestamp})
                text += f"event: block\ndata: {data}\n\n"
            if text:
                await write(text)
                silent = 0.0
                continue
            try:
                # Closing or leaving may have come between the loop's test and the clear above.
                if not (self.streams.closing or leaving.done()):
                    await asyncio.wait_for(news.wait(), POLL_SECONDS)
            except TimeoutError:
                silent += POLL_SECONDS
                if silent >= HEARTBEAT_SECONDS:
                    await write(": still here\n\n")
                    silent = 0.0

    def _news(self, cursor: int) -> tuple[str, int]:
        parts = []
        for change in self.streams.store.changes_after(cursor):
            cursor = change.sequence
            document = self.streams.describe(change)
            if document is not None:
                data = json.dumps(document)
                parts.append(f"id: {change.sequence}\nevent: {change.kind}\ndata: {data}\n\n")
        return "".join(parts), cursor


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
