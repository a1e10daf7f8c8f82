"""Around every request: host names, origins, headers, and faults without a traceback."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.service.http.auth import _ACCESS, _ACTION
from oracle.service.http.guard import POLICY
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store

PATHS = (
    "/",
    "/status",
    "/docs",
    "/static/style.css",
    "/api/health",
    "/nope",
    "/metrics",
    "/openapi.json",
)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.", "0.0.0.0", "a@localhost", "::1", ""],
)
@pytest.mark.parametrize("path", ["/", "/api/health", "/nope"])
def test_another_name_is_not_served(look, host: str, path: str) -> None:
    answer = look.get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json() == {"error": "this host name is not served here"}
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:65535", "[::1]:80"])
def test_our_names_are_served_at_any_port(look, host: str) -> None:
    assert look.get("/api/health", headers={"Host": host}).status_code == 200


def test_two_hosts_or_none_are_refused(look) -> None:
    two = [("Host", "localhost"), ("Host", "evil.example")]
    assert look.get("/api/health", headers=two).status_code == 421


def test_a_further_name_can_be_allowed(market: Store, settings: ServiceSettings, world) -> None:
    allowed = ServiceSettings(settings.token_path, allowed_hosts=("Market.Example",))
    ask = world.asked(market, allowed)
    assert ask.get("/api/health", headers={"Host": "market.example"}).status_code == 200
    assert ask.get("/api/health", headers={"Host": "www.market.example"}).status_code == 421


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(look, path: str) -> None:
    headers = look.get(path, headers={"Origin": "https://evil.example"}).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "cache-control" in headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_a_preflight_gets_no_leave(look) -> None:
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = look("OPTIONS", "/api/solve", headers=asked)
    assert answer.status_code in {403, 405}
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}, 401),
        ({}, 401),
    ],
)
def test_other_sites_may_not_change_anything(look, world, headers, status: int) -> None:
    path = f"/api/members/{world.ADA.address}/name"
    answer = look("POST", path, json={"name": None}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "origin", "status"),
    [
        ("/rpc", "chrome-extension://abcdefghijklmnop", 404),  # let in: no node is named there
        ("/rpc", "moz-extension://0e5b", 404),
        ("/rpc", "https://chrome-extension.example", 403),
        ("/rpc", "https://evil.example", 403),
        ("/api/solve", "chrome-extension://abcdefghijklmnop", 403),
    ],
)
def test_a_wallet_may_ask_the_chain_and_nothing_else(look, path, origin, status) -> None:
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    answer = look("POST", path, json={}, headers=headers)
    assert answer.status_code == status
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_fault_of_ours_is_one_line(market: Store, settings, world, monkeypatch, caplog) -> None:
    ask = world.asked(market, settings)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the inside of the program")

    monkeypatch.setattr(market, "periods", broken)
    answer = ask.get("/api/rounds")
    assert answer.status_code == 500
    assert answer.json() == {"error": "a fault of the service; its log says more"}
    assert answer.headers["content-security-policy"] == POLICY
    assert "the inside of the program" in caplog.text


def test_too_many_at_once_are_refused(market: Store, settings: ServiceSettings, world) -> None:
    few = ServiceSettings(settings.token_path, in_flight=3)
    ask = world.asked(market, few)

    async def together() -> list[int]:
        transport = httpx.ASGITransport(app=ask.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answers = await asyncio.gather(*(client.get("/api/rounds") for _ in range(12)))
        return [answer.status_code for answer in answers]

    codes = asyncio.run(together())
    assert set(codes) == {200, 503}
    assert codes.count(200) >= 3
    assert ask.get("/api/rounds").status_code == 200


HEADER = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80
)


@given(
    name=st.sampled_from(
        ["Authorization", "Host", "Origin", "Last-Event-ID", "Content-Length", "If-None-Match"]
    ),
    value=HEADER,
    path=st.sampled_from([*PATHS, "/api/members/0x" + "ab" * 20]),
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_header_breaks_it(look, name: str, value: str, path: str) -> None:
    answer = look.get(path, headers=[(name.encode(), value.encode("latin-1"))])
    assert answer.status_code in {200, 304, 401, 404, 421, 422}
    if answer.status_code >= 400:
        assert set(answer.json()) <= {"error", "field", "message"}
        assert "\n" not in answer.json()["error"]


@given(path=st.text(max_size=60), query=st.text(max_size=60))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_address_breaks_it(look, path: str, query: str) -> None:
    for start in ("/", "/api/members/", "/static/"):
        answer = look.get(start + quote(path, safe="/"), params={"after": query, "limit": query})
        assert answer.status_code in {200, 401, 404, 405, 307, 422}, (start, path)


# --- the pages --------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page refers to, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.inline: list[str] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"src", "href", "action"}:
                self.links.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("path", ["/status", "/docs"])
def test_pages_keep_their_own_policy_and_ask_nobody_else(look, path: str) -> None:
    page = Page(look.get(path).text)
    assert page.inline == []
    for link in page.links:
        assert link.startswith(("/", "#")), link
        assert not link.startswith("//"), link
        if link.startswith("/"):
            assert look.get(link).status_code == 200, link
    assert {"html", "title", "main", "h1"} <= set(page.tags)


def test_what_members_are_called_is_text(market: Store, settings, world) -> None:
    market.save_instance(world.INSTANCE)
    market.record_period(world.period(11, state="<script>"))
    title = "<img src=x onerror=alert(1)>"
    named = ServiceSettings(settings.token_path, title=title)
    for path in ("/status", "/docs"):
        text = world.asked(market, named).get(path).text
        page = Page(text)
        assert page.inline == []
        assert "img" not in page.tags
        assert title in {text.removesuffix(": API") for text in page.said}
    assert "<script>" in Page(world.asked(market, named).get("/status").text).said


def test_the_status_page_says_what_the_store_says(market: Store, settings, world) -> None:
    said = Page(world.asked(market, settings).get("/status").text).said
    assert "0.200011" in said
    assert "epoch 11" in said
    assert f"{sum(100 + n for n in range(12)) / 1000:.3f} kWh" in said
    assert "unpriced" in said
    assert "After round 0" in said
    old = (
        world.asked(market, settings, head=type(world.HEAD)(9, 900 * 12 + 7200)).get("/status").text
    )
    assert "stale: epoch 11, posted 2 h ago" in Page(old).said


def test_the_api_page_lists_every_request(look) -> None:
    said = Page(look.get("/docs").text).said
    for path, methods in look.get("/openapi.json").json()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in said


def test_static_files_are_asked_again_only_when_changed(look) -> None:
    first = look.get("/static/status.js")
    again = look.get("/static/status.js", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_manual_names_every_request_header_and_metric(look) -> None:
    docs = Path(__file__).parents[2] / "docs"
    # The page of private clearings has their requests.
    manual = "".join((docs / page).read_text("utf-8") for page in ("service.md", "private.md"))
    for path, methods in look.get("/openapi.json").json()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in manual
    for line in look.get("/metrics").text.splitlines():
        name = line.split()[2].removesuffix("_created") if line.startswith("# TYPE") else ""
        # Those of every process are named together, as its library's manual lists them.
        assert ("process_*" if name.startswith("process_") else name) in manual
    for name, kind in (("Access", _ACCESS), ("Action", _ACTION)):
        fields = ",".join(f"{field['type']} {field['name']}" for field in kind)
        assert f"{name}({fields})" in manual
    assert " ".join(POLICY.split()) in " ".join(manual.split())
