"""A proxy in front of a real node that fails on demand, as nodes and their hosts do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.handlers import Handler, serving

FAULTS = (
    "down", "silent", "429", "502", "not json", "half an answer", "no result", "fewer answers",
    "other types", "lags", "stale", "ahead", "other chain", "other genesis", "lies", "other logs",
    "no logs", "no receipts", "receipts too early",
)  # fmt: skip
LIES = ("other types", "stale", "ahead", "lies", "other logs", "no logs", "no receipts",
        "receipts too early")  # fmt: skip
"""Those that a look at the node does not find; only another node tells."""
STALE_BLOCKS, AHEAD_BLOCKS, AHEAD_SECONDS = 2, 1000, 10_000


@dataclass
class FaultyNode:
    """`fault` is one of FAULTS or empty; `lag` counts blocks; `asked` what was asked for.

    `widest`: of how many blocks it gives the events at once.
    """

    upstream: str
    url: str = ""
    fault: str = ""
    lag: int = 50
    widest: int | None = None
    asked: list[str] = field(default_factory=list)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def answer(self, request: Any) -> Any:
        parts = request if isinstance(request, list) else [request]
        self.asked += [part["method"] for part in parts]
        if self.fault == "stale":
            parts = self._at_an_older_head(parts)
        answers = self._client.post(self.upstream, json=parts).json()
        answers = [
            self._too_wide(part) or self._bent(part, one)
            for part, one in zip(parts, answers, strict=True)
        ]
        if self.fault == "fewer answers" and isinstance(request, list):
            return answers[:-1]
        return answers if isinstance(request, list) else answers[0]

    def _at_an_older_head(self, parts: list[Any]) -> list[Any]:
        """A node that stands still two blocks back, and knows nothing of what came after."""
        newest = {"id": 0, "jsonrpc": "2.0", "method": "eth_blockNumber", "params": []}
        head = int(self._client.post(self.upstream, json=newest).json()["result"], 16)
        old = hex(max(0, head - STALE_BLOCKS))
        return [
            part | {"params": [old if one == "latest" else one for one in part["params"]]}
            for part in parts
        ]

    def _too_wide(self, part: dict[str, Any]) -> dict[str, Any] | None:
        if part["method"] != "eth_getLogs" or self.widest is None:
            return None
        question = part["params"][0]
        if int(question["toBlock"], 16) - int(question["fromBlock"], 16) < self.widest:
            return None
        error = {"code": -32005, "message": f"query exceeds {self.widest} blocks"}
        return {"jsonrpc": "2.0", "id": part["id"], "error": error}

    def _bent(self, part: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        method, result = part["method"], answer.get("result")
        if self.fault == "no result":
            return {key: value for key, value in answer.items() if key != "result"}
        bent = self._lie(method, part.get("params", []), result)
        return answer if bent is result else {"id": answer["id"], "jsonrpc": "2.0", "result": bent}

    def _lie(self, method: str, params: list[Any], true: Any) -> Any:
        """What is answered in place of the true result."""
        match self.fault, method:
            case ("lags", "eth_blockNumber"):
                return hex(max(0, int(true, 16) - self.lag))
            case ("stale", "eth_blockNumber"):
                return hex(max(0, int(true, 16) - STALE_BLOCKS))
            case ("ahead", "eth_blockNumber"):
                return hex(int(true, 16) + AHEAD_BLOCKS)
            case ("ahead", "eth_getBlockByNumber") if true and params[0] == "latest":
                return true | {
                    "number": hex(int(true["number"], 16) + AHEAD_BLOCKS),
                    "timestamp": hex(int(true["timestamp"], 16) + AHEAD_SECONDS),
                }
            case ("other chain", "eth_chainId"):
                return "0x1"
            case ("other genesis", "eth_getBlockByNumber"):
                return (true or {}) | {"hash": "0x" + "ab" * 32}
            case ("lies", "eth_call"):
                return "0x" + "01" * 32
            case ("other types", "eth_call" | "eth_getLogs" | "eth_getTransactionReceipt"):
                return {"what": 7}
            case ("other types", "eth_getBlockByNumber") if params[0] != "0x0":
                return {"number": 7}
            case ("other logs", "eth_getLogs") if true:
                return [*true[:-1], true[-1] | {"data": true[-1]["data"][:-2] + "7f"}]
            case ("no logs", "eth_getLogs"):
                return []
            case ("no receipts", "eth_getTransactionReceipt"):
                return None
            case ("receipts too early", "eth_getTransactionReceipt") if true is None:
                return _invented(params[0])
        return true


def _invented(hash_: str) -> dict[str, Any]:
    """A receipt of what was never mined."""
    return {
        "transactionHash": hash_, "blockNumber": "0x1", "blockHash": "0x" + "cd" * 32,
        "status": "0x1", "gasUsed": "0x5208", "from": "0x" + "00" * 20, "to": "0x" + "00" * 20,
    }  # fmt: skip


class _Handler(Handler):
    node: FaultyNode

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        fault = self.node.fault
        if fault == "silent":
            self.released.wait(30)
            return
        if fault == "down":
            self.connection.close()
            return
        if fault in ("429", "502"):
            self.send_error(int(fault))
            return
        answer = json.dumps(self.node.answer(json.loads(body))).encode()
        if fault == "not json":
            answer = b"<html>busy</html>"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        with suppress(ConnectionError):  # who asked may have lost patience
            self.wfile.write(answer[: len(answer) // 2] if fault == "half an answer" else answer)
        self.close_connection = True


@contextmanager
def faulty_node(upstream: str) -> Iterator[FaultyNode]:
    node = FaultyNode(upstream)
    with serving(_Handler, node=node) as node.url:
        yield node
