"""A member's readings, bill, trades and name."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from oracle.service.errors import ApiError
from oracle.service.http.bodies import (
    Address,
    Authorization,
    checked_address,
    client_of,
    json_body,
    problems,
    read_body,
)
from oracle.service.http.context import Context
from oracle.service.http.paging import After, Limit, Order
from oracle.service.market.schemas import reputations
from oracle.service.own.access import own_member
from oracle.service.own.corrections import correction_lines
from oracle.service.own.schemas import NameChange, Named, OwnData

LARGEST_TRADES = 5000


def router(context: Context) -> APIRouter:
    """The endpoints over one store."""
    routes = APIRouter()
    store, gate, settings = context.store, context.gate, context.settings

    @routes.get("/api/members/{address}", responses=problems(401, 403, 404, 422, 429))
    def member(
        request: Request,
        address: Address,
        after: After = None,
        limit: Limit = 96,
        order: Order = "newest",
        authorization: Authorization = None,
    ) -> OwnData:
        """Her readings, bill and trades, for her own signature or the operator's token."""
        found = own_member(context, request, address, authorization)
        address = found.address
        page = store.member_periods(
            address, after=after, limit=limit, newest_first=order == "newest"
        )
        numbers = [record.period for record in page.items]
        trades = store.trades_of(address, numbers, limit=LARGEST_TRADES + 1)
        return OwnData.of(
            found,
            page.items,
            trades=trades[:LARGEST_TRADES],
            corrections=correction_lines(store, address),
            more_trades=len(trades) > LARGEST_TRADES,
            reputation=reputations(store.reputations(address=address)).get(address),
            following=page.next,
        )

    @routes.post(
        "/api/members/{address}/name",
        responses=problems(401, 403, 404, 408, 413, 415, 422, 429),
        openapi_extra=json_body(NameChange.model_json_schema()),
    )
    async def change_name(
        request: Request, address: Address, authorization: Authorization = None
    ) -> Named:
        """Rename a member, or erase her name: for the operator, or herself by a signed action."""
        context.signatures.take(client_of(request))
        body = await read_body(request, limit=4096, seconds=settings.body_seconds)

        def change() -> Named:
            path = request.scope["path"]
            caller = gate.writer(authorization, method="POST", path=path, body=body)
            wanted = checked_address(address)
            if not caller.may_see(wanted):
                raise ApiError(403, "a name is changed by its member or the operator")
            try:
                name = NameChange.model_validate_json(body, strict=True).name
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                place = ".".join(map(str, first["loc"])) or "body"
                raise ApiError(422, first["msg"], field=place) from None
            if not store.change_name(wanted, name):
                raise ApiError(404, f"{wanted}: not a member")
            return Named(address=wanted, name=name)

        return await run_in_threadpool(change)

    return routes
