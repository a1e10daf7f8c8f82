"""What peers, probes and strangers get from an edge server's listener."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from oracle.service.errors import ServiceError
from oracle.service.peer.api import MOST_BYTES, PeerPort, Refused, peer_app
from oracle.service.peer.server import PeerServer


class Daemon:
    """A port whose answers a test sets."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.refuse = ""
        self.wrong: dict[str, str] = {}

    def hear(self, body: bytes) -> None:
        if self.refuse:
            raise Refused(self.refuse)
        self.heard.append(body)

    def answer(self, feed: int, epoch: int, receiver: str) -> list[bytes]:
        return [b"%d %d" % (feed, epoch), receiver.encode()]


@pytest.fixture(scope="module")
def daemon() -> Daemon:
    return Daemon()


@pytest.fixture(scope="module")
def url(daemon: Daemon) -> Iterator[str]:
    server = PeerServer("127.0.0.1", 0)
    port = PeerPort(daemon.hear, daemon.answer, dict, lambda: daemon.wrong, lambda: b"m 1\n")
    server.start(peer_app(port))
    yield server.url
    server.stop()


def test_a_share_is_heard(url: str, daemon: Daemon) -> None:
    assert httpx.post(f"{url}/peer/signatures", content=b"share").status_code == 204
    assert daemon.heard == [b"share"]
    daemon.refuse = "expired"
    refused = httpx.post(f"{url}/peer/signatures", content=b"share")
    daemon.refuse = ""
    assert (refused.status_code, refused.json()) == (422, {"error": "expired"})


def test_a_long_body_is_dropped_unread(url: str, daemon: Daemon) -> None:
    before = len(daemon.heard)
    assert httpx.post(f"{url}/peer/signatures", content=b" " * MOST_BYTES).status_code == 204
    for long in (b" " * (MOST_BYTES + 1), iter([b" " * 40_000] * 2)):
        assert httpx.post(f"{url}/peer/signatures", content=long).status_code == 413
    assert len(daemon.heard) == before + 1
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as raw:
        raw.sendall(
            b"POST /peer/signatures HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
        )
        assert b"413" in raw.recv(100)


def test_what_is_asked_for(url: str) -> None:
    asked = httpx.get(
        f"{url}/peer/signatures", params={"feed": "elecoin", "epoch": 7, "receiver": "0x1"}
    )
    assert asked.content == b"1 7\n0x1"
    for feed, epoch in (("", "1"), ("gas", "1"), ("elecoin", ""), ("elecoin", "-1"),
                        ("elecoin", "²"), ("elecoin", "9" * 30)):  # fmt: skip
        answer = httpx.get(f"{url}/peer/signatures", params={"feed": feed, "epoch": epoch})
        assert answer.status_code == 422


def test_probes_and_metrics(url: str, daemon: Daemon) -> None:
    assert httpx.get(f"{url}/livez").text == "ok\n"
    daemon.wrong = {"nodes": "none is well"}
    assert httpx.get(f"{url}/readyz").status_code == 503
    assert httpx.get(f"{url}/readyz?verbose").text == "nodes: none is well\n"
    daemon.wrong = {}
    assert httpx.get(f"{url}/readyz").status_code == 200
    assert httpx.get(f"{url}/metrics").text == "m 1\n"
    assert httpx.get(f"{url}/docs").status_code == 404


def test_a_taken_port_is_one_line(url: str) -> None:
    with pytest.raises(ServiceError, match=r"^listen: 127\.0\.0\.1:\d+: Address already in use$"):
        PeerServer("127.0.0.1", int(url.rsplit(":", 1)[1]))
