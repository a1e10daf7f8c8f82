"""What everybody may see of the market: books, proofs of prices, contests, reputations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from oracle.rounds.words import PostedValue
from oracle.service.errors import ApiError
from oracle.service.http.answers import kept_route
from oracle.service.http.bodies import ADDRESS, checked_address, problems
from oracle.service.http.context import Context
from oracle.service.market.book import book
from oracle.service.market.proofs_schemas import (
    Certificate,
    Contest,
    GridPeriod,
    PeriodBook,
    ReputationHistory,
)
from oracle.service.store.market_records import TicketRecord
from oracle.service.store.records import Feed

Number = Annotated[int, Path(ge=0, lt=2**32)]
Rounds = Annotated[int, Query(ge=1, le=1000, description="the newest so many rounds")]
Periods = Annotated[int, Query(ge=1, le=1000, description="the newest so many periods")]
Account = Annotated[str | None, Query(pattern=ADDRESS, description="only hers")]


def router(context: Context) -> APIRouter:
    """The endpoints over one store."""
    routes = APIRouter(route_class=kept_route(context.answers))
    store = context.store

    @routes.get("/api/rounds/{period}/book", responses=problems(404, 422))
    def period_book(period: Number) -> PeriodBook:
        """What was declared for a period: bids by address, supply and demand, the price.

        Words are public on the chain; names are not. Once they are frozen, at the deadline, they
        stay; until then more may come.
        """
        floor = store.floor_ticks(period)
        if floor is None:
            raise ApiError(404, f"period {period}: nothing was declared for it")
        posting, proof = store.posting("electricity", period), store.proof("electricity", period)
        head = context.head()
        time = None if head is None else head.timestamp
        stands = posting is not None and (proof is None or proof.is_readable(time))
        value = PostedValue.unpack(posting.value) if posting is not None and stands else None
        declared = store.declarations("electricity", period)
        made = book(declared, floor, None if value is None else value.price_ticks)
        return PeriodBook.of(period, floor, value, made)

    @routes.get("/api/postings/{feed}/{epoch}", responses=problems(404, 422))
    def certificate(feed: Feed, epoch: Number) -> Certificate:
        """A posting with what stands behind it: who posted and signed, the proof and its bound."""
        posting, proof = store.posting(feed, epoch), store.proof(feed, epoch)
        if posting is None or proof is None:
            raise ApiError(404, f"{feed} {epoch}: nothing is posted for it")
        return Certificate.with_proof(posting, proof, store.declared_count(feed, epoch))

    @routes.get("/api/prices/grid", responses=problems(422))
    def grid_prices(limit: Periods = 96) -> list[GridPeriod]:
        """What a kWh from the grid costs by tariff, in the newest priced periods; newest first."""
        posted = store.postings("electricity", limit=limit, newest_first=True).items
        numbers = [posting.epoch for posting in posted]
        return GridPeriod.all_of(store.supply_prices(periods=numbers))

    @routes.get("/api/contests", responses=problems(422))
    def contests(limit: Rounds = 20) -> list[Contest]:
        """The draws for elecoins, the newest round first: tickets, odds, winners with proof."""
        found = store.contests(limit=limit)
        entries: dict[tuple[int, str], list[TicketRecord]] = {}
        for entry in store.tickets(sorted({contest.round for contest in found})):
            entries.setdefault((entry.round, entry.zone), []).append(entry)
        return [Contest.of(one, entries.get((one.round, one.zone), [])) for one in found]

    @routes.get("/api/reputation", responses=problems(422))
    def reputation(account: Account = None, limit: Rounds = 100) -> ReputationHistory:
        """Reputations after each settled round, with who led it, and how old they are."""
        wanted = None if account is None else checked_address(account, "account")
        return ReputationHistory.of(*store.reputation_history(limit), wanted)

    return routes
