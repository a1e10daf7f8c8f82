"""What the endpoints share."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from oracle.service.http.answers import Answers
from oracle.service.http.auth import Gate
from oracle.service.http.limits import RateLimit
from oracle.service.http.metrics import Metrics
from oracle.service.http.streams import Streams
from oracle.service.live import Head, LivePort
from oracle.service.ports import MarketPort, Ports
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store

HEAD_SECONDS = 0.5
OFFICE_SECONDS = 3.0
"""For so long after the office was handed on its former holder is still the operator here."""
T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Context:
    """The parts of one service that its endpoints share."""

    settings: ServiceSettings
    store: Store
    ports: Ports
    clock: Callable[[], float]
    gate: Gate
    streams: Streams
    metrics: Metrics
    solves: RateLimit
    signatures: RateLimit
    joins: RateLimit
    head: Callable[[], Head | None]
    version: str
    answers: Answers


class Kept(Generic[T]):
    """What a reader says, read again after `seconds`. Thread-safe: one reads, the others wait."""

    def __init__(
        self, read: Callable[[], T], seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._seconds, self._clock = read, seconds, clock
        self._lock = threading.Lock()
        self._value: T
        self._until = float("-inf")

    def __call__(self) -> T:
        with self._lock:
            if self._clock() >= self._until:
                self._value = self._read()
                self._until = self._clock() + self._seconds
            return self._value


class CachedHead(Kept[Head | None]):
    """The chain's head, asked for at most twice a second; a failure is None."""

    def __init__(self, live: LivePort, *, clock: Callable[[], float] = time.monotonic) -> None:
        def read() -> Head | None:
            try:
                return live.head()
            except Exception as error:  # whatever the adapter lets through, we still answer
                log.warning("the chain cannot be read: %s", error)
                return None

        super().__init__(read, HEAD_SECONDS, clock)


def administrator_of(market: MarketPort | None) -> Callable[[], str | None]:
    """Who holds the market's office, asked for once in a few seconds."""
    if market is None:
        return lambda: None
    return Kept(market.administrator, OFFICE_SECONDS)
