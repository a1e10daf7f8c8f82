"""A proxy in front of a server's listener that does to letters what networks do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.handlers import Handler, serving

FAULTS = ("lost", "silent", "late", "doubled", "altered", "garbage")
LATE_SECONDS, SILENT_SECONDS = 1.0, 8.0


@dataclass
class FaultyPeer:
    upstream: str
    url: str = ""
    fault: str = ""
    struck: int = 0

    def altered(self, body: bytes) -> bytes:
        if self.fault == "altered" and body:
            at = len(body) // 2
            return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        return b"\xff{garbage" * 50 if self.fault == "garbage" else body


class _Handler(Handler):
    peer: FaultyPeer

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["content-length"])))

    def do_GET(self) -> None:
        self._pass_on(b"")

    def _pass_on(self, body: bytes) -> None:
        peer = self.peer
        peer.struck += bool(peer.fault)
        if peer.fault == "lost":
            self.connection.close()
            return
        if peer.fault == "silent":
            self.released.wait(SILENT_SECONDS)
            return
        if peer.fault == "late":
            time.sleep(LATE_SECONDS)
        try:
            for _ in range(2 if peer.fault == "doubled" else 1):
                content = peer.altered(body) if self.command == "POST" else body
                answer = httpx.request(
                    self.command, peer.upstream + self.path, content=content, timeout=10
                )
        except httpx.HTTPError:
            self.connection.close()
            return
        said = peer.altered(answer.content) if self.command == "GET" else answer.content
        self.send_response(answer.status_code)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)


@contextmanager
def faulty_peer(upstream: str) -> Iterator[FaultyPeer]:
    peer = FaultyPeer(upstream)
    with serving(_Handler, peer=peer) as peer.url:
        yield peer
