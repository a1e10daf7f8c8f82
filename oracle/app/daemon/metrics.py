"""What Prometheus sees of an edge server."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from oracle.app.daemon.edge_server import Note
from oracle.chain.outbox.entry import Entry, State
from oracle.chain.rpc_pool import Endpoint, Health

TICK_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class DaemonMetrics:
    """In a registry of its own; every series exists from the start, so that alerts see absence."""

    def __init__(self) -> None:
        r = self.registry = CollectorRegistry()
        self.ticks = Histogram(
            "wattmarket_tick_seconds", "Seconds of a look at the chain and what followed.",
            buckets=TICK_BUCKETS, registry=r,
        )  # fmt: skip
        self.last_tick = Gauge(
            "wattmarket_last_tick_timestamp_seconds", "When the last look succeeded.", registry=r
        )
        self.head = Gauge("wattmarket_head_block", "The newest block.", registry=r)
        self.head_time = Gauge(
            "wattmarket_head_timestamp_seconds", "Chain time of the newest block.", registry=r
        )
        self.failures = Counter(
            "wattmarket_tick_failures", "Looks at the chain that failed.", registry=r
        )
        self.alarms = Counter("wattmarket_alarms", "Things that need a person.", registry=r)
        self.notes = Counter(
            "wattmarket_duties", "Duties by where they came to.", ["standing"], registry=r
        )
        self.peer_messages = Counter(
            "wattmarket_peer_messages", "Messages of peers by how they ended.", ["result"],
            registry=r,
        )  # fmt: skip
        self.equivocations = Gauge(
            "wattmarket_equivocations", "Pairs for which a peer signed two reports.", registry=r
        )
        self.outbox = Counter(
            "wattmarket_outbox_changes", "Transactions by the state they came to.", ["state"],
            registry=r,
        )  # fmt: skip
        self.outbox_open = Gauge(
            "wattmarket_outbox_open", "Transactions that are not final.", registry=r
        )
        self.reverted = Counter(
            "wattmarket_reverted", "Final transactions without the effect asked for.", registry=r
        )
        self.balance = Gauge("wattmarket_balance_wei", "Coins of the signing key.", registry=r)
        self.endpoints = Gauge(
            "wattmarket_endpoint_well", "1 where a node answers, keeps up and is of our chain.",
            ["endpoint"], registry=r,
        )  # fmt: skip
        self.paused = Gauge("wattmarket_paused", "1 while paused.", registry=r)
        for state in State:
            self.outbox.labels(state.value)
        for result in ("heard", "known"):
            self.peer_messages.labels(result)

    def noted(self, note: Note) -> None:
        if note.alarm:
            self.alarms.inc()

    def moved(self, entry: Entry) -> None:
        self.outbox.labels(entry.state.value).inc()
        included = entry.inclusion
        if entry.state is State.FINAL and included is not None and not included.succeeded:
            self.reverted.inc()

    def endpoint(self, endpoint: Endpoint, _: Health) -> None:
        well = endpoint.health is Health.WELL
        self.endpoints.labels(endpoint.client.url).set(1 if well else 0)

    def text(self) -> bytes:
        return generate_latest(self.registry)
