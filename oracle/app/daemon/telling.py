"""What happens in a server goes to its log and its metrics at once."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from oracle.app.daemon.logs import about, transaction
from oracle.app.daemon.metrics import DaemonMetrics
from oracle.app.daemon.peers import Delivery
from oracle.app.daemon.standing import Note
from oracle.chain.outbox.entry import Entry
from oracle.rounds.clock import Schedule

log = structlog.get_logger("oracle")


@dataclass(frozen=True)
class Telling:
    """Where the parts of a server report to; may be called from any thread."""

    metrics: DaemonMetrics
    schedule: Schedule

    def note(self, said: Note) -> None:
        self.metrics.noted(said)
        fields = about(said.duty, self.schedule)
        (log.error if said.alarm else log.info)(said.text, duty=said.duty, **fields)

    def moved(self, entry: Entry) -> None:
        if self.metrics.moved(entry):
            log.info(f"transaction {entry.state}", **transaction(entry, self.schedule))

    def trouble(self, text: str, entry: Entry) -> None:
        self.metrics.troubles.inc()
        log.warning(text, **transaction(entry, self.schedule))

    def delivered(self, delivery: Delivery) -> None:
        self.metrics.delivered(delivery)
        if delivery.trouble:
            fields = about(delivery.about, self.schedule)
            log.warning(delivery.trouble, peer=delivery.url, duty=delivery.about, **fields)

    def in_round_of(self, chain_time: int) -> None:
        """From now on this thread's lines about no posting carry the round that the chain is in."""
        period = max(0, (chain_time - self.schedule.start) // self.schedule.period)
        structlog.contextvars.bind_contextvars(round=self.schedule.round_of(period))
