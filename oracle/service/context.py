"""What the endpoints share."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from oracle.service.admm.sessions import Sessions
from oracle.service.answers import Answers
from oracle.service.auth import Gate
from oracle.service.limits import RateLimit
from oracle.service.live import Head, LivePort
from oracle.service.metrics import Metrics
from oracle.service.ports import Ports
from oracle.service.rpc_forward import Forwarder
from oracle.service.settings import ServiceSettings
from oracle.service.solve import SolvePool
from oracle.service.store import Store
from oracle.service.streams import Streams

HEAD_SECONDS = 0.5

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Context:
    """One service's parts."""

    settings: ServiceSettings
    store: Store
    ports: Ports
    gate: Gate
    pool: SolvePool
    streams: Streams
    metrics: Metrics
    solves: RateLimit
    signatures: RateLimit
    head: Callable[[], Head | None]
    version: str
    answers: Answers
    sessions: Sessions
    rpc: Forwarder | None


class CachedHead:
    """The chain's head, asked for at most twice a second. Thread-safe; a failure is None."""

    def __init__(self, live: LivePort, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._live = live
        self._clock = clock
        self._lock = threading.Lock()
        self._head: Head | None = None
        self._until = float("-inf")

    def __call__(self) -> Head | None:
        with self._lock:
            if self._clock() >= self._until:
                try:
                    self._head = self._live.head()
                except Exception as error:  # whatever the adapter lets through, we still answer
                    log.warning("the chain cannot be read: %s", error)
                    self._head = None
                self._until = self._clock() + HEAD_SECONDS
            return self._head
