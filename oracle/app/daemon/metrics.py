"""What Prometheus sees of an edge server: `METRICS` is the table, and docs and alerts are
held to it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from oracle.app.daemon.peers import Delivery
from oracle.app.daemon.staked import Verdict
from oracle.app.daemon.standing import Note, Standing
from oracle.chain.client import ChainError
from oracle.chain.outbox.entry import Entry, State
from oracle.chain.rpc_pool import Endpoint, Health, NodesDisagree
from oracle.rounds.duty import Duty
from oracle.rounds.report import Feed

BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
OPEN = (State.BUILT, State.BROADCAST, State.MINED)
PEER_RESULTS = (
    "heard", "too long", "malformed", "other deployment", "not for us", "unknown signer",
    "expired", "wrong envelope", "wrong signature", "not open", "not started",
)  # fmt: skip


class DaemonMetrics:
    """In a registry of its own; every series exists from the start, so that alerts see absence."""

    def __init__(self, endpoints: Iterable[str], peers: Iterable[str], version: str) -> None:
        r = self.registry = CollectorRegistry()
        # What the process itself uses: memory, CPU, file handles, when it began.
        ProcessCollector(registry=r)
        self.build = Gauge(
            "wattmarket_build_info", "1; the running version as a label.", ["version"], registry=r
        )
        self.build.labels(version).set(1)
        self._of_the_loop(r)
        self._of_the_work(r)
        self._of_the_outbox(r)
        self._of_others(r, endpoints, peers)
        self._states: dict[int, tuple[State, int]] = {}
        self._newest: dict[str, int] = {}
        self._since: dict[int, int] = {}

    def _of_the_loop(self, r: CollectorRegistry) -> None:
        self.ticks = Histogram(
            "wattmarket_tick_seconds", "Seconds of a look at the chain and what followed.",
            buckets=BUCKETS, registry=r,
        )  # fmt: skip
        self.last_tick = Gauge(
            "wattmarket_last_tick_timestamp_seconds", "When the last look succeeded.", registry=r
        )
        self.failures = Counter(
            "wattmarket_tick_failures", "Looks at the chain that failed.", registry=r
        )
        self.head = Gauge("wattmarket_head_block", "The newest block.", registry=r)
        self.head_time = Gauge(
            "wattmarket_head_timestamp_seconds", "Chain time of the newest block.", registry=r
        )
        self.paused = Gauge("wattmarket_paused", "1 while paused.", registry=r)
        self.store_failures = Counter(
            "wattmarket_store_failures", "Looks that failed because of the store.", registry=r
        )
        self.free = Gauge(
            "wattmarket_store_free_bytes", "Room on the disk of the store; of SQLite only.",
            registry=r,
        )  # fmt: skip
        self.free.set(float("inf"))

    def _of_the_work(self, r: CollectorRegistry) -> None:
        self.alarms = Counter("wattmarket_alarms", "Things that need a person.", registry=r)
        self.duties = Counter(
            "wattmarket_duties", "Postings of feeds by what this server came to with them.",
            ["feed", "standing"], registry=r,
        )  # fmt: skip
        self.posted_epoch = Gauge(
            "wattmarket_posted_epoch", "The newest epoch that stands on chain as computed here.",
            ["feed"], registry=r,
        )  # fmt: skip
        self.staked = Counter(
            "wattmarket_staked_postings", "Postings on stakes by what was found of them.",
            ["verdict"], registry=r,
        )  # fmt: skip
        for verdict in Verdict:
            self.staked.labels(verdict.value)
        self.pricing = Histogram(
            "wattmarket_price_seconds", "Seconds to read an epoch at its input block and solve it.",
            ["feed"], buckets=BUCKETS, registry=r,
        )  # fmt: skip
        for feed in Feed:
            self.pricing.labels(feed.label)
            self.posted_epoch.labels(feed.label).set(-1)
            for standing in Standing:
                self.duties.labels(feed.label, standing.value)

    def _of_the_outbox(self, r: CollectorRegistry) -> None:
        self.changes = Counter(
            "wattmarket_outbox_changes", "Transactions by the state they came to.", ["state"],
            registry=r,
        )  # fmt: skip
        self.entries = Gauge(
            "wattmarket_outbox_entries", "Transactions that are not final, by state.", ["state"],
            registry=r,
        )  # fmt: skip
        self.waiting = Gauge(
            "wattmarket_outbox_waiting_blocks", "Blocks that the oldest one not mined has waited.",
            registry=r,
        )  # fmt: skip
        self.raised = Counter(
            "wattmarket_outbox_raised", "Times that a transaction was sent again, dearer.",
            registry=r,
        )  # fmt: skip
        self.reorganised = Counter(
            "wattmarket_outbox_reorganised", "Mined transactions that a reorganisation took back.",
            registry=r,
        )  # fmt: skip
        self.troubles = Counter(
            "wattmarket_outbox_troubles", "Transactions that a node refused, and nonces to fill.",
            registry=r,
        )  # fmt: skip
        self.reverted = Counter(
            "wattmarket_reverted", "Final transactions without the effect asked for.", registry=r
        )
        self.balance = Gauge("wattmarket_balance_wei", "Coins of the signing key.", registry=r)
        self.affordable = Gauge(
            "wattmarket_affordable_postings", "Postings that the coins pay for at the fee cap.",
            registry=r,
        )  # fmt: skip
        for state in State:
            self.changes.labels(state.value)
        for state in OPEN:
            self.entries.labels(state.value)

    def _of_others(
        self, r: CollectorRegistry, endpoints: Iterable[str], peers: Iterable[str]
    ) -> None:
        self.endpoints = Gauge(
            "wattmarket_endpoint_well", "1 where a node answers, keeps up and is of our chain.",
            ["endpoint"], registry=r,
        )  # fmt: skip
        self.lags = Gauge(
            "wattmarket_endpoint_lag_blocks", "Blocks that a node is behind the highest.",
            ["endpoint"], registry=r,
        )  # fmt: skip
        self.node_seconds = Histogram(
            "wattmarket_node_seconds", "Seconds of a node's answers, by method; batches as one.",
            ["endpoint", "method"], buckets=BUCKETS, registry=r,
        )  # fmt: skip
        self.node_failures = Counter(
            "wattmarket_node_failures", "Requests to which a node gave no answer.", ["endpoint"],
            registry=r,
        )  # fmt: skip
        self.disagreements = Counter(
            "wattmarket_node_disagreements", "Looks that failed because nodes do not agree.",
            registry=r,
        )  # fmt: skip
        self.peer_messages = Counter(
            "wattmarket_peer_messages", "Messages of peers by how they ended.", ["result"],
            registry=r,
        )  # fmt: skip
        self.peers = Gauge(
            "wattmarket_peer_reached", "1 where the last attempt to reach a peer succeeded.",
            ["peer"], registry=r,
        )  # fmt: skip
        self.peers_needed = Gauge(
            "wattmarket_peers_needed", "Peers without whom there is no quorum.", registry=r
        )
        self.in_set = Gauge(
            "wattmarket_in_set", "1 while this key is one of the edge servers.", registry=r
        )
        self.equivocations = Gauge(
            "wattmarket_equivocations", "Pairs for which a peer signed two reports.", registry=r
        )
        self.in_set.set(1)
        for url in endpoints:
            self.endpoints.labels(url)
            self.lags.labels(url)
            self.node_failures.labels(url)
        for url in peers:
            self.peers.labels(url).set(1)  # until it is tried
        for result in PEER_RESULTS:
            self.peer_messages.labels(result)

    # --- what is told ---------------------------------------------------------------------

    def noted(self, note: Note) -> None:
        if note.alarm:
            self.alarms.inc()
        label, _, epoch = note.duty.partition(":")
        if note.standing is not None:
            self.duties.labels(label, note.standing.value).inc()
        if note.standing is Standing.POSTED:
            newest = self._newest[label] = max(int(epoch), self._newest.get(label, -1))
            self.posted_epoch.labels(label).set(newest)

    def failed(self, error: Exception) -> None:
        """A look that ended early, by whose fault it was."""
        self.failures.inc()
        if isinstance(error, NodesDisagree):
            self.disagreements.inc()
        elif not isinstance(error, ChainError):
            self.store_failures.inc()

    def moved(self, entry: Entry) -> bool:
        """Counts what changed; False where nothing did that an operator would want to see."""
        before = self._states.get(entry.nonce)
        self._states[entry.nonce] = entry.state, len(entry.attempts)
        if entry.ended:
            del self._states[entry.nonce]
        if before is not None and len(entry.attempts) > before[1]:
            self.raised.inc()
        elif before is not None and before[0] is entry.state:
            return False
        else:
            self.changes.labels(entry.state.value).inc()
        if before is not None and before[0] is State.MINED and entry.state is State.BROADCAST:
            self.reorganised.inc()
        included = entry.inclusion
        if entry.state is State.FINAL and included is not None and not included.succeeded:
            self.reverted.inc()
        return True

    def outbox(self, entries: Iterable[Entry], head: int) -> None:
        """What is open now."""
        entries = list(entries)
        for state in OPEN:
            self.entries.labels(state.value).set(sum(one.state is state for one in entries))
        # By our own memory: an attempt only says when it was sent last.
        self._since = {
            one.nonce: self._since.get(one.nonce, head)
            for one in entries
            if one.state is not State.MINED
        }
        self.waiting.set(max(0, head - min(self._since.values(), default=head)))

    def nodes(self, endpoints: Iterable[Endpoint]) -> None:
        endpoints = list(endpoints)
        top = max((e.head for e in endpoints if e.health is not Health.OTHER_CHAIN), default=0)
        for endpoint in endpoints:
            url = endpoint.client.url
            self.endpoints.labels(url).set(1 if endpoint.health is Health.WELL else 0)
            self.lags.labels(url).set(top - endpoint.head)

    def delivered(self, delivery: Delivery) -> None:
        self.peers.labels(delivery.url).set(1 if delivery.reached else 0)

    def asked(self, url: str, method: str, seconds: float, *, answered: bool) -> None:
        self.node_seconds.labels(url, method).observe(seconds)
        if not answered:
            self.node_failures.labels(url).inc()

    def judged(self, verdict: Verdict) -> None:
        self.staked.labels(verdict.value).inc()

    def timed(self, duty: Duty) -> AbstractContextManager[object]:
        return self.pricing.labels(duty.feed.label).time()

    def text(self) -> bytes:
        return generate_latest(self.registry)
