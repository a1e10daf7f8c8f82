"""Public answers are made once while nothing changes, and never outlive a write."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from oracle.service.http import answers as module
from oracle.service.http.answers import KEPT_SECONDS, Answers
from oracle.service.store.store import Store, open_store


class Asker:
    """Answers with a clock and a version that the test sets; counts what is made."""

    def __init__(self) -> None:
        self.now, self.version, self.made = 0.0, 0, 0
        self.answers = Answers(lambda: self.version, clock=lambda: self.now)

    async def make(self, request: Request) -> Response:
        self.made += 1
        await asyncio.sleep(0)
        status = 503 if "ill" in request.url.path else 200
        return JSONResponse({"path": request.url.path, "version": self.version}, status)

    async def ask(self, path: str, query: bytes = b"", tag: str = "") -> Response:
        headers = [(b"if-none-match", tag.encode()), (b"host", b"x")]
        scope = {"type": "http", "path": path, "query_string": query, "headers": headers}
        return await self.answers.answer(Request(scope), self.make)

    def __call__(self, path: str, query: bytes = b"", tag: str = "") -> Response:
        return asyncio.run(self.ask(path, query, tag))


def test_an_answer_is_made_once_until_a_write_or_half_a_second() -> None:
    asker = Asker()
    first = asker("/a")
    assert asker("/a").body == first.body
    assert asker.made == 1
    asker("/a", b"limit=3")
    asker("/b")
    assert asker.made == 3
    asker.version = 1
    second = asker("/a")
    assert (asker.made, second.body != first.body) == (4, True)
    asker.now = KEPT_SECONDS - 1e-9
    asker("/a")
    assert asker.made == 4
    asker.now = KEPT_SECONDS
    assert asker("/a").body == second.body
    assert asker.made == 5


def test_what_has_not_changed_is_304_without_a_body() -> None:
    asker = Asker()
    tag = asker("/a").headers["etag"]
    again = asker("/a", tag=tag)
    assert (again.status_code, again.body, again.headers["etag"]) == (304, b"", tag)
    asker.version = 1
    changed = asker("/a", tag=tag)
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


def test_many_who_ask_at_once_wait_for_one_answer() -> None:
    asker = Asker()

    async def crowd() -> list[Response]:
        asked = [asyncio.ensure_future(asker.ask("/a")) for _ in range(50)]
        await asyncio.sleep(0)
        asked[0].cancel()  # who makes it leaves: the next makes it
        return await asyncio.gather(*asked[1:])

    assert {bytes(answer.body) for answer in asyncio.run(crowd())} == {b'{"path":"/a","version":0}'}
    assert asker.made <= 2
    assert asker.answers._making == {}


def test_a_crowd_that_waits_longer_than_answers_live_is_answered_together() -> None:
    asker = Asker()
    real = asker.make

    async def slow(request: Request) -> Response:
        asker.now += 10 * KEPT_SECONDS
        return await real(request)

    asker.make = slow

    async def crowd() -> None:
        await asyncio.gather(*(asker.ask("/a") for _ in range(50)))

    asyncio.run(crowd())
    assert asker.made == 2


def test_errors_are_not_kept_and_the_oldest_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = Asker()
    assert [asker("/ill").status_code for _ in range(2)] == [503, 503]
    assert asker.made == 2
    monkeypatch.setattr(module, "MOST_ANSWERS", 2)
    for path in ("/a", "/b", "/a", "/c", "/a"):
        asker(path)
    assert asker.made == 5
    asker("/b")
    assert asker.made == 6
    monkeypatch.setattr(module, "MOST_BYTES", 30)
    asker("/d")
    assert (len(asker.answers._kept), asker.answers._bytes) == (1, 25)


def test_a_write_of_another_process_is_seen_at_once(
    market: Store, tmp_path: Path, world: SimpleNamespace, settings: object
) -> None:
    asked = world.asked(market, settings)
    first = asked.get("/api/rounds?order=newest&limit=1")
    assert first.json()["items"][0]["period"] == world.PERIODS - 1
    same = {"If-None-Match": first.headers["etag"]}
    assert asked.get("/api/rounds?order=newest&limit=1", headers=same).status_code == 304
    before = market.database.version()
    with open_store(tmp_path / "store.db") as other:
        assert market.database.version() == before
        other.record_period(world.period(world.PERIODS))
    assert market.database.version() != before
    then = asked.get("/api/rounds?order=newest&limit=1", headers=same)
    assert then.json()["items"][0]["period"] == world.PERIODS
    for public in ("/", "/api/prices", "/api/members"):
        assert asked.get(public).headers["cache-control"] == "no-cache"
    assert asked.get("/api/health").headers["cache-control"] == "no-store"
