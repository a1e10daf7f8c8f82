"""Several nodes as one: the best of them answers, or as many as must agree.

A node that does not answer, lags, or serves another chain is left out until it is well again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from json import dumps
from typing import Any, TypeVar

from oracle.chain.client import Block, Call, ChainError, Client, RpcError, revert_data

BEHIND = ("header not found", "missing trie node", "unknown block", "block not found")
"""What a node says that does not have a block yet, or no longer has its state."""
SEND = "eth_sendRawTransaction"
TAGS = ("latest", "safe", "finalized")
OPINIONS = ("eth_gasPrice", "debug_traceTransaction")
"""What nodes may differ in: one is asked."""
LONGEST_REST = 60.0
"""Seconds between two looks at a node that stays away, while others are well."""
_WHO: list[Call] = [
    ("eth_chainId", []),
    ("eth_getBlockByNumber", ["0x0", False]),
    ("eth_blockNumber", []),
]
_T = TypeVar("_T")
Ask = Callable[[Client], list[dict[str, Any]]]


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
    failures: int = 0
    probe: Client | None = None
    """Looks at the node, with less patience than the client; None: the client does."""


@dataclass(frozen=True)
class Identity:
    """The chain that every endpoint must serve."""

    chain_id: int
    genesis: bytes


def _unheard(endpoint: Endpoint, before: Health) -> None:
    return None


@dataclass
class Endpoints:
    """The nodes of one operator. `lag`: blocks behind the head that are too many; the head is the
    highest that `needed` nodes have, so that fewer cannot make the others look slow.

    `clock` gives seconds; a node is looked at again after `every` of them, one that stays away
    after more and more of them while enough others are well: waiting for it costs time. `changed`
    is told of each endpoint whose health changes.
    """

    all: Sequence[Endpoint]
    identity: Identity
    clock: Callable[[], float]
    lag: int = 3
    every: float = 2.0
    changed: Callable[[Endpoint, Health], None] = _unheard
    needed: int = 1
    _last: str = field(default="", init=False)

    def well(self) -> list[Endpoint]:
        """Those that can be asked: the last one used first while it keeps up, then by head."""
        now = self.clock()
        enough = sum(endpoint.health is Health.WELL for endpoint in self.all) >= self.needed
        for endpoint in self.all:
            rest = self.every
            if enough and endpoint.failures:
                rest = min(self.every * 2**endpoint.failures, LONGEST_REST)
            if now - endpoint.asked_at >= rest:
                self._look(endpoint, now)
        heads = [e.head for e in self.all if e.health in (Health.WELL, Health.LAGGING)]
        heads.sort(reverse=True)
        top = heads[min(self.needed, len(heads)) - 1] if heads else 0
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
            chain_id, genesis, head = (endpoint.probe or endpoint.client).batch(_WHO)
            found = Identity(int(chain_id, 16), bytes.fromhex(genesis["hash"][2:]))
            endpoint.head = int(head, 16)
        except (ChainError, ValueError, KeyError, TypeError):
            self.lost(endpoint)
            return
        if found != self.identity:
            self._set(endpoint, Health.OTHER_CHAIN)
            return
        endpoint.failures = 0
        self._set(endpoint, Health.WELL)

    def lost(self, endpoint: Endpoint) -> None:
        """It did not answer."""
        endpoint.head = 0
        endpoint.failures += 1
        endpoint.asked_at = self.clock()
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


class AgreedClient(RpcPool):
    """A client of which `needed` nodes must give the same answer, to the byte.

    The head is the highest block that so many of them have. `latest` in other requests stands for
    the head last asked for, so that what is read between two looks is of one block. A transaction
    goes to every node that is well.
    """

    def __init__(self, endpoints: Endpoints, needed: int) -> None:
        super().__init__(endpoints)
        endpoints.needed = self.needed = needed
        self._tags: dict[str, int] = {}

    def block(self, number: int | str = "latest") -> Block:
        if isinstance(number, int):
            return super().block(number)
        self._tags[number] = self._newest(number)
        return super().block(self._tags[number])

    def batch_answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        if any(method == SEND for method, _ in calls):
            return self._everywhere(calls)
        pinned = [(method, self._pinned(params)) for method, params in calls]
        return self._agreed(lambda client: client.batch_answers(pinned), calls[0][0])

    def _send_one(self, method: str, params: list[Any]) -> dict[str, Any]:
        if method in OPINIONS:
            return super()._send_one(method, params)
        pinned = self._pinned(params)
        return self._agreed(lambda client: [client._send_one(method, pinned)], method)[0]

    def _pinned(self, params: list[Any]) -> list[Any]:
        return [self._place(one) if isinstance(one, str) and one in TAGS else one for one in params]

    def _place(self, tag: str) -> str:
        if tag not in self._tags:
            self._tags[tag] = self._newest(tag)
        return hex(self._tags[tag])

    def _newest(self, tag: str) -> int:
        """The highest block of this kind that `needed` nodes have. Raises NodesDisagree."""
        found = []
        for endpoint in self.endpoints.well():
            try:
                found.append(endpoint.client.block(tag).number)
            except RpcError:
                continue
            except ChainError:
                self.endpoints.lost(endpoint)
        if len(found) < self.needed:
            raise NodesDisagree(f"{tag}: {self.needed} nodes must tell it, {len(found)} do")
        return sorted(found, reverse=True)[self.needed - 1]

    def _agreed(self, ask: Ask, method: str) -> list[dict[str, Any]]:
        votes: Counter[str] = Counter()
        behind: list[list[dict[str, Any]]] = []
        for endpoint in self.endpoints.well():
            try:
                answers = ask(endpoint.client)
            except ChainError:
                self.endpoints.lost(endpoint)
                continue
            if _behind(answers):
                behind.append(answers)
                continue
            vote = _comparable(answers)
            votes[vote] += 1
            if votes[vote] == self.needed:
                self.endpoints.used(endpoint)
                return answers
        if not votes and len(behind) >= self.needed:
            return behind[0]
        counts = sorted(votes.values(), reverse=True)
        raise NodesDisagree(f"{method}: {self.needed} equal answers are needed, there are {counts}")


def _comparable(answers: Sequence[dict[str, Any]]) -> str:
    """The answers without what is each node's own: its numbering and the words of its errors."""
    return dumps([_kept(answer) for answer in answers], sort_keys=True)


def _kept(answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error is None:
        return {"result": answer.get("result")}
    return {"error": revert_data(error.get("data")).hex() if isinstance(error, dict) else ""}


def _behind(answers: Sequence[dict[str, Any]]) -> bool:
    """Does the node lack the block that was asked for?"""
    for answer in answers:
        error = answer.get("error")
        message = str(error.get("message", "")).lower() if isinstance(error, dict) else ""
        if any(words in message for words in BEHIND):
            return True
    return False
