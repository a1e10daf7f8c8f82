"""The service as a background thread of the program, on 127.0.0.1."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
import time

import uvicorn
from fastapi import FastAPI

from oracle.service.app import Parts, create_app
from oracle.service.errors import ServiceError
from oracle.service.live import LivePort
from oracle.service.ports import Ports
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store

HOST = "127.0.0.1"
START_SECONDS = 30.0
GRACE_SECONDS = 1
"""How long open answers may go on after the streams have ended."""

log = logging.getLogger(__name__)


class _Uvicorn(uvicorn.Server):
    """Ends the event streams before it waits for its connections, else it waits for ever."""

    def __init__(self, config: uvicorn.Config, parts: Parts) -> None:
        super().__init__(config)
        self._parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._parts.streams.close()
        await self._parts.sessions.close()
        # A solve under way is of no use to anybody now.
        await self._parts.pool.close()
        await super().shutdown(sockets)


class Server:
    """Serves from `start` to `stop`; also a context manager. One use only.

    The port is taken when the object is made, so a taken one is an error before anything runs.
    Signals are the program's: it calls `stop`.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        store: Store,
        *,
        live: LivePort,
        ports: Ports | None = None,
    ) -> None:
        self.app: FastAPI = create_app(settings, store, live=live, ports=ports)
        self._socket = bind(settings.port)
        self.port: int = self._socket.getsockname()[1]
        self._server = _Uvicorn(
            uvicorn.Config(
                self.app,
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                log_level="error",
                access_log=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(settings.trusted_proxies),
                server_header=False,
                limit_concurrency=2 * settings.in_flight,
                timeout_keep_alive=10,
                timeout_graceful_shutdown=GRACE_SECONDS,
                h11_max_incomplete_event_size=16_384,
            ),
            self.app.state.context,
        )
        self._thread = threading.Thread(target=self._run, name="wattmarket-service", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start serving; returns when requests are answered. Raises ServiceError."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise ServiceError("service: it did not start; its log says more")
            time.sleep(0.01)

    def stop(self, timeout: float = 10.0) -> None:
        """Stop serving, end event streams and solver processes. May be called again."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout)
            if self._thread.is_alive():
                log.error("the service did not stop within %g s", timeout)
        self._socket.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        except SystemExit:  # uvicorn's way to say that the start failed
            log.error("the service did not start")


def bind(port: int | None) -> socket.socket:
    """A listening socket on 127.0.0.1; None takes a free port. Raises ServiceError, one line."""
    if port is not None and not 1 <= port <= 65_535:
        raise ServiceError(f"--port: {port}: allowed: 1 to 65535, or leave it out for a free one")
    # Named as TCP, or asyncio leaves Nagle's algorithm on: an answer's body would wait for the
    # acknowledgement of its head, 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port or 0))
        # Until it listens, another could still bind the same port.
        listener.listen(128)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        what = "in use already" if taken else (error.strerror or "not possible").lower()
        raise ServiceError(
            f"--port: {port}: {what}; name another, or leave it out for a free one"
        ) from None
    listener.setblocking(False)
    return listener
