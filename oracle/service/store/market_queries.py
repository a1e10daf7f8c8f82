"""What everybody may see of the market: declared words, proofs of prices, draws of contests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from oracle.service.store import tables
from oracle.service.store.bill_queries import BillQueries
from oracle.service.store.market_records import (
    Challenge,
    ContestRecord,
    DeclarationRecord,
    ProofRecord,
    StandingRecord,
    TicketRecord,
)
from oracle.service.store.queries import checksum, plain_fields, posting_of
from oracle.service.store.records import Feed, PostingRecord, ReputationRecord

NOTHING_DEMANDED = "[]"


class MarketQueries(BillQueries):
    """The queries of a store, and those of what everybody may see."""

    def declarations(self, feed: Feed, epoch: int) -> tuple[DeclarationRecord, ...]:
        """An epoch's declarations in the order of the chain."""
        table = tables.declarations
        where = [table.c.feed == feed, table.c.epoch == epoch]
        rows = self._rows(table, *where, order=[table.c.position])
        return tuple(
            DeclarationRecord(**plain_fields(row) | {"address": checksum(row.address)})
            for row in rows
        )

    def declared_count(self, feed: Feed, epoch: int) -> int:
        """How many declared something for an epoch."""
        table = tables.declarations
        statement = select(func.count()).where(
            table.c.instance == self._instance, table.c.feed == feed, table.c.epoch == epoch
        )
        with self.database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def floor_ticks(self, period: int) -> int | None:
        """The least price of a period in ticks; None where nothing was declared for it."""
        table = tables.floors
        rows = self._rows(table, table.c.period == period)
        return int(rows[0].ticks) if rows else None

    def proof(self, feed: Feed, epoch: int) -> ProofRecord | None:
        """What stands behind a posting."""
        table = tables.proofs
        rows = self._rows(table, table.c.feed == feed, table.c.epoch == epoch)
        if not rows:
            return None
        servers = tuple(checksum(address) for address in json.loads(rows[0].servers))
        demanded = tuple(json.loads(rows[0].demanded))
        changed = {"servers": servers, "poster": checksum(rows[0].poster), "demanded": demanded}
        return ProofRecord(**plain_fields(rows[0]) | changed)

    def challenges(self, feed: Feed, epochs: Sequence[int]) -> dict[int, Challenge]:
        """Of those of the epochs whose postings are on stakes."""
        table = tables.proofs
        until = table.c.challengeable_until
        rows = self._rows(
            table, table.c.feed == feed, table.c.epoch.in_(epochs), until.is_not(None)
        )
        return {
            row.epoch: Challenge(row.challengeable_until, row.demanded != NOTHING_DEMANDED)
            for row in rows
        }

    def newest_readable(self, feed: Feed, time: int | None) -> PostingRecord | None:
        """The newest posting that a contract would read at a chain time; where that is not known
        (None), at the time of the newest posting, which is over."""
        table, postings = tables.proofs, tables.postings
        at: Any = time
        if time is None:
            mine = postings.c.instance == self._instance
            at = select(func.max(postings.c.posted_at)).where(mine).scalar_subquery()
        unread = or_(
            table.c.voided, table.c.challengeable_until > at, table.c.demanded != NOTHING_DEMANDED
        )
        unreadable = select(table.c.epoch).where(
            table.c.instance == self._instance, table.c.feed == feed, unread
        )
        where = postings.c.feed == feed, postings.c.epoch.not_in(unreadable)
        rows = self._rows(postings, *where, order=[postings.c.epoch.desc()], limit=1)
        return posting_of(rows[0]) if rows else None

    def contests(self, *, limit: int) -> tuple[ContestRecord, ...]:
        """The contests of the newest `limit` rounds, newest first, by the number of the zone."""
        table = tables.contests
        newest = (
            select(table.c.round)
            .distinct()
            .where(table.c.instance == self._instance)
            .order_by(table.c.round.desc())
            .limit(limit)
        )
        rows = self._rows(
            table, table.c.round.in_(newest), order=[table.c.round.desc(), table.c.number]
        )
        return tuple(map(_contest, rows))

    def contests_won(self, address: str) -> tuple[ContestRecord, ...]:
        """The draws whose prize was paid to an account, by round."""
        table = tables.contests
        rows = self._rows(
            table,
            table.c.winner == address.lower(),
            table.c.state == "paid",
            order=[table.c.round, table.c.number],
        )
        return tuple(map(_contest, rows))

    def tickets(self, rounds: Sequence[int]) -> tuple[TicketRecord, ...]:
        """All entries of these rounds, in the order of the chain within a round and zone."""
        table = tables.tickets
        order = [table.c.round, table.c.zone, table.c.position]
        rows = self._rows(table, table.c.round.in_(rounds), order=order)
        return tuple(
            TicketRecord(**plain_fields(row) | {"address": checksum(row.address)}) for row in rows
        )

    def reputation_history(
        self, limit: int
    ) -> tuple[tuple[ReputationRecord, ...], tuple[StandingRecord, ...]]:
        """The newest `limit` rounds, oldest first, and how every account stands by all rounds."""
        table = tables.reputation
        mine = table.c.instance == self._instance
        newest = select(table.c.round).distinct().where(mine).order_by(table.c.round.desc())
        rows = self._rows(
            table, table.c.round.in_(newest.limit(limit)), order=[table.c.round, table.c.address]
        )
        led = (
            select(table.c.address, func.max(table.c.round).label("round"))
            .where(mine, table.c.leader)
            .group_by(table.c.address)
            .subquery()
        )
        since = case((table.c.round > func.coalesce(led.c.round, -1), 1), else_=0)
        spans = (
            select(
                table.c.address,
                func.min(table.c.round).label("first"),
                func.max(table.c.round).label("last"),
                func.sum(since).label("age"),
            )
            .outerjoin_from(table, led, table.c.address == led.c.address)
            .where(mine)
            .group_by(table.c.address)
            .subquery()
        )
        standings = (
            select(table.c.address, table.c.value, spans.c.first, spans.c.age)
            .join_from(
                table,
                spans,
                and_(table.c.address == spans.c.address, table.c.round == spans.c.last),
            )
            .where(mine)
        )
        with self.database.read() as connection:
            found = connection.execute(standings).all()
        return (
            tuple(
                ReputationRecord(row.round, checksum(row.address), row.value, row.leader)
                for row in rows
            ),
            tuple(
                StandingRecord(checksum(row.address), row.value, row.first, int(row.age))
                for row in found
            ),
        )


def _contest(row: Any) -> ContestRecord:
    return ContestRecord(
        **plain_fields(row)
        | {
            "winner": None if row.winner is None else checksum(row.winner),
            "transactions": tuple(json.loads(row.transactions)),
        }
    )
