"""POST /api/solve on a real server with real solver processes."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.community.scenario import solve_document
from oracle.service.lab.worker import answer
from oracle.service.live import LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store, open_store

STACKELBERG: dict[str, Any] = {
    "game": "stackelberg",
    "willingness": [3.0, 4.0, 5.5],
    "revenue_factor": 2.0,
    "payment_factor": 1.0,
    "conversion_factor": 0.5,
    "electricity_price": 0.3,
    "server_consumption": 0.1,
    "price_bounds": [0.5, 2.0],
    "demand_bounds": [0.0, 50.0],
}
LIMIT = 20_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, world) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("solve") / "s.db") as opened:
        world.fill(opened)
        yield opened


@pytest.fixture(scope="module")
def server(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("token") / "token"
    free = ServiceSettings(
        path, body_limit=LIMIT, body_seconds=1.0, solve_rate=1e6, solve_burst=10**6
    )
    with Server(free, store, live=LastHead()) as running:
        yield running


def post(server: Server, body: object, **options: Any) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    url = f"{server.url}/api/solve"
    return httpx.post(url, content=content, headers=headers, timeout=90, **options)


def test_it_answers_what_the_library_answers(server: Server) -> None:
    said = post(server, STACKELBERG)
    assert said.status_code == 200
    expected = solve_document(STACKELBERG, allow_paths=False, seed=0)
    found = said.json()
    for document in (expected, found):
        del document["diagnostics"]["seconds"]
    assert found == expected


def test_random_instances_agree(server: Server) -> None:
    rng = np.random.default_rng(7)
    for _ in range(5):
        problem = STACKELBERG | {"willingness": rng.uniform(0.5, 9, 40).tolist()}
        expected = solve_document(problem, allow_paths=False, seed=3)
        found = post(server, problem, params={"seed": 3}).json()
        assert found["solution"] == expected["solution"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (STACKELBERG | {"revenue_factor": -1}, "revenue_factor"),
        (STACKELBERG | {"colour": "red"}, "colour"),
        (STACKELBERG | {"willingness": []}, "willingness"),
        ({"game": "chess"}, "game"),
        ({}, "game"),
        ([], "scenario"),
        (b"", "scenario"),
        (b"{", "scenario"),
        (b"\xff\xfe{}", "scenario"),
        (b'{"game": NaN}', "scenario"),
        (b'{"game": "stackelberg", "game": "clearing"}', "'game'"),
        (b"[" * 15_000, "scenario"),
        (b'{"game": ' + b"9" * 10_000 + b"}", "scenario"),
        (b'game = "stackelberg"', "scenario"),
        ({"game": "clearing", "consumers": "/etc/passwd", "prosumers": {}}, "consumers"),
        ({"game": "clearing", "consumers": "x.csv", "prosumers": "y.csv"}, "consumers"),
        ({"game": "clearing", "consumers": "http://127.0.0.1/x.parquet"}, "consumers"),
    ],
)
def test_a_wrong_scenario_is_one_line(server: Server, body: object, field: str) -> None:
    said = post(server, body)
    assert said.status_code == 422
    document = said.json()
    assert set(document) == {"error", "field", "message"}
    assert document["field"] == field
    assert document["error"] == f"{field}: {document['message']}"
    assert "\n" not in document["error"]


def test_a_file_path_is_refused_and_not_looked_at(server: Server, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("a\n1\n")
    missing = tmp_path / "missing.csv"
    says = {
        post(server, {"game": "clearing", "consumers": str(p)}).json()["message"].split("; ")[1]
        for p in (there, missing)
    }
    assert says == {"allowed: a table, not a file path"}


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", "9" * 40])
def test_a_bad_seed_is_one_line(server: Server, seed: str) -> None:
    said = post(server, STACKELBERG, params={"seed": seed})
    assert (said.status_code, said.json()["field"]) == (422, "seed")


def test_a_body_of_the_largest_size_and_one_byte_more(server: Server) -> None:
    text = json.dumps(STACKELBERG).encode()
    assert post(server, text + b" " * (LIMIT - len(text))).status_code == 200
    refused = post(server, text + b" " * (LIMIT + 1 - len(text)))
    assert refused.status_code == 413
    assert refused.json() == {"error": f"the body is larger than {LIMIT} bytes"}


def test_a_body_in_pieces_is_measured_too(server: Server) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 1000

    headers = {"Content-Type": "application/json"}
    said = httpx.post(f"{server.url}/api/solve", content=pieces(), headers=headers, timeout=30)
    assert said.status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(
            b"POST /api/solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
        assert client.recv(4096).startswith(b"HTTP/1.1 408")


def test_other_types_of_body_are_refused(server: Server) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        said = httpx.post(
            f"{server.url}/api/solve", content=b"{}", headers={"Content-Type": kind}, timeout=30
        )
        assert said.status_code == 415


def test_events_and_health_go_on_while_it_solves(server: Server) -> None:
    rng = np.random.default_rng(1)
    body = json.dumps(STACKELBERG | {"willingness": rng.uniform(1, 9, 900).round(9).tolist()})
    thread = threading.Thread(target=lambda: post(server, body.encode()))
    thread.start()
    assert httpx.get(f"{server.url}/api/rounds", timeout=5).status_code == 200
    thread.join()


# --- limits that need settings of their own ----------------------------------------------------


def large(count: int) -> bytes:
    values = np.random.default_rng(2).uniform(1, 9, count).round(6).tolist()
    return json.dumps(STACKELBERG | {"willingness": values}).encode()


def test_what_takes_too_long_is_stopped_and_the_next_is_served(store, tmp_path: Path) -> None:
    short = ServiceSettings(
        tmp_path / "token", body_limit=50_000_000, solve_seconds=0.4, solve_burst=100
    )
    with Server(short, store, live=LastHead()) as server:
        pool = server.app.state.context.pool
        assert post(server, STACKELBERG).status_code == 200
        first = {process.pid for process in pool._all}
        said = post(server, large(1_000_000))
        assert said.status_code == 503
        assert said.json() == {"error": "not solved within 0.4 s; make it smaller"}
        assert pool._all == set()
        for pid in first:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
        assert post(server, STACKELBERG).status_code == 200
        text = httpx.get(f"{server.url}/metrics").text
        assert "wattmarket_solve_seconds_count 3.0" in text
        assert 'route="/api/solve",status="503"} 1.0' in text


def test_too_many_at_once_are_sent_away_and_the_others_served(store, tmp_path: Path) -> None:
    narrow = ServiceSettings(
        tmp_path / "token", body_limit=20_000_000, solve_waiting=1, solve_burst=100
    )
    with Server(narrow, store, live=LastHead()) as server:
        body = large(300_000)
        codes: list[int] = []

        def one() -> None:
            codes.append(post(server, body).status_code)

        threads = [threading.Thread(target=one) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(codes) == {200, 429}
        assert codes.count(200) >= 2
        assert post(server, STACKELBERG).status_code == 200


def test_memory_and_answers_have_limits(store, tmp_path: Path) -> None:
    small = ServiceSettings(
        tmp_path / "token", body_limit=50_000_000, answer_limit=5000, solve_memory=300 << 20
    )
    with Server(small, store, live=LastHead()) as server:
        assert post(server, STACKELBERG).status_code == 200
        said = post(server, large(1000))
        assert said.status_code == 503
        assert said.json() == {"error": "the solution is larger than 5000 bytes"}
        said = post(server, large(1_000_000))
        assert said.status_code == 503
        assert "memory" in said.json()["error"]
        assert post(server, STACKELBERG).status_code == 200


def test_stopping_ends_a_solve_under_way(store, tmp_path: Path) -> None:
    wide = ServiceSettings(tmp_path / "token", body_limit=50_000_000)
    server = Server(wide, store, live=LastHead())
    server.start()
    assert post(server, STACKELBERG).status_code == 200
    codes: list[int] = []
    thread = threading.Thread(
        target=lambda: codes.append(post(server, large(3_000_000)).status_code)
    )
    thread.start()
    pool = server.app.state.context.pool
    deadline = time.monotonic() + 20
    while pool._inside == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    server.stop()
    thread.join()
    # Not waited for: it has no answer.
    assert codes == [503]
    assert pool._all == set()


# --- the worker's answer to anything -----------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = sorted({*STACKELBERG, "consumers", "prosumers", "costs", "targets", "actual"})


def one_line(status: int, document: object) -> None:
    assert status in {200, 422}
    if status == 422:
        assert isinstance(document, dict)
        assert set(document) == {"error", "field", "message"}
        assert "\n" not in document["error"]


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes(body: bytes) -> None:
    one_line(*answer(body, 0, 10**6))


@given(
    game=st.sampled_from(["stackelberg", "clearing", "contest", "reputation"]) | JSON,
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    whole=st.booleans(),
)
@settings(max_examples=250, deadline=None)
def test_any_document(game: object, changes: dict[str, object], whole: bool) -> None:
    start: dict[str, object] = dict(STACKELBERG) if whole else {}
    body = json.dumps(start | {"game": game} | changes).encode()
    one_line(*answer(body, 0, 10**6))


@given(
    willingness=st.lists(
        st.floats(1e-30, 1e30) | st.sampled_from([1e-30, 1.0, 1e30]), min_size=1, max_size=5
    ),
    numbers=st.lists(st.sampled_from([0, 1e-30, 1e-9, 1.0, 1e9, 1e30]), min_size=6, max_size=6),
)
@settings(max_examples=120, deadline=None)
def test_extreme_numbers(willingness: list[float], numbers: list[float]) -> None:
    names = ("revenue_factor", "payment_factor", "conversion_factor", "electricity_price")
    changes = dict(zip(names, numbers, strict=False))
    bounds = {"price_bounds": sorted(numbers[4:]), "willingness": willingness}
    body = json.dumps(STACKELBERG | changes | bounds).encode()
    one_line(*answer(body, 0, 10**6))
