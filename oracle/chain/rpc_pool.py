"""Several nodes as one: that with the highest head answers; what sets a price is asked twice.

A node that does not answer, lags, or serves another chain is left out until it is well again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from json import dumps
from typing import Any, TypeVar

from oracle.chain.client import Call, ChainError, Client

BEHIND = ("header not found", "missing trie node", "unknown block", "block not found")
"""What a node says that does not have a block yet, or no longer has its state."""
SEND = "eth_sendRawTransaction"
_WHO: list[Call] = [
    ("eth_chainId", []),
    ("eth_getBlockByNumber", ["0x0", False]),
    ("eth_blockNumber", []),
]
_T = TypeVar("_T")


class Health(StrEnum):
    """How an endpoint was when it was last asked."""

    WELL = "well"
    DOWN = "down"
    LAGGING = "lagging"
    OTHER_CHAIN = "other chain"


class NodesDisagree(ChainError):
    """Not enough nodes give the same answer."""


@dataclass
class Endpoint:
    """One node and what is known of it."""

    client: Client
    health: Health = Health.DOWN
    head: int = 0
    asked_at: float = float("-inf")


@dataclass(frozen=True)
class Identity:
    """The chain that every endpoint must serve."""

    chain_id: int
    genesis: bytes


def _unheard(endpoint: Endpoint, before: Health) -> None:
    return None


@dataclass
class Endpoints:
    """The nodes of one operator. `lag`: blocks behind the highest head that are too many.

    `clock` gives seconds; a node is looked at again after `every` of them. `changed` is told of
    each endpoint whose health changes.
    """

    all: Sequence[Endpoint]
    identity: Identity
    clock: Callable[[], float]
    lag: int = 3
    every: float = 2.0
    changed: Callable[[Endpoint, Health], None] = _unheard
    _last: str = field(default="", init=False)

    def well(self) -> list[Endpoint]:
        """Those that can be asked: the last one used first while it keeps up, then by head."""
        now = self.clock()
        for endpoint in self.all:
            if now - endpoint.asked_at >= self.every:
                self._look(endpoint, now)
        top = max((e.head for e in self.all if e.health is not Health.OTHER_CHAIN), default=0)
        for endpoint in self.all:
            if endpoint.health in (Health.WELL, Health.LAGGING):
                behind = top - endpoint.head > self.lag
                self._set(endpoint, Health.LAGGING if behind else Health.WELL)
        found = [endpoint for endpoint in self.all if endpoint.health is Health.WELL]
        found.sort(key=lambda e: (e.client.url != self._last, -e.head))
        return found

    def _look(self, endpoint: Endpoint, now: float) -> None:
        endpoint.asked_at = now
        try:
            chain_id, genesis, head = endpoint.client.batch(_WHO)
            found = Identity(int(chain_id, 16), bytes.fromhex(genesis["hash"][2:]))
            endpoint.head = int(head, 16)
        except (ChainError, ValueError, KeyError, TypeError):
            self.lost(endpoint)
            return
        if found != self.identity:
            self._set(endpoint, Health.OTHER_CHAIN)
            return
        self._set(endpoint, Health.WELL)

    def lost(self, endpoint: Endpoint) -> None:
        """It did not answer."""
        endpoint.head = 0
        self._set(endpoint, Health.DOWN)

    def used(self, endpoint: Endpoint) -> None:
        self._last = endpoint.client.url

    def _set(self, endpoint: Endpoint, health: Health) -> None:
        before, endpoint.health = endpoint.health, health
        if before is not health:
            self.changed(endpoint, before)


class RpcPool(Client):
    """A client that asks the best of its nodes, and the next where that one fails."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self.url = ", ".join(endpoint.client.url for endpoint in endpoints.all)

    def batch_answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        if any(method == SEND for method, _ in calls):
            return self._everywhere(calls)
        return self._first(lambda client: client.batch_answers(calls), _behind)

    def _send_one(self, method: str, params: list[Any]) -> dict[str, Any]:
        return self._first(
            lambda client: client._send_one(method, params), lambda answer: _behind([answer])
        )

    def _first(self, ask: Callable[[Client], _T], useless: Callable[[_T], bool]) -> _T:
        said: list[str] = []
        last: list[_T] = []
        for endpoint in self.endpoints.well():
            try:
                answer = ask(endpoint.client)
            except ChainError as error:
                said.append(str(error))
                self.endpoints.lost(endpoint)
                continue
            if not useless(answer):
                self.endpoints.used(endpoint)
                return answer
            last.append(answer)
        if last:
            return last[0]
        raise ChainError("; ".join(said) or f"none of these nodes is well: {self.url}")

    def _everywhere(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        """A transaction goes to every node that is well: one of them may forget it."""
        answers: list[list[dict[str, Any]]] = []
        said: list[str] = []
        for endpoint in self.endpoints.well():
            try:
                answers.append(endpoint.client.batch_answers(calls))
            except ChainError as error:
                said.append(str(error))
                self.endpoints.lost(endpoint)
        if not answers:
            raise ChainError("; ".join(said) or f"none of these nodes is well: {self.url}")
        return [
            next((one for one in column if "result" in one), column[0])
            for column in zip(*answers, strict=True)
        ]


class AgreedClient(Client):
    """A client for what sets a price: `needed` nodes must give the same answer, to the byte.

    Ask it for blocks by number and for state and logs by the hash of a block, not for `latest`.
    """

    def __init__(self, endpoints: Endpoints, needed: int) -> None:
        self.endpoints, self.needed = endpoints, needed
        self.url = ", ".join(endpoint.client.url for endpoint in endpoints.all)

    def batch_answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        return self._agreed(lambda client: client.batch_answers(calls), calls[0][0])

    def _send_one(self, method: str, params: list[Any]) -> dict[str, Any]:
        return self._agreed(lambda client: client._send_one(method, params), method)

    def _agreed(self, ask: Callable[[Client], _T], method: str) -> _T:
        votes: Counter[str] = Counter()
        for endpoint in self.endpoints.well():
            try:
                answer = ask(endpoint.client)
            except ChainError:
                self.endpoints.lost(endpoint)
                continue
            vote = _comparable(answer)
            votes[vote] += 1
            if votes[vote] == self.needed:
                return answer
        counts = sorted(votes.values(), reverse=True)
        raise NodesDisagree(f"{method}: {self.needed} equal answers are needed, there are {counts}")


def _comparable(answer: Any) -> str:
    """The answer without what is each node's own: its numbering and the words of its errors."""
    parts = answer if isinstance(answer, list) else [answer]
    kept = [part.get("result", {"error": True}) for part in parts]
    return dumps(kept, sort_keys=True)


def _behind(answers: Sequence[dict[str, Any]]) -> bool:
    """Does the node lack the block that was asked for?"""
    for answer in answers:
        error = answer.get("error")
        message = str(error.get("message", "")).lower() if isinstance(error, dict) else ""
        if any(words in message for words in BEHIND):
            return True
    return False
