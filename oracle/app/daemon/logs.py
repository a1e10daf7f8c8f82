"""Structured logs: one event a line, with what it is about as fields."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog

from oracle.chain.outbox.entry import Entry
from oracle.rounds.clock import Schedule
from oracle.rounds.duty import duty
from oracle.rounds.report import Feed

_FEEDS = {feed.label: feed for feed in Feed}


def configure_logs(form: Literal["console", "json"]) -> None:
    """JSON for machines, or a readable line; to stderr, because stdout is for answers.

    What libraries log from warnings up has the same form.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def about(name: str, schedule: Schedule) -> dict[str, str | int]:
    """The fields feed, epoch and round of `electricity:96` or `post:electricity:96`.

    Nothing where the name is of no posting.
    """
    *_, label, number = name.rsplit(":", 2) if name.count(":") else ("", "", "")
    if label not in _FEEDS or not (number.isascii() and number.isdigit()):
        return {}
    return {
        "feed": label,
        "epoch": int(number),
        "round": duty(schedule, _FEEDS[label], int(number)).round,
    }


def transaction(entry: Entry, schedule: Schedule) -> dict[str, Any]:
    """What an entry of the outbox is about: its effect, nonce and hash, and where it is mined.

    `tx` is the one that was mined, else the last that was signed; `attempt` counts from 1.
    """
    included = entry.inclusion
    found: dict[str, Any] = {
        **about(entry.call.key, schedule),
        "effect": entry.call.key,
        "nonce": entry.nonce,
        "tx": "0x" + (included.hash if included else entry.attempts[-1].hash).hex(),
        "attempt": len(entry.attempts),
    }
    if included is not None:
        found |= {"block": included.block, "succeeded": included.succeeded}
    return found
