"""The JSON endpoints, the metrics and the event stream."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from oracle.service import schemas
from oracle.service.answers import kept_route
from oracle.service.bodies import (
    ADDRESS,
    Address,
    Authorization,
    checked_address,
    client_of,
    json_body,
    problems,
    read_body,
)
from oracle.service.context import Context
from oracle.service.corrections import correction_lines
from oracle.service.errors import ApiError
from oracle.service.metrics import CONTENT_TYPE
from oracle.service.own import own_member
from oracle.service.records import FEEDS, Feed

LARGEST_PAGE = 1000
LARGEST_NUMBER = 2**62
LARGEST_SEED = 2**53

LARGEST_TRADES = 5000

After = Annotated[
    int | None, Query(ge=-1, le=LARGEST_NUMBER, description="only beyond this number")
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
Order = Annotated[Literal["oldest", "newest"], Query(description="which come first")]


def router(context: Context) -> APIRouter:
    """The endpoints over one store and one chain."""
    routes = APIRouter()
    public = APIRouter(route_class=kept_route(context.answers))
    store, gate, settings = context.store, context.gate, context.settings

    @routes.get("/api/health", responses=problems(503))
    def health(response: Response) -> schemas.Health:
        """Whether the service can do its work: 200 if so, else 503 with the same fields."""
        instance, head = store.instance(), context.head()
        ok = instance is not None and head is not None
        response.status_code = 200 if ok else 503
        return schemas.Health(
            ok=ok,
            version=context.version,
            instance_id=instance.instance_id if instance else None,
            chain_id=instance.chain_id if instance else None,
            genesis_hash=instance.genesis_hash if instance else None,
            block=head.block if head else None,
            block_time=head.timestamp if head else None,
        )

    @routes.get("/livez", response_class=PlainTextResponse, include_in_schema=False)
    def livez() -> str:
        """200 as long as the service answers at all."""
        return "ok\n"

    @routes.get("/readyz", response_class=PlainTextResponse, include_in_schema=False)
    def readyz(response: Response, verbose: str | None = None) -> str:
        """200 if a deployment and the chain can be read, else 503; `?verbose` says what lacks."""
        wrong = [] if store.instance() else ["store: no deployment yet"]
        if context.head() is None:
            wrong.append("chain: cannot be read")
        response.status_code = 503 if wrong else 200
        if wrong and verbose is not None:
            return "\n".join(wrong) + "\n"
        return "not ready\n" if wrong else "ok\n"

    @public.get("/api/rounds", responses=problems(422))
    def rounds(after: After = None, limit: Limit = 100, order: Order = "oldest") -> schemas.Periods:
        """The periods: prices, volumes, state and leader."""
        page = store.periods(after=after, limit=limit, newest_first=order == "newest")
        return schemas.Periods(items=[schemas.Period.of(p) for p in page.items], next=page.next)

    @public.get("/api/prices", responses=problems(422))
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

    @public.get("/api/members", responses=problems(422))
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

    @routes.get("/api/members/{address}", responses=problems(401, 403, 404, 422, 429))
    def member(
        request: Request,
        address: Address,
        after: After = None,
        limit: Limit = 96,
        order: Order = "newest",
        authorization: Authorization = None,
    ) -> schemas.OwnData:
        """Her readings, bill and trades, for her own signature or the operator's token."""
        found = own_member(context, request, address, authorization)
        address = found.address
        page = store.member_periods(
            address, after=after, limit=limit, newest_first=order == "newest"
        )
        numbers = [record.period for record in page.items]
        trades = store.trades_of(address, numbers, limit=LARGEST_TRADES + 1)
        return schemas.OwnData.of(
            found,
            page.items,
            trades=trades[:LARGEST_TRADES],
            corrections=correction_lines(store, address),
            more_trades=len(trades) > LARGEST_TRADES,
            reputation=schemas.reputations(store.reputations(address=address)).get(address),
            following=page.next,
        )

    @routes.post(
        "/api/members/{address}/name",
        responses=problems(401, 403, 404, 408, 413, 415, 422, 429),
        openapi_extra=json_body(schemas.NameChange.model_json_schema()),
    )
    async def change_name(
        request: Request, address: Address, authorization: Authorization = None
    ) -> schemas.Named:
        """Rename a member, or erase her name: for the operator, or herself by a signed action."""
        context.signatures.take(client_of(request))
        body = await read_body(request, limit=4096, seconds=settings.body_seconds)

        def change() -> schemas.Named:
            path = request.scope["path"]
            caller = gate.writer(authorization, method="POST", path=path, body=body)
            wanted = checked_address(address)
            if not caller.may_see(wanted):
                raise ApiError(403, "a name is changed by its member or the operator")
            try:
                name = schemas.NameChange.model_validate_json(body, strict=True).name
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                place = ".".join(map(str, first["loc"])) or "body"
                raise ApiError(422, first["msg"], field=place) from None
            if not store.change_name(wanted, name):
                raise ApiError(404, f"{wanted}: not a member")
            return schemas.Named(address=wanted, name=name)

        return await run_in_threadpool(change)

    @routes.post(
        "/api/solve",
        responses=problems(408, 413, 415, 422, 429, 503),
        response_model=None,
        openapi_extra=json_body({"type": "object", "required": ["game"]}),
    )
    async def solve(
        request: Request, seed: Annotated[int, Query(ge=0, le=LARGEST_SEED)] = 0
    ) -> Response:
        """Solve a scenario: `game` and its fields, as `wattmarket solve` takes them.

        The answer is what its `--json` prints; `diagnostics.converged` may be false.
        """
        context.solves.take(client_of(request))
        body = await read_body(request, limit=settings.body_limit, seconds=settings.body_seconds)
        began = time.monotonic()
        try:
            status, text = await context.pool.solve(body, seed)
        finally:
            context.metrics.solve_seconds.observe(time.monotonic() - began)
        return Response(text, status, media_type="application/json")

    @routes.get(
        "/api/events",
        response_model=None,
        responses={200: {"content": {"text/event-stream": {}}}, **problems(422, 503)},
    )
    async def events(
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    ) -> Response:
        """Server-sent events: `period`, `posting`, `reputation`, resumable by `Last-Event-ID`.

        And `block`: the chain's new head, at most twice a second, not kept.
        """
        return context.streams.open(last_event_id)

    @routes.get("/metrics", response_model=None, responses={200: {"content": {"text/plain": {}}}})
    def metrics() -> Response:
        """For Prometheus."""
        context.metrics.streams.set(len(context.streams))
        return Response(context.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    routes.include_router(public)
    return routes
