"""What the chain says of a server: its nodes, its key, and what came of the newest epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.chain.client import Block
from oracle.chain.market import ORACLE, Market
from oracle.chain.rpc_pool import Health, RpcPool
from oracle.rounds.duty import Duty, duty
from oracle.rounds.report import Feed

VOIDED = 6
"""The contract's `Status.Voided`."""


class Came(StrEnum):
    """What came of an epoch, seen from this server."""

    POSTED = "posted"  # as signed here
    SKIPPED = "skipped"  # posted by others, not signed here
    CONTRADICTED = "contradicted"  # another report stands than the one signed here
    MISSED = "missed"  # signed here, posted by nobody
    VOIDED = "voided"
    QUIET = "quiet"  # neither signed here nor posted


@dataclass(frozen=True)
class NodeSeen:
    url: str
    health: str
    head: int


@dataclass(frozen=True)
class OnChain:
    """`epochs`: by feed the newest whose window is over, the newest last."""

    nodes: tuple[NodeSeen, ...]
    head: int
    head_time: int
    balance_wei: int
    servers: tuple[str, ...]
    epochs: dict[Feed, dict[int, Came]]


def nodes_seen(pool: RpcPool) -> tuple[NodeSeen, ...]:
    pool.endpoints.well()
    return tuple(
        NodeSeen(e.client.url, str(e.health), e.head if e.health is not Health.DOWN else 0)
        for e in pool.endpoints.all
    )


def read_chain(
    market: Market, pool: RpcPool, signer: str, signed: Mapping[tuple[Feed, int], bytes], last: int
) -> OnChain:
    """Of each feed the `last` epochs. Raises ChainError where no node answers."""
    head = pool.block()
    (servers,) = market.read("edgeServers", contract=ORACLE, block=head.hash)
    return OnChain(
        nodes=nodes_seen(pool),
        head=head.number,
        head_time=head.timestamp,
        balance_wei=pool.balance(signer),
        servers=tuple(str(to_checksum_address(one)) for one, _ in servers),
        epochs={feed: _epochs(market, feed, head, signed, last) for feed in Feed},
    )


def _epochs(
    market: Market, feed: Feed, head: Block, signed: Mapping[tuple[Feed, int], bytes], last: int
) -> dict[int, Came]:
    over = [one.epoch for one in _closed(market, feed, head.timestamp, last)]
    calls: list[tuple[str, str, tuple[Any, ...]]] = [
        (ORACLE, "challenged", (int(feed), epoch)) for epoch in over
    ]
    answers = market.read_many(calls, head.hash) if calls else []
    return {
        epoch: _came(epoch, held, bytes(proof[0]), signed.get((feed, epoch)))
        for epoch, (held, proof, _) in zip(over, answers, strict=True)
    }


def _closed(market: Market, feed: Feed, now: int, last: int) -> list[Duty]:
    """The newest whose windows are over."""
    schedule = market.schedule
    length = schedule.period * (1 if feed is Feed.ELECTRICITY else schedule.epoch_periods)
    newest = (now - schedule.start) // length + 2
    wanted = (duty(schedule, feed, epoch) for epoch in range(max(0, newest - last - 2), newest + 1))
    return [one for one in wanted if one.closes <= now][-last:]


def _came(epoch: int, held: tuple[Any, ...], digest: bytes, ours: bytes | None) -> Came:
    if held[0] != epoch + 1:
        return Came.QUIET if ours is None else Came.MISSED
    if held[-1] == VOIDED:
        return Came.VOIDED
    if ours is None:
        return Came.SKIPPED
    return Came.POSTED if digest == ours[:20] else Came.CONTRADICTED
