"""What everybody may see of the market: its periods, its prices, who takes part."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from oracle.service.http.answers import kept_route
from oracle.service.http.bodies import ADDRESS, problems
from oracle.service.http.context import Context
from oracle.service.http.paging import LARGEST_PAGE, After, Limit, Order
from oracle.service.market import schemas
from oracle.service.store.records import FEEDS, Feed


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
        """The newest price of each feed with its age against chain time, and a feed's history."""
        head = context.head()
        page = store.postings(feed, after=after, limit=limit, newest_first=order == "newest")
        newest = {name: store.latest_posting(name) for name in FEEDS}
        at = {name: schemas.Price.at(p, head) if p else None for name, p in newest.items()}
        return schemas.Prices(
            chain_time=head.timestamp if head else None,
            electricity=at["electricity"],
            elecoin=at["elecoin"],
            history=schemas.Postings(
                feed=feed, items=[schemas.Posting.of(p) for p in page.items], next=page.next
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
