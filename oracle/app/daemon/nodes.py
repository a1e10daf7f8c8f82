"""A server's nodes as one client, of which several must give the same answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from oracle.app.daemon.config import OracleConfig
from oracle.chain.client import Call, ChainError, Client
from oracle.chain.deployment import Deployment
from oracle.chain.rpc_pool import AgreedClient, Endpoint, Endpoints, Identity

NODE_TIMEOUT = 10.0
PROBE_TIMEOUT = 2.0
_T = TypeVar("_T")


class Asked(Protocol):
    """Who hears of every request: its node, method ("batch" for several) and seconds."""

    def __call__(self, url: str, method: str, seconds: float, *, answered: bool) -> None: ...


def _unheard(url: str, method: str, seconds: float, *, answered: bool) -> None:
    return None


class TimedClient(Client):
    """A node whose answers are timed and whose silences are counted."""

    def __init__(self, url: str, timeout: float, asked: Asked) -> None:
        super().__init__(url, timeout)
        self._asked = asked

    def batch_answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        return self._timed("batch", lambda: super(TimedClient, self).batch_answers(calls))

    def _send_one(self, method: str, params: list[Any]) -> dict[str, Any]:
        return self._timed(method, lambda: super(TimedClient, self)._send_one(method, params))

    def _timed(self, method: str, ask: Callable[[], _T]) -> _T:
        began, answered = time.monotonic(), True
        try:
            return ask()
        except ChainError:
            answered = False
            raise
        finally:
            self._asked(self.url, method, time.monotonic() - began, answered=answered)


def nodes_of(config: OracleConfig, deployment: Deployment, asked: Asked = _unheard) -> AgreedClient:
    """The nodes of the file; every one must serve the deployment's chain."""
    identity = Identity(deployment.chain_id, bytes.fromhex(deployment.genesis[2:]))
    endpoints = Endpoints(
        [
            Endpoint(
                TimedClient(url, NODE_TIMEOUT, asked),
                probe=TimedClient(url, PROBE_TIMEOUT, asked),
            )
            for url in config.node.endpoints
        ],
        identity,
        time.monotonic,
        lag=config.node.lag,
    )
    return AgreedClient(endpoints, config.node.agree)


def next_nonce(pool: AgreedClient, address: str) -> int:
    """The highest that any node's pool knows. Raises ChainError where no node answers."""
    found = []
    for endpoint in pool.endpoints.well():
        try:
            found.append(endpoint.client.nonce(address))
        except ChainError:
            pool.endpoints.lost(endpoint)
    return max(found) if found else pool.nonce(address)
