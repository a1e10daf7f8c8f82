"""A request handler of a test, served from this process until its block ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """`released` is set when the block ends: whoever keeps a caller waiting waits for it."""

    released: threading.Event

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def serving(handler: type[Handler], **known: Any) -> Iterator[str]:
    """The URL at which a handler answers that has `known` as attributes."""
    released = threading.Event()
    kind = type("Known", (handler,), known | {"released": released})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()
