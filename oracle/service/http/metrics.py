"""Prometheus metrics, in a registry of the service's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from oracle.service.live import Head
from oracle.service.store.records import FEEDS
from oracle.service.store.store import Store
from oracle.units import WAD

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SOLVE_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})

RPC_RESULTS = ("forwarded", "refused", "limited", "failed")


class Metrics:
    """What is counted here, and what is read from the store at each scrape."""

    def __init__(self, store: Store, head: Callable[[], Head | None], version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = Gauge(
            "wattmarket_service_build_info",
            "1; the running version as a label.",
            ["version"],
            registry=self.registry,
        )
        build.labels(version).set(1)
        self._requests = Counter(
            "wattmarket_requests",
            "Answered requests.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.solve_seconds = Histogram(
            "wattmarket_solve_seconds",
            "Seconds of POST /api/solve, waiting included.",
            buckets=SOLVE_BUCKETS,
            registry=self.registry,
        )
        self.streams = Gauge(
            "wattmarket_event_streams", "Open event streams.", registry=self.registry
        )
        self.rpc_calls = Counter(
            "wattmarket_rpc_calls",
            "Calls of the chain's node by how they ended.",
            ["result"],
            registry=self.registry,
        )
        for result in RPC_RESULTS:
            self.rpc_calls.labels(result)
        self.registry.register(_OfStore(store, head))

    def answered(self, route: str, method: str, status: int) -> None:
        """Count a request; `route` is a template, never the path that was asked for."""
        self._requests.labels(route, method if method in METHODS else "other", str(status)).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _OfStore(Collector):
    def __init__(self, store: Store, head: Callable[[], Head | None]) -> None:
        self._store, self._head = store, head

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        stats = self._store.stats()
        yield CounterMetricFamily(
            "wattmarket_periods", "Periods recorded.", value=float(stats.periods)
        )
        yield CounterMetricFamily(
            "wattmarket_periods_priced", "Periods that have a price.", value=float(stats.priced)
        )
        if stats.last_period is not None:
            yield GaugeMetricFamily(
                "wattmarket_last_period", "The newest period.", value=float(stats.last_period)
            )
        yield CounterMetricFamily("wattmarket_trades", "Settled trades.", value=stats.trades)
        yield CounterMetricFamily(
            "wattmarket_energy_traded_wh", "Energy traded, Wh.", value=stats.energy_traded_wh
        )
        yield GaugeMetricFamily("wattmarket_members", "Registered members.", value=stats.members)
        postings = CounterMetricFamily("wattmarket_postings", "Accepted reports.", labels=["feed"])
        price = GaugeMetricFamily(
            "wattmarket_price", "The newest price: ELE/kWh, or currency/ELE.", labels=["feed"]
        )
        posted = GaugeMetricFamily(
            "wattmarket_posted_at_seconds", "Chain time of the newest report.", labels=["feed"]
        )
        head = self._head()
        yield GaugeMetricFamily(
            "wattmarket_chain_readable", "1 while the chain answers.", value=float(head is not None)
        )
        expired = GaugeMetricFamily(
            "wattmarket_price_expired_seconds",
            "Chain seconds since the newest price ended; negative while it holds.",
            labels=["feed"],
        )
        if head is not None:
            yield GaugeMetricFamily(
                "wattmarket_chain_timestamp_seconds", "Its newest block.", value=head.timestamp
            )
        time = None if head is None else head.timestamp
        for feed in FEEDS:
            postings.add_metric([feed], float(stats.postings[feed]))
            latest = self._store.newest_readable(feed, time)
            if latest is not None:
                price.add_metric([feed], latest.price_wei / WAD)
                posted.add_metric([feed], float(latest.posted_at))
                if head is not None:
                    expired.add_metric([feed], float(head.timestamp - latest.valid_until))
        yield from (postings, price, posted, expired)
