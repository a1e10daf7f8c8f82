"""JSON-RPC to the node by an allow-list, so that a page and a wallet need one origin.

What is forwarded is written anew from what was understood, under numbers of our own: no doubled or
oddly spelt key can mean one thing here and another at the node.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic_core import from_json
from starlette.responses import Response

from oracle.service.errors import ApiError
from oracle.service.http.limits import RateLimit
from oracle.service.http.metrics import Metrics
from oracle.service.rpc.methods import COSTS, wrong_parameters
from oracle.service.settings import LOOPBACK_NAMES, ServiceSettings

BODY_BYTES = 128_000
MOST_CALLS = 50
LONGEST_NAME = 64
LARGEST_ID = 2**63
WAITING = 4
"""Requests that are at the node or wait, for each that may be there at once."""
PARSE_ERROR, INVALID, NOT_FORWARDED, WRONG_PARAMS = -32700, -32600, -32601, -32602
INTERNAL, LIMIT, UNNAMED = -32603, -32005, -32000
LONGEST_MESSAGE = 2000
RESULTS: dict[object, str] = {INTERNAL: "failed", NOT_FORWARDED: "refused", LIMIT: "limited"}

log = logging.getLogger(__name__)

Answer = dict[str, Any]


class RpcFailure(Exception):
    """No answer of the node: what the caller is told, and the HTTP status that says so."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it was understood. `refusal` is its answer if it is not forwarded."""

    id: int | str | None
    method: str = ""
    params: Any = ()
    refusal: Answer | None = None


def understood(body: bytes) -> tuple[list[Call], bool]:
    """The calls of a body, and whether it is a batch. Raises RpcFailure if it is no request."""
    try:
        # Beyond JSON: names of numbers that are none.
        document = json.loads(body, parse_constant=_refused_constant)
    except (ValueError, RecursionError):
        raise RpcFailure(400, PARSE_ERROR, "the body is not JSON") from None
    if not isinstance(document, list):
        return [_call(document)], False
    if not 1 <= len(document) <= MOST_CALLS:
        raise RpcFailure(400, INVALID, f"a batch has 1 to {MOST_CALLS} calls")
    return [_call(item) for item in document], True


def _call(item: object) -> Call:
    if not isinstance(item, dict):
        return _refused(None, INVALID, "a call is an object")
    number = item.get("id")
    fits = isinstance(number, str) and len(number) <= LONGEST_NAME
    if isinstance(number, int) and not isinstance(number, bool):
        fits = abs(number) <= LARGEST_ID
    if not fits:
        return _refused(None, INVALID, f"id: a whole number, or a text of {LONGEST_NAME} at most")
    method, params = item.get("method"), item.get("params", [])
    if item.get("jsonrpc") != "2.0" or not isinstance(method, str):
        return _refused(number, INVALID, 'allowed: {"jsonrpc": "2.0", "id", "method", "params"}')
    if method not in COSTS:
        shown = method if len(method) <= LONGEST_NAME else method[:LONGEST_NAME] + "…"
        return _refused(number, NOT_FORWARDED, f"{shown}: not forwarded here")
    if not isinstance(params, list | dict):
        return _refused(number, WRONG_PARAMS, "params: a list")
    wrong = wrong_parameters(method, params)
    if wrong is not None:
        return _refused(number, WRONG_PARAMS, wrong)
    return Call(number, method, params)


def _refused(number: int | str | None, code: int, message: str) -> Call:
    return Call(number, refusal=_error(number, code, message))


def _error(number: int | str | None, code: int, message: str) -> Answer:
    error = {"code": code, "message": " ".join(message.split())}
    return {"jsonrpc": "2.0", "id": number, "error": error}


def _refused_constant(name: str) -> None:
    raise ValueError(name)


class Forwarder:
    """The way to one node. For one event loop at a time; `close` it when done."""

    def __init__(self, settings: ServiceSettings, metrics: Metrics) -> None:
        self._settings, self._metrics = settings, metrics
        self._rate = RateLimit(settings.rpc_rate, settings.rpc_burst)
        self._url = str(settings.rpc_url)
        self._waiting = 0
        self._client: httpx.AsyncClient | None = None
        self._places: asyncio.Semaphore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    async def answer(self, body: bytes, client: str) -> Response:
        """The answer to a body. Never raises but for a fault of the program."""
        calls: list[Call] = []
        batch = False
        headers: dict[str, str] = {}
        status = 200
        try:
            self._rate.take(client)
            calls, batch = understood(body)
            self._rate.take(client, sum(COSTS.get(call.method, 0) for call in calls))
            answers = await self._answers(calls)
        except ApiError as error:
            failure = RpcFailure(error.status, LIMIT, error.message)
            answers, status, headers = _all(calls, failure), error.status, error.headers
        except RpcFailure as failure:
            answers, status = _all(calls, failure), failure.status
        self._count(answers)
        # Plain ASCII: a text of half a character would be no UTF-8.
        content = json.dumps(answers if batch else answers[0], separators=(",", ":"))
        return Response(content, status, headers, media_type="application/json")

    def _count(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            code = answer["error"].get("code") if "error" in answer else None
            self._metrics.rpc_calls.labels(RESULTS.get(code, "forwarded")).inc()

    async def _answers(self, calls: Sequence[Call]) -> list[Answer]:
        """One answer a call, in their order. Raises RpcFailure."""
        forwarded = [call for call in calls if call.refusal is None]
        found = iter(await self._ask(forwarded) if forwarded else ())
        return [
            call.refusal if call.refusal is not None else {**next(found), "id": call.id}
            for call in calls
        ]

    async def _ask(self, calls: Sequence[Call]) -> list[Answer]:
        """The node's answers in the order of the calls."""
        document = [
            {"jsonrpc": "2.0", "id": place, "method": call.method, "params": call.params}
            for place, call in enumerate(calls)
        ]
        # A node may not take batches, or answer one alone in another shape.
        whole = document if len(document) > 1 else document[0]
        raw = await self._post(json.dumps(whole).encode())
        try:
            told = from_json(raw, allow_inf_nan=False)
        except ValueError:
            raise RpcFailure(503, INTERNAL, "the node's answer is not JSON") from None
        found: dict[int, Answer] = {}
        for item in told if isinstance(told, list) else [told]:
            if isinstance(item, dict) and type(item.get("id")) is int:
                found[item["id"]] = _answer(item)
        if not found and isinstance(told, dict) and isinstance(told.get("error"), dict):
            # Of the batch as a whole.
            return [_answer(told) for _ in calls]
        lacking = _answer({"error": {"code": INTERNAL, "message": "the node left it out"}})
        return [found.get(place, lacking) for place in range(len(calls))]

    async def _post(self, content: bytes) -> bytes:
        settings = self._settings
        client, places = self._connected()
        if self._waiting >= WAITING * settings.rpc_at_once:
            raise RpcFailure(503, LIMIT, "too many calls at once")
        self._waiting += 1
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(settings.rpc_seconds),
                places,
                client.stream("POST", self._url, content=content, headers=headers) as got,
            ):
                parts, size = [], 0
                async for part in got.aiter_bytes():
                    size += len(part)
                    if size > settings.rpc_answer_limit:
                        raise RpcFailure(
                            200, LIMIT,
                            f"the answer has more than {settings.rpc_answer_limit} bytes: ask less",
                        )  # fmt: skip
                    parts.append(part)
                return b"".join(parts)
        except TimeoutError:
            said = f"the node did not answer within {settings.rpc_seconds:g} s"
            raise RpcFailure(503, INTERNAL, said) from None
        except (httpx.HTTPError, OSError) as error:
            log.warning("the node cannot be reached: %s", type(error).__name__)
            raise RpcFailure(503, INTERNAL, "the node does not answer") from None
        finally:
            self._waiting -= 1

    def _connected(self) -> tuple[httpx.AsyncClient, asyncio.Semaphore]:
        loop = asyncio.get_running_loop()
        if self._client is None or self._places is None or self._loop is not loop:
            most = self._settings.rpc_at_once
            here = urlsplit(self._url).hostname in LOOPBACK_NAMES
            self._client = httpx.AsyncClient(
                timeout=self._settings.rpc_seconds,
                limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
                trust_env=not here,  # no proxy leads to this machine
            )
            self._places = asyncio.Semaphore(most)
            self._loop = loop
        return self._client, self._places


def _all(calls: Sequence[Call], failure: RpcFailure) -> list[Answer]:
    """The failure, to every call that was not refused already."""
    return [call.refusal or _error(call.id, failure.code, failure.message) for call in calls] or [
        _error(None, failure.code, failure.message)
    ]


def _answer(item: dict[str, Any]) -> Answer:
    """Result or error, and nothing else that a node may add."""
    error = item.get("error")
    if isinstance(error, dict):
        code = error.get("code")
        told: Answer = {
            "code": code if type(code) is int else UNNAMED,
            "message": str(error.get("message", ""))[:LONGEST_MESSAGE],
        }
        if "data" in error:
            told["data"] = error["data"]
        return {"jsonrpc": "2.0", "error": told}
    return {"jsonrpc": "2.0", "result": item.get("result")}
