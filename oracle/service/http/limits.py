"""Rates: a token bucket for each client."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from oracle.service.errors import ApiError

CLIENTS = 4096


class RateLimit:
    """`rate` requests a second and client, `burst` at once. Thread-safe.

    Only the latest `CLIENTS` clients are remembered: a forgotten one starts with a full bucket.
    """

    def __init__(
        self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, count: int = 1) -> None:
        """Take `count` tokens, or all of a full bucket. Raises ApiError 429: when to come back."""
        need = min(float(count), self._burst)
        with self._lock:
            now = self._clock()
            tokens, since = self._buckets.pop(client, (self._burst, now))
            tokens = min(self._burst, tokens + (now - since) * self._rate)
            refused = tokens < need
            self._buckets[client] = (tokens if refused else tokens - need, now)
            while len(self._buckets) > CLIENTS:
                self._buckets.popitem(last=False)
        if refused:
            wait = max(1, round((need - tokens) / self._rate + 0.5))
            raise ApiError(
                429, f"too many requests; try again in {wait} s", headers={"Retry-After": f"{wait}"}
            )
