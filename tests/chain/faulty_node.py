"""A proxy in front of a real node that fails on demand, as nodes and their hosts do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

FAULTS = (
    "down", "silent", "429", "502", "not json", "half an answer", "no result", "fewer answers",
    "lags", "other chain", "other genesis", "lies",
)  # fmt: skip


@dataclass
class FaultyNode:
    """`fault` is one of FAULTS or empty; `lag` counts blocks; `asked` what was asked for."""

    upstream: str
    url: str = ""
    fault: str = ""
    lag: int = 50
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Any) -> Any:
        parts = request if isinstance(request, list) else [request]
        self.asked += [part["method"] for part in parts]
        answers = httpx.post(self.upstream, json=parts, timeout=30).json()
        answers = [
            self._bent(part["method"], one) for part, one in zip(parts, answers, strict=True)
        ]
        if self.fault == "fewer answers" and isinstance(request, list):
            return answers[:-1]
        return answers if isinstance(request, list) else answers[0]

    def _bent(self, method: str, answer: dict[str, Any]) -> dict[str, Any]:
        if self.fault == "no result":
            return {key: value for key, value in answer.items() if key != "result"}
        if self.fault == "lags" and method == "eth_blockNumber":
            return answer | {"result": hex(max(0, int(answer["result"], 16) - self.lag))}
        if self.fault == "other chain" and method == "eth_chainId":
            return answer | {"result": "0x1"}
        if self.fault == "other genesis" and method == "eth_getBlockByNumber":
            return answer | {"result": (answer["result"] or {}) | {"hash": "0x" + "ab" * 32}}
        if self.fault == "lies" and method == "eth_call":
            return answer | {"result": "0x" + "01" * 32}
        return answer


class _Handler(BaseHTTPRequestHandler):
    node: FaultyNode
    released: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        fault = self.node.fault
        if fault == "silent":
            self.released.wait(30)
            return
        if fault == "down":
            self.connection.close()
            return
        if fault in ("429", "502"):
            self.send_error(int(fault))
            return
        answer = json.dumps(self.node.answer(json.loads(body))).encode()
        if fault == "not json":
            answer = b"<html>busy</html>"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[: len(answer) // 2] if fault == "half an answer" else answer)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def faulty_node(upstream: str) -> Iterator[FaultyNode]:
    node, released = FaultyNode(upstream), threading.Event()
    handler = type("Handler", (_Handler,), {"node": node, "released": released})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    node.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield node
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()
