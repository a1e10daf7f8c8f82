"""`GET /api/find`: a member, a period or a round, by what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from oracle.service.http.auth import Caller
from oracle.service.http.bodies import Authorization, client_of, problems
from oracle.service.http.context import Context
from oracle.service.http.schemas import Out
from oracle.service.store.store import Store

MOST = 20
NOBODY = Caller(operator=False)
_ADDRESS = re.compile(r"0x[0-9a-f]{2,40}")
_NUMBER = re.compile(r"[0-9]{1,12}")


class FoundMember(Out):
    kind: Literal["member"]
    label: str = Field(description="her name for who may know it, else her address")
    address: str


class FoundNumber(Out):
    kind: Literal["period", "round"]
    label: str
    number: int


class Found(Out):
    items: list[FoundMember | FoundNumber]


def router(context: Context) -> APIRouter:
    """The endpoint over one store."""
    routes = APIRouter()

    @routes.get("/api/find", responses=problems(401, 422, 429))
    def find(
        request: Request,
        q: Annotated[str, Query(min_length=1, max_length=80)],
        authorization: Authorization = None,
    ) -> Found:
        """Members, periods and rounds: by the beginning of an address, a number, or a name.

        Names are searched for the operator, and her own for a member who signs.
        """
        caller = NOBODY
        if authorization is not None:
            context.signatures.take(client_of(request))
            caller = context.gate.reader(authorization)
        wanted = q.strip().lower()
        return Found(
            items=[*_members(context.store, wanted, caller), *_numbers(context.store, wanted)]
        )

    return routes


def _members(store: Store, wanted: str, caller: Caller) -> list[FoundMember]:
    by_address = _ADDRESS.fullmatch(wanted) is not None
    found = []
    for member in store.members() if wanted else ():
        name = member.name if caller.may_see(member.address) else None
        hit = by_address and member.address.lower().startswith(wanted)
        if hit or (name is not None and wanted in name.lower()):
            label = name or member.address
            found.append(FoundMember(kind="member", label=label, address=member.address))
    return found[:MOST]


def _numbers(store: Store, wanted: str) -> Iterator[FoundNumber]:
    """What is recorded: a period with its book or its closing, a round that settled."""
    if not _NUMBER.fullmatch(wanted):
        return
    number = int(wanted)
    if store.period(number) is not None or store.floor_ticks(number) is not None:
        yield FoundNumber(kind="period", label=f"Period {number}", number=number)
    if store.reputations(number):
        yield FoundNumber(kind="round", label=f"Round {number}", number=number)
