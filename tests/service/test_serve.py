"""The service on a real socket: event streams, stopping, ports, a signal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from oracle.service import serve
from oracle.service.errors import ServiceError
from oracle.service.http import streams
from oracle.service.live import Head, LastHead
from oracle.service.peer.server import PeerServer
from oracle.service.serve import Server, bind
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store, open_store


class Stream:
    """A client of the event stream on a bare socket."""

    def __init__(self, port: int, last: str | None = None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        after = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self.socket.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\n{after}\r\n".encode())
        self.text = ""
        self.wait(lambda: "event: hello" in self.text)

    def wait(self, done: Callable[[], bool]) -> None:
        while not done():
            data = self.socket.recv(65536)
            assert data, f"the stream ended: {self.text[-500:]}"
            self.text += data.decode()

    def events(self, kind: str) -> list[dict[str, object]]:
        blocks = self.text.replace("\r\n", "\n").split("\n")
        return [
            json.loads(blocks[i + 1].removeprefix("data: "))
            for i, line in enumerate(blocks[:-2])
            if line == f"event: {kind}" and blocks[i + 2] == ""
        ]

    def last_id(self) -> str:
        return [line for line in self.text.split("\n") if line.startswith("id: ")][-1][4:].strip()

    def ended(self) -> bool:
        """Whether the server has ended the stream properly."""
        while data := self.socket.recv(65536):
            self.text += data.decode()
        return self.text.endswith("0\r\n\r\n")

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def server(market: Store, settings: ServiceSettings, world) -> Iterator[Server]:
    with Server(settings, market, live=LastHead(world.HEAD)) as running:
        yield running


def test_it_serves_on_loopback(server: Server) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"
    answer = httpx.get(f"{server.url}/api/health")
    assert answer.json()["ok"] is True
    assert "server" not in answer.headers
    assert httpx.get(f"{server.url}/api/health", headers={"Host": "evil"}).status_code == 421


def test_bare_requests_that_are_no_http(server: Server) -> None:
    for raw, status in (
        (b"GET /api/health HTTP/1.0\r\n\r\n", b"421"),
        (b"GET /api/health HTTP/1.1\r\n\r\n", b"400"),
        (b"GET http://evil.example/api/health HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", b"4"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            with contextlib.suppress(ConnectionError):  # it may hang up on the long one
                client.sendall(raw)
            answer = client.recv(65536)
        assert answer.split(b" ")[1].startswith(status), (raw[:60], answer[:60])
        assert b"Traceback" not in answer
    assert httpx.get(f"{server.url}/api/health").status_code == 200


def test_events_come_as_they_are_written(
    server: Server, market: Store, world, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No look by the clock brings them.
    monkeypatch.setattr(streams, "POLL_SECONDS", 3600.0)
    stream = Stream(server.port)
    market.record_period(world.period(12, state="priced"))
    market.record_posting(world.posting(12))
    stream.wait(lambda: len(stream.events("posting")) == 1)
    (period,) = stream.events("period")
    assert (period["period"], period["state"]) == (12, "priced")
    (posting,) = stream.events("posting")
    assert posting["value"] == str(2**255 + 12)
    market.record_period(world.period(12, state="priced"))
    market.record_period(world.period(13))
    stream.wait(lambda: len(stream.events("period")) == 2)
    assert [p["period"] for p in stream.events("period")] == [12, 13]
    assert world.SECRET_NAME not in stream.text
    stream.close()


def test_writes_of_another_process_arrive_too(server: Server, world, tmp_path: Path) -> None:
    stream = Stream(server.port)
    with open_store(tmp_path / "store.db") as other:
        other.record_period(world.period(50))
    stream.wait(lambda: len(stream.events("period")) == 1)
    stream.close()


def test_a_stream_resumes_where_it_broke_off(server: Server, market: Store, world) -> None:
    first = Stream(server.port)
    market.record_period(world.period(12))
    first.wait(lambda: len(first.events("period")) == 1)
    last = first.last_id()
    first.close()
    for number in range(13, 150):  # more than one helping
        market.record_period(world.period(number))
    again = Stream(server.port, last)
    again.wait(lambda: len(again.events("period")) == 137)
    assert [p["period"] for p in again.events("period")] == list(range(13, 150))
    again.close()


@pytest.mark.parametrize("last", ["", "x", "-1", "99999999", "9" * 60, "1.5"])
def test_a_strange_last_event_starts_at_the_end(server: Server, market, world, last: str) -> None:
    stream = Stream(server.port, last)
    market.record_period(world.period(12))
    stream.wait(lambda: bool(stream.events("period")))
    assert [p["period"] for p in stream.events("period")] == [12]
    stream.close()


def test_a_client_that_goes_frees_its_place(market, settings, world) -> None:
    one = ServiceSettings(settings.token_path, stream_limit=2)
    with Server(one, market, live=LastHead(world.HEAD)) as server:
        streams = [Stream(server.port), Stream(server.port)]
        refused = httpx.get(f"{server.url}/api/events")
        assert refused.status_code == 503
        for stream in streams:
            stream.close()
        open_streams = server.app.state.context.streams
        deadline = time.monotonic() + 30
        while len(open_streams) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(open_streams) == 0
        Stream(server.port).close()


# --- stopping ---------------------------------------------------------------------------------


class Mining:
    """A chain that has another block whenever it is asked."""

    asked = 0

    def head(self) -> Head:
        self.asked += 1
        return Head(self.asked, 1000 + self.asked)


def test_blocks_are_told_as_they_come_twice_a_second_and_are_not_kept(
    market: Store, settings: ServiceSettings, world
) -> None:
    chain = Mining()
    with Server(settings, market, live=chain) as server:
        began = time.monotonic()
        stream, other = Stream(server.port), Stream(server.port)
        for one in (stream, other):
            one.wait(lambda one=one: len(one.events("block")) >= 4)
        seconds = time.monotonic() - began
        market.record_period(world.period(40))
        stream.wait(lambda: bool(stream.events("period")))
    told = stream.events("block")
    assert all(block["timestamp"] == 1000 + block["block"] for block in told)
    assert [b["block"] for b in told] == sorted({b["block"] for b in told})
    # One look for all streams.
    assert chain.asked <= 2 * (time.monotonic() - began) + 2
    assert seconds > 1.2
    numbers = [line for line in stream.text.splitlines() if line.startswith("id: ")]
    assert len(numbers) == 1 + len(stream.events("period"))
    for one in (stream, other):
        one.close()


def test_it_stops_at_once_with_streams_and_idle_clients(
    market, settings, world, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than `stop` waits: nothing takes its grace.
    monkeypatch.setattr(serve, "GRACE_SECONDS", 3600)
    server = Server(settings, market, live=LastHead(world.HEAD))
    server.start()
    streams = [Stream(server.port) for _ in range(3)]
    idle = httpx.Client()
    idle.get(f"{server.url}/api/health")
    half = socket.create_connection(("127.0.0.1", server.port))
    half.sendall(b"GET /api/health HTTP/1.1\r\nHost: loc")
    server.stop()
    assert not thread_of_a_service()
    assert all(stream.ended() for stream in streams)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/api/health")
    server.stop()  # again is no harm
    bind(server.port).close()  # the port is free


def thread_of_a_service() -> bool:
    return "wattmarket-service" in {thread.name for thread in threading.enumerate()}


def test_a_client_that_reads_nothing_holds_nobody_up(market, settings, world) -> None:
    server = Server(settings, market, live=LastHead(world.HEAD))
    server.start()
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    lazy.connect(("127.0.0.1", server.port))
    lazy.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n")
    signers = tuple(f"0x{n:040x}" for n in range(5000))
    for number in range(100, 140):
        market.record_posting(world.posting(number, signers=signers))
    time.sleep(0.3)
    assert httpx.get(f"{server.url}/api/health").status_code == 200
    server.stop()
    assert not thread_of_a_service()
    lazy.close()


PROGRAM = """
import sys, time
from pathlib import Path
import httpx
from oracle.service.live import Head, LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import open_store

with open_store(Path(sys.argv[1])) as store:
    server = Server(ServiceSettings(Path(sys.argv[2])), store, live=LastHead())
    with server:
        answer = httpx.post(f"{server.url}/api/solve", json={"game": "none"}, timeout=60)
        assert answer.status_code == 422, answer.text
        workers = [process.pid for process in server.app.state.context.pool._all]
        print(server.port, *workers, flush=True)
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass
print("stopped", flush=True)
"""


def test_ctrl_c_with_a_stream_open_leaves_no_process(market, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "store.db"), str(tmp_path / "token")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline().split()
    assert line, process.communicate()[1]
    port, worker = map(int, line)
    stream = Stream(port)
    # To the whole group, as a terminal does.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # A service that had to be waited for longer than `stop` does would have said so.
    assert (process.returncode, out, err) == (0, "stopped\n", "")
    assert stream.ended()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_killed_service_leaves_no_solver(market, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "store.db"), str(tmp_path / "token")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    _, worker = map(int, process.stdout.readline().split())
    process.kill()
    process.communicate(timeout=10)
    deadline = time.monotonic() + 30
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(worker)


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie that waits for its new parent."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


# --- ports ------------------------------------------------------------------------------------


def test_a_taken_port_is_one_line_that_names_port_and_flag(market, settings) -> None:
    with bind(None) as taken:
        port = taken.getsockname()[1]
        given = ServiceSettings(settings.token_path, port=port)
        with pytest.raises(
            ServiceError, match=rf"^--port: {port}: in use already; name another, .*$"
        ):
            Server(given, market, live=LastHead())


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_one_line(port: int) -> None:
    with pytest.raises(ServiceError, match=rf"^--port: {port}: allowed: 1 to 65535"):
        bind(port)


def test_a_given_port_is_used(market, settings) -> None:
    with bind(None) as free:
        port = free.getsockname()[1]
    given = ServiceSettings(settings.token_path, port=port)
    with Server(given, market, live=LastHead()) as server:
        assert server.port == port
        assert httpx.get(f"http://127.0.0.1:{port}/api/rounds").status_code == 200


def test_two_servers_take_two_ports(market, settings) -> None:
    with (
        Server(settings, market, live=LastHead()) as one,
        Server(settings, market, live=LastHead()) as two,
    ):
        assert one.port != two.port


def test_no_answer_waits_for_an_acknowledgement() -> None:
    """With Nagle's algorithm an answer in two writes takes the client's 40 ms more."""
    peers = PeerServer("127.0.0.1", 0)

    async def delays(listener: socket.socket) -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(met, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            undelayed = await found
            writer.close()
        return undelayed

    assert asyncio.run(delays(bind(None))) == 1
    assert asyncio.run(delays(peers._socket)) == 1
