"""A client for hundreds of rounds: the same requests over HTTP, with little around them.

Nodes that are sick are asked by the daemon's own client; see `nodes`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.client import HTTPConnection
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any
from urllib.parse import urlsplit

from oracle.chain.client import Call, Client


class QuickClient(Client):
    """To an Anvil of this machine, from one thread."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._connection = HTTPConnection(parts.hostname, parts.port, timeout=60)

    def batch_answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        if not calls:
            return []
        found: list[dict[str, Any]] = self._ask(
            [
                {"jsonrpc": "2.0", "id": i, "method": method, "params": params}
                for i, (method, params) in enumerate(calls)
            ]
        )
        return found

    def _send_one(self, method: str, params: list[Any]) -> dict[str, Any]:
        asked = {"jsonrpc": "2.0", "id": 0, "method": method, "params": params}
        answer: dict[str, Any] = self._ask(asked)
        return answer

    def _ask(self, what: object) -> Any:
        connection = self._connection
        if connection.sock is None:
            connection.connect()
            connection.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        connection.request(
            "POST", "/", json.dumps(what).encode(), {"content-type": "application/json"}
        )
        return json.loads(connection.getresponse().read())
