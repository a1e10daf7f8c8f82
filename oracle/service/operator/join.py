"""Joining: a visitor's signature, the operator's decision, and what the chain says of both."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from eth_utils.address import to_checksum_address
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from oracle.service.errors import ApiError
from oracle.service.http.bodies import (
    Address,
    Authorization,
    checked_address,
    client_of,
    json_body,
    parsed,
    problems,
    read_body,
)
from oracle.service.http.context import Context
from oracle.service.http.paging import LARGEST_PAGE, Limit
from oracle.service.http.schemas import Out
from oracle.service.market.deployment import join_mode
from oracle.service.ports import Joined, JoinError, JoinPort, Rights
from oracle.service.store.records import JoinRequestRecord, MemberRecord, RequestState
from oracle.service.store.store import Store

BODY_BYTES = 4096
AT_ONCE = 8
"""Visitors that wait for the chain at the same time, each in a thread."""

State = Literal["none", "requested", "refused", "joined"]


class JoinWish(BaseModel):
    """What a visitor wants to be called, if anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(None, max_length=63, pattern=r"^\w[\w .\-]{0,62}$")


class JoinAnswer(Out):
    account: str
    state: State
    transactions: list[str] = Field(description="hashes, of what made her a member just now")
    meter: str | None


class JoinState(Out):
    account: str
    state: State


class Decision(BaseModel):
    """What the operator decides. `approve` makes nobody a member: her wallet's `empower` does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["approve", "refuse"]


class WaitingRequest(Out):
    account: str
    name: str | None
    name_hash: str = Field(description="salted; what `empower` takes")
    asked_at: int = Field(description="UTC seconds of the service's clock")
    state: RequestState = Field(description="approved: not yet on the chain")

    @classmethod
    def of(cls, record: JoinRequestRecord) -> WaitingRequest:
        return cls(account=record.address, **{n: getattr(record, n) for n in _SHOWN})


_STATES: dict[RequestState, State] = {
    "requested": "requested",
    "approved": "requested",
    "refused": "refused",
    "joined": "joined",
}
_SHOWN = ("name", "name_hash", "asked_at", "state")


class WaitingRequests(Out):
    items: list[WaitingRequest] = Field(description="the open ones first, the oldest first")


class Entrance:
    """Who is let in, and what the store says of it."""

    def __init__(self, context: Context) -> None:
        self._context, self._store = context, context.store
        self._lock = threading.Lock()
        self._inside: set[str] = set()

    def ask(self, account: str, name: str | None) -> JoinAnswer:
        """Joins at once, or files a request. Raises ApiError."""
        context, instance = self._context, self._store.instance()
        mode = join_mode(context, instance)
        if mode == "closed":
            raise ApiError(403, "nobody can join here: this service has no way to the chain")
        rights = self.rights(account)
        if rights is None:
            raise ApiError(503, "the chain cannot be read", headers={"Retry-After": "5"})
        known = self._store.join_request(account)
        if (rights.any and known is None) or (known is not None and known.state == "joined"):
            return _answer(account, self.state(account, known, rights), meter=rights.meter)
        record = known or self._store.ask_to_join(
            account,
            name,
            asked_at=int(context.clock()),
            most=context.settings.join_requests,
        )
        if record is None:
            raise ApiError(
                429, "too many requests wait for the operator", headers={"Retry-After": "3600"}
            )
        port = context.ports.join
        if mode == "open" and port is not None and record.state != "refused":
            return self._let_in(port, account, name)
        return _answer(account, self.state(account, record, rights))

    def _let_in(self, port: JoinPort, account: str, name: str | None) -> JoinAnswer:
        with self._alone(account):
            try:
                joined: Joined = port.join(account, name)
            except JoinError as error:
                raise ApiError(503, str(error), headers={"Retry-After": "10"}) from None
        self._store.decide_request(account, "joined", meter=joined.meter)
        return _answer(account, "joined", joined.transactions, joined.meter)

    @contextmanager
    def _alone(self, account: str) -> Iterator[None]:
        with self._lock:
            if account in self._inside or len(self._inside) >= AT_ONCE:
                raise ApiError(503, "others are joining just now", headers={"Retry-After": "10"})
            self._inside.add(account)
        try:
            yield
        finally:
            with self._lock:
                self._inside.remove(account)

    def rights(self, account: str) -> Rights | None:
        market = self._context.ports.market
        return None if market is None else market.rights(account)

    def state(self, account: str, record: JoinRequestRecord | None, rights: Rights | None) -> State:
        """What the chain says, else the request; with rights on the chain she becomes a member."""
        if rights is not None and rights.any:
            if record is not None and record.state != "joined":
                if self._being_let_in(account):
                    return "requested"
                became_member(self._store, record, rights)
            return "joined"
        if rights is not None and record is not None and record.state == "joined":
            # Her rights were taken away: joining does not bring them back.
            return "refused"
        return "none" if record is None else _STATES[record.state]

    def _being_let_in(self, account: str) -> bool:
        """Whether the port has begun and not ended: it writes the member last."""
        opened = join_mode(self._context, self._store.instance()) == "open"
        return opened and self._store.member(account) is None


def _answer(
    account: str, state: State, transactions: Sequence[str] = (), meter: str | None = None
) -> JoinAnswer:
    return JoinAnswer(account=account, state=state, transactions=list(transactions), meter=meter)


def became_member(store: Store, record: JoinRequestRecord, rights: Rights) -> None:
    """The chain has her: her request is done, and the store knows a member, by her name."""
    known = store.member(record.address)
    # Registered under another hash, she is somebody whom another name was given.
    hers = rights.name_hash.lower() == record.name_hash.lower()
    # Whoever reads the chain's events may have written her first, and knows no name.
    if known is None or (hers and known.name is None):
        instance = store.instance()
        zones = [] if instance is None else list(instance.deployment.get("zones", ()))
        store.record_members(
            [
                MemberRecord(
                    address=record.address,
                    role="prosumer" if rights.generation else "consumer",
                    zone=zones[rights.zone] if rights.zone < len(zones) else str(rights.zone),
                    name_hash=rights.name_hash,
                    name=record.name if hers else None,
                    salt=record.salt if hers else None,
                )
            ]
        )
    store.decide_request(record.address, "joined", meter=rights.meter)


def router(context: Context) -> APIRouter:
    """The endpoints over one store and one market."""
    routes = APIRouter()
    store, gate, settings = context.store, context.gate, context.settings
    entrance = Entrance(context)

    async def body_of(request: Request) -> bytes:
        return await read_body(request, limit=BODY_BYTES, seconds=settings.body_seconds)

    @routes.post(
        "/api/join",
        responses=problems(401, 403, 408, 413, 415, 422, 429, 503),
        openapi_extra=json_body(JoinWish.model_json_schema()),
    )
    async def join(request: Request, authorization: Authorization = None) -> JoinAnswer:
        """Become a member, by an `Action` signature of an account that is none yet.

        On a development chain at once; elsewhere this asks the operator.
        """
        context.joins.take(client_of(request))
        body = await body_of(request)

        def enter() -> JoinAnswer:
            wish = parsed(JoinWish, body)
            signer = gate.visitor(
                authorization, method="POST", path=request.scope["path"], body=body
            )
            account = str(to_checksum_address(signer))
            context.joins.take(account)
            return entrance.ask(account, wish.name)

        return await run_in_threadpool(enter)

    @routes.get("/api/join/{address}", responses=problems(422, 429))
    def join_state(request: Request, address: Address) -> JoinState:
        """Whether an account is a member, waits, or was refused; anybody may ask."""
        context.signatures.take(client_of(request))
        account = checked_address(address)
        record, rights = store.join_request(account), entrance.rights(account)
        return JoinState(account=account, state=entrance.state(account, record, rights))

    @routes.get("/api/requests", responses=problems(401, 403, 422, 429))
    def requests(
        request: Request, limit: Limit = LARGEST_PAGE, authorization: Authorization = None
    ) -> WaitingRequests:
        """Who asked to join, for the operator. Those whom the chain has meanwhile are `joined`."""
        context.signatures.take(client_of(request))
        gate.operator(authorization)
        found = store.join_requests(limit=limit)
        for record in found:
            if record.state == "approved":
                entrance.state(record.address, record, entrance.rights(record.address))
        again = store.join_requests(limit=limit)
        return WaitingRequests(items=[WaitingRequest.of(record) for record in again])

    @routes.post(
        "/api/requests/{address}",
        responses=problems(401, 403, 404, 408, 409, 413, 415, 422, 429),
        openapi_extra=json_body(Decision.model_json_schema()),
    )
    async def decide(
        request: Request, address: Address, authorization: Authorization = None
    ) -> WaitingRequest:
        """Approve or refuse a request, for the operator. Who has joined is no longer asked for."""
        context.signatures.take(client_of(request))
        body = await body_of(request)

        def write() -> WaitingRequest:
            caller = gate.writer(
                authorization, method="POST", path=request.scope["path"], body=body
            )
            if not caller.operator:
                raise ApiError(403, "requests are decided by the operator")
            account, decision = checked_address(address), parsed(Decision, body).decision
            record = store.join_request(account)
            if record is None:
                raise ApiError(404, f"{account}: has not asked to join")
            entrance.state(account, record, entrance.rights(account))
            record = store.join_request(account) or record
            if record.state == "joined":
                raise ApiError(409, f"{account}: is a member already; the market can revoke that")
            state: RequestState = "approved" if decision == "approve" else "refused"
            return WaitingRequest.of(store.decide_request(account, state))

        return await run_in_threadpool(write)

    return routes
