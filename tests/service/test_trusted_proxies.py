"""Who asks by a trusted proxy has rates of her own; a header from anybody else says nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from starlette.requests import Request

from oracle import UserError
from oracle.app.serving.command import serve
from oracle.service.http.bodies import client_of
from oracle.service.live import LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store

BURST = 2
Serving = Callable[..., AbstractContextManager[Server]]


@pytest.fixture
def serving(market: Store, settings: ServiceSettings, world: SimpleNamespace) -> Serving:
    def start(*trusted: str) -> Server:
        # So slow that nothing comes back while a test runs.
        told = replace(
            settings, trusted_proxies=trusted, rpc_url="http://127.0.0.1:1", rpc_burst=BURST,
            rpc_rate=1e-6, join_burst=BURST, join_rate=1e-6, signature_burst=BURST,
            signature_rate=1e-6, solve_burst=BURST, solve_rate=1e-6,
        )  # fmt: skip
        return Server(told, market, live=LastHead(world.HEAD))

    return start


# Not forwarded, so it counts as one.
CALL = {"jsonrpc": "2.0", "id": 1, "method": "eth_accounts", "params": []}
ASKED = {
    "/rpc": CALL,
    "/api/join": {"account": "0x" + "12" * 20, "name": None},
    "/api/solve": {"game": "none"},
}


def refused(server: Server, path: str, forwarded: str | None) -> bool:
    """Whether one more request of this client is too many."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    answer = httpx.post(f"{server.url}{path}", json=ASKED[path], headers=headers, timeout=30)
    return answer.status_code == 429


@pytest.mark.parametrize("path", ASKED)
def test_each_client_of_a_trusted_proxy_has_her_own(serving: Serving, path: str) -> None:
    with serving("127.0.0.1") as server:
        assert [refused(server, path, "192.0.2.1") for _ in range(BURST + 1)] == [
            *[False] * BURST, True,
        ]  # fmt: skip
        assert not refused(server, path, "192.0.2.2")
        # What a client claims stands before the address that the proxy adds.
        assert refused(server, path, "198.51.100.7, 192.0.2.1")


@pytest.mark.parametrize("trusted", [(), ("192.0.2.0/24",)])
def test_from_anybody_else_the_header_is_only_a_claim(
    serving: Serving, trusted: tuple[str, ...]
) -> None:
    with serving(*trusted) as server:
        told = [refused(server, "/rpc", f"198.51.100.{n}") for n in range(BURST + 1)]
        assert told == [*[False] * BURST, True]


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("what a proxy made up", "what a proxy made up"),
    ],
)
def test_of_ipv6_a_network_counts_as_one(host: str, counted: str) -> None:
    assert client_of(Request({"type": "http", "client": (host, 1)})) == counted


@pytest.mark.parametrize("text", ["*", "nginx", "10.0.0.1/8", ""])
def test_what_is_no_address_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"--trusted-proxy: .*must be an address or a network"):
        serve(f"sqlite:///{tmp_path}/s.db", tmp_path / "token", None, None, (), proxies=[text])
