"""Events as a store keeps those that later ones need."""

from __future__ import annotations

from typing import Any

from oracle.chain.client import Log

Kept = dict[str, Any]
"""What JSON can say; whole numbers of any size."""


def kept_log(log: Log) -> list[Any]:
    """As `log_of` reads it back."""
    return [
        log.address,
        [topic.hex() for topic in log.topics],
        log.data.hex(),
        log.block,
        log.index,
        log.transaction.hex(),
    ]


def log_of(kept: list[Any]) -> Log:
    address, topics, data, block, index, transaction = kept
    return Log(
        address,
        tuple(map(bytes.fromhex, topics)),
        bytes.fromhex(data),
        block,
        index,
        bytes.fromhex(transaction),
    )
