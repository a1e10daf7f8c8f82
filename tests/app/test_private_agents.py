"""Members' agents as processes against the service: nothing of what they know is anywhere else."""

from __future__ import annotations

import base64
import json
import logging
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from eth_account import Account

from oracle.app.daemon.keystore import write_keystore
from oracle.games.clearing import ClearingProblem, Consumers, Prosumers, solve
from oracle.games.clearing.admm import negotiate
from oracle.games.clearing.agents import ConsumerAgents, ProsumerAgents
from oracle.rounds.private.masks import SCALE
from oracle.service.live import Head, LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import InstanceRecord, MemberRecord
from oracle.service.store.store import open_store

ROOT = Path(__file__).parents[2]
SIDES = ("buy", "buy", "sell", "sell")
MEMBERS = [Account.from_key(bytes([n + 60]) * 32) for n in range(len(SIDES))]


class Recorder:
    """A TCP proxy that keeps every byte of both ways."""

    def __init__(self, port: int) -> None:
        self._target, self.bytes = port, bytearray()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                self.bytes += piece
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        self._listener.close()


def encodings(value: float) -> set[bytes]:
    """How a number may be written: digits, bytes of a double, fixed point, hex and base64."""
    shown = {repr(value), f"{value:.9g}", f"{value:.6f}", value.hex()}
    for scale in (10**18, 10**9, SCALE):
        shown |= {str(round(value * scale)), f"{round(value * scale):x}"}
    doubles = [struct.pack(form, value) for form in (">d", "<d")]
    shown |= {raw.hex() for raw in doubles}
    found = {text.encode() for text in shown} | set(doubles)
    found |= {base64.b64encode(raw)[:10] for raw in doubles}
    # Short digits without a point stand in some key by chance.
    return {one for one in found if b"." in one[:2] or len(one) >= 8}


def leaks(places: dict[str, bytes], private: dict[str, float]) -> list[tuple[str, str]]:
    return [
        (place, name)
        for place, data in places.items()
        for name, value in private.items()
        for one in encodings(value)
        if one in data or one.upper() in data
    ]


@contextmanager
def service(folder: Path) -> Iterator[tuple[Server, str]]:
    settings = ServiceSettings(folder / "token")
    with open_store(folder / "store.db") as store:
        store.save_instance(InstanceRecord("6e" * 16, 4711, "0x" + "11" * 32, {}))
        store.record_members(
            [
                MemberRecord(m.address, "consumer", "z", "0x" + "22" * 32, None, None)
                for m in MEMBERS
            ]
        )
        with Server(settings, store, live=LastHead(Head(7, 1000))) as server:
            yield server, settings.token_path.read_text().strip()


def agent(folder: Path, url: str, i: int, table: dict[str, float]) -> subprocess.Popen[str]:
    own = folder / f"agent-{i}"
    own.mkdir()
    numbers = "".join(f"{name} = {value!r}\n" for name, value in table.items())
    (own / "mine.toml").write_text(f'side = "{SIDES[i]}"\n{numbers}')
    write_keystore(own / "key.json", bytes(MEMBERS[i].key), "of the test", iterations=2)
    (own / "password").touch(0o600)
    (own / "password").write_text("of the test")
    words = ("agent", url, "--parameters", "mine.toml", "--keystore", "key.json",
             "--password-file", "password", "--least", "2", "--json")  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "oracle.cli", *words], cwd=own, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def tables(rng: np.random.Generator) -> list[dict[str, float]]:
    found = []
    for side in SIDES:
        table = {"target": rng.uniform(2, 4), "curvature": rng.uniform(0.3, 2),
                 "capacity": rng.uniform(5, 9)}  # fmt: skip
        if side == "sell":
            table["target"] = rng.uniform(0, 0.5)
            table |= {"cost_linear": rng.uniform(0, 1), "cost_quadratic": rng.uniform(0.3, 2)}
        found.append({name: float(value) for name, value in table.items()})
    return found


def test_nothing_private_leaves_an_agent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    known = tables(np.random.default_rng(9))
    with service(tmp_path) as (server, token):
        recorder = Recorder(server.port)
        terms = {"price_bounds": [0.05, 6.0], "agents": 4, "least": 2, "answer_seconds": 30.0}
        opened = httpx.post(
            f"{server.url}/api/admm/sessions",
            json=terms,
            headers={"Authorization": f"Bearer {token}"},
        )
        path = f"/api/admm/sessions/{opened.json()['id']}"
        url = f"http://127.0.0.1:{recorder.port}{path}"
        processes = [agent(tmp_path, url, i, table) for i, table in enumerate(known)]
        said = [process.communicate(timeout=120) for process in processes]
        assert [process.returncode for process in processes] == [0] * 4, said
        answers = httpx.get(server.url + path).content + httpx.get(f"{server.url}/metrics").content
        session = repr(vars(server.app.state.context.sessions.get(path[-32:]))).encode()
        recorder.close()

    outcomes = [json.loads(out) for out, _ in said]
    columns: list[dict[str, list[float]]] = [
        {name: [table[name] for table in rows] for name in rows[0]}
        for rows in (known[:2], known[2:])
    ]
    exact = solve(
        ClearingProblem(consumers=columns[0], prosumers=columns[1], price_bounds=[0.05, 6.0])
    )
    assert [one["price"] for one in outcomes] == pytest.approx([exact.price] * 4, abs=1e-9)
    wanted = [*exact.consumption, *exact.shared]
    assert [one["quantity"] for one in outcomes] == pytest.approx(wanted, abs=1e-8)

    private = {f"{i}.{name}": v for i, table in enumerate(known) for name, v in table.items()}
    # What each wants in the end is hers, too: the service has the sums.
    private |= {f"{i}.quantity": one["quantity"] for i, one in enumerate(outcomes)}
    places = {
        "wire": bytes(recorder.bytes),
        "answers": answers,
        "memory of the service": session,
        "log of the service": caplog.text.encode(),
        "logs of the agents": "".join(err for _, err in said).encode(),
        **{f"store: {file.name}": file.read_bytes() for file in tmp_path.glob("store.db*")},
    }
    assert len(places["wire"]) > 50_000
    assert leaks(places, private) == []
    # It would have been found: each of them, in each of the ways to write it.
    for name, value in private.items():
        for one in encodings(value):
            assert leaks({"there": b"..." + one + b"..."}, {name: value})


class Overheard:
    """An agent without masks: what it answers is kept."""

    def __init__(self, inner: Any) -> None:
        self._inner, self.side, self.count = inner, inner.side, inner.count
        self.heard: list[tuple[dict[str, Any], float]] = []

    def reply(self, ask: Any) -> dict[str, float]:
        answer: dict[str, float] = self._inner.reply(ask)
        self.heard.append((dict(ask), answer["quantity"]))
        return answer


def guess(heard: list[tuple[dict[str, Any], float]]) -> tuple[float, float] | None:
    """Target and curvature by the line through answers that bind no bound; None without two."""
    points = [(ask["price"], y) for ask, y in heard if ask["step"] == "answer" and y > 0]
    (p, y), (q, z) = min(points), max(points)
    if q - p < 1e-3:
        return None
    curvature = (q - p) / (2 * (y - z))
    return y + p / (2 * curvature), curvature


def test_what_a_curious_coordinator_learns_without_masks() -> None:
    """Of everybody who buys in the end: everything, from two of her answers."""
    errors, lost = [], 0
    for seed in range(10):
        rows = tables(np.random.default_rng(seed)) + tables(np.random.default_rng(100 + seed))
        agents = [Overheard(in_process(row)) for row in rows]
        negotiate(agents, 0.05, 6.0)
        for row, one in zip(rows, agents, strict=True):
            if one.side == "sell":
                continue
            found = guess(one.heard)
            if found is None:
                lost += 1
                continue
            target, curvature = found
            errors += [abs(target / row["target"] - 1), abs(curvature / row["curvature"] - 1)]
    # The one that is lost wants nothing at the price, so that one answer alone is of use.
    assert (len(errors) // 2, lost) == (39, 1)
    assert max(errors) < 1e-9


def in_process(row: dict[str, float]) -> ConsumerAgents | ProsumerAgents:
    table = {name: [value] for name, value in row.items()}
    if "cost_linear" in row:
        return ProsumerAgents(Prosumers(**table))
    return ConsumerAgents(Consumers(**table))


def test_what_sums_tell() -> None:
    """Of n buyers' sums: their mean. Whoever knows all but one knows that one; so does who gets
    the same sums once with her and once without."""
    rows = [row for seed in range(4) for row in tables(np.random.default_rng(seed))[:2]]
    prices = (0.05, 0.4)

    def line(some: list[dict[str, float]]) -> tuple[float, float]:
        y, z = (sum(max(r["target"] - p / (2 * r["curvature"]), 0.0) for r in some) for p in prices)
        curvature = (prices[1] - prices[0]) / (2 * (y - z))
        return y + prices[0] / (2 * curvature), curvature

    together, without = line(rows), line(rows[1:])
    target = together[0] - without[0]
    curvature = 1 / (1 / together[1] - 1 / without[1])
    assert target == pytest.approx(rows[0]["target"], rel=1e-9)
    assert curvature == pytest.approx(rows[0]["curvature"], rel=1e-9)
    guesses = [abs(together[0] / len(rows) / row["target"] - 1) for row in rows]
    assert float(np.median(guesses)) > 0.1
