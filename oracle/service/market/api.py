"""What everybody may see of the market: its periods, its prices, who takes part."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from oracle.service.http.answers import kept_route
from oracle.service.http.bodies import ADDRESS, problems
from oracle.service.http.context import Context
from oracle.service.http.paging import LARGEST_PAGE, After, Limit, Order
from oracle.service.live import Head
from oracle.service.market import schemas
from oracle.service.store.records import FEEDS, Feed, PostingRecord
from oracle.service.store.store import Store

MOST_CHALLENGEABLE = 10
"""Postings of a feed on stakes that are told beside its price: windows are a few periods."""


def router(context: Context) -> APIRouter:
    """The endpoints over one store and one chain."""
    routes = APIRouter(route_class=kept_route(context.answers))
    store = context.store

    @routes.get("/api/rounds", responses=problems(422))
    def rounds(after: After = None, limit: Limit = 100, order: Order = "oldest") -> schemas.Periods:
        """The periods: prices, volumes, state and leader."""
        page = store.periods(after=after, limit=limit, newest_first=order == "newest")
        return schemas.Periods(items=[schemas.Period.of(p) for p in page.items], next=page.next)

    @routes.get("/api/prices", responses=problems(422))
    def prices(
        feed: Annotated[Feed, Query(description="of the history")] = "electricity",
        after: After = None,
        limit: Limit = 100,
        order: Order = "newest",
    ) -> schemas.Prices:
        """Each feed's newest price that contracts read, with its age; what waits; a history.

        A price on stakes may be refuted until `challengeable_until`. Until then no contract reads
        it, and it is among `challengeable`.
        """
        head = context.head()
        page = store.postings(feed, after=after, limit=limit, newest_first=order == "newest")
        challenges = store.challenges(feed, [p.epoch for p in page.items])
        electricity, elecoin = (_newest(store, name, head) for name in FEEDS)
        return schemas.Prices(
            chain_time=head.timestamp if head else None,
            electricity=electricity[0],
            elecoin=elecoin[0],
            challengeable=[*electricity[1], *elecoin[1]],
            history=schemas.Postings(
                feed=feed,
                items=[schemas.Posting.of(p, challenges.get(p.epoch)) for p in page.items],
                next=page.next,
            ),
        )

    @routes.get("/api/members", responses=problems(422))
    def members(
        after: Annotated[str | None, Query(pattern=ADDRESS)] = None, limit: Limit = LARGEST_PAGE
    ) -> schemas.Members:
        """Who takes part, without names, readings or bills."""
        worth = schemas.reputations(store.reputations())
        found = store.members(after=after, limit=limit + 1)
        items = [
            schemas.Member(
                address=m.address, role=m.role, zone=m.zone, reputation=worth.get(m.address)
            )
            for m in found[:limit]
        ]
        following = items[-1].address if len(found) > limit else None
        return schemas.Members(items=items, next=following)

    return routes


def _newest(
    store: Store, feed: Feed, head: Head | None
) -> tuple[schemas.Price | None, list[schemas.Price]]:
    """The newest price that can be read, and those after it that may still be refuted."""
    readable = store.newest_readable(feed, None if head is None else head.timestamp)
    before = None if readable is None else readable.epoch
    after = store.postings(feed, newest_first=True, limit=MOST_CHALLENGEABLE).items
    waiting = [p for p in after if before is None or p.epoch > before]
    challenges = store.challenges(feed, [p.epoch for p in (readable, *waiting) if p is not None])

    def price(record: PostingRecord) -> schemas.Price:
        return schemas.Price.at(record, challenges.get(record.epoch), head)

    return None if readable is None else price(readable), [price(p) for p in waiting]
