"""The built page: its files, its views' addresses, and what they may be kept for."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.service.http.guard import POLICY
from oracle.service.settings import ServiceSettings

SCRIPT = b"export const market = 1;\n" * 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page")
    for name, content in {
        "index.html": b"<!doctype html><title>page</title>",
        "icon.svg": b"<svg/>",
        ".hidden": b"secret",
        "assets/app-1a2b3c.js": SCRIPT,
        "assets/font-9.woff2": b"\0" * 4000,
    }.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    (place.parent / "outside.txt").write_bytes(b"secret")
    return place


@pytest.fixture(scope="module")
def page(look, world, folder: Path):
    return world.asked(look.store, ServiceSettings(folder.parent / "token"), page_folder=folder)


@pytest.mark.parametrize("path", ["/", "/account", "/explorer/tx/0x12", "/api-of-mine", "/a%2fb"])
def test_a_view_is_the_page_and_asked_for_again(page, path: str) -> None:
    answer = page.get(path)
    assert (answer.status_code, answer.text) == (200, "<!doctype html><title>page</title>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == POLICY
    again = page.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_has_its_hash_in_its_name_is_kept_for_good(page) -> None:
    answer = page.get("/assets/app-1a2b3c.js", headers={"Accept-Encoding": "identity"})
    assert answer.content == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert page.get("/icon.svg").headers["content-type"] == "image/svg+xml"
    assert page.get("/icon.svg").headers["cache-control"] == "no-cache"
    assert page("HEAD", "/assets/app-1a2b3c.js").status_code == 200


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, br", True),
        ("br;q=1.0, GZIP;q=0.8", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("x-gzip-not", False),
    ],
)
def test_text_is_compressed_for_who_takes_it(page, accepted: str, packed: bool) -> None:
    answer = page.get("/assets/app-1a2b3c.js", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") == packed
    assert answer.content == SCRIPT  # the client unpacked it
    assert int(answer.headers["content-length"]) == (
        len(gzip.compress(SCRIPT, mtime=0)) if packed else len(SCRIPT)
    )
    assert answer.headers["vary"] == "Accept-Encoding"
    font = page.get("/assets/font-9.woff2", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in font.headers


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/assets/app-0.js", "/assets/gone", "/favicon.ico", "/.hidden", "/rpc/x",
     "/static/none", "/metrics/x", "/../outside.txt", "/%2e%2e/outside.txt", "/a/..%2f.hidden"],
)  # fmt: skip
def test_what_is_no_view_is_not_found(page, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "not found"}


def test_the_rest_of_the_service_is_where_it_was(page) -> None:
    assert "Electricity price" in page.get("/status").text
    assert page.get("/api/health").json()["ok"] is True
    assert page.get("/docs").status_code == 200
    assert page("POST", "/account").status_code == 405


def test_without_a_built_page_the_status_page_is_first(market, settings, world, tmp_path) -> None:
    ask = world.asked(market, settings, page_folder=tmp_path / "none")
    assert ask.get("/").text == ask.get("/status").text
    assert ask.get("/account").status_code == 404


@given(path=st.text(max_size=40))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_address_leads_out_of_the_folder(page, path: str) -> None:
    answer = page.get("/" + quote(path, safe="/."))
    assert answer.status_code in {200, 404, 405, 422}
    assert b"secret" not in answer.content
