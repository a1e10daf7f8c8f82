"""For the operator: members with their rights and deposits, and the health of what runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from oracle.service.http.bodies import Authorization, client_of, problems
from oracle.service.http.context import Context
from oracle.service.http.paging import LARGEST_PAGE, Limit
from oracle.service.http.schemas import Out
from oracle.service.market.schemas import reputations
from oracle.service.ports import NodeStatus, Rights, ServerStatus
from oracle.service.store.records import FEEDS, Feed, MemberRecord, PostingRecord
from oracle.service.store.store import Store
from oracle.units import WAD

POSTINGS = 96
"""How far back a server's newest posting is looked for, in each feed."""


class OperatorsMember(Out):
    """What the chain says is null where it cannot be read; what the store says where it lacks."""

    account: str
    name: str | None
    role: str | None
    zone: str | None
    generation: bool | None = Field(description="may sell")
    trading: bool | None = Field(description="may buy")
    deposit: float | None = Field(description="ELE")
    deposit_wei: str | None
    rated_watts: int | None
    meter: str | None
    reputation: float | None


class OperatorsMembers(Out):
    chain_readable: bool
    items: list[OperatorsMember] = Field(
        description="in order of registration; from the store where the chain cannot be read"
    )
    next: int | None = Field(description="pass it as `after` for the next page; null at the end")


class Node(Out):
    url: str = Field(description="scheme, host and port")
    reachable: bool
    head: int | None
    chain_time: int | None
    peers: int | None
    lag: int | None = Field(description="blocks behind the highest of these nodes")


class LastPosting(Out):
    feed: Feed
    epoch: int
    posted_at: int


class EdgeServer(Out):
    signer: str
    operator: str
    name: str | None
    rank: int | None = Field(description="its turn in the present round; 0 leads")
    status: str | None = Field(description="ready, or what its own probe finds wrong")
    reachable: bool | None = Field(description="null: this service is not told where it answers")
    last_posting: LastPosting | None = Field(description="the newest that it signed")


class StoreHealth(Out):
    revision: str | None = Field(description="of the tables")
    size: int = Field(description="bytes")


class ServiceHealth(Out):
    version: str
    since: int = Field(description="UTC seconds")


class OperatorsHealth(Out):
    nodes: list[Node]
    servers: list[EdgeServer] | None = Field(description="null where the chain cannot be read")
    store: StoreHealth
    service: ServiceHealth


def router(context: Context) -> APIRouter:
    """The endpoints, for the operator's token or the administrator's signature."""
    routes = APIRouter(prefix="/api/operator")
    store, gate, ports = context.store, context.gate, context.ports
    since = int(context.clock())

    @routes.get("/members", responses=problems(401, 403, 422, 429))
    def members(
        request: Request,
        after: Annotated[int, Query(ge=0, le=10**9, description="so many were seen")] = 0,
        limit: Limit = LARGEST_PAGE,
        authorization: Authorization = None,
    ) -> OperatorsMembers:
        """Names, rights and deposits of all members."""
        context.signatures.take(client_of(request))
        gate.operator(authorization)
        named = {member.address: member for member in store.members()}
        worth = reputations(store.reputations())
        held = None if ports.market is None else ports.market.members(after, limit + 1)
        if held is None:
            accounts: Sequence[str] = list(named)[after : after + limit + 1]
        else:
            accounts = [rights.account for rights in held]
        by_account = {rights.account: rights for rights in held or ()}
        items = [
            _member(who, named.get(who), by_account.get(who), worth.get(who))
            for who in accounts[:limit]
        ]
        following = after + limit if len(accounts) > limit else None
        return OperatorsMembers(chain_readable=held is not None, items=items, next=following)

    @routes.get("/health", responses=problems(401, 403, 422, 429))
    def health(request: Request, authorization: Authorization = None) -> OperatorsHealth:
        """Nodes, edge servers, store and service, as they answer now."""
        context.signatures.take(client_of(request))
        gate.operator(authorization)
        operations = ports.operations
        nodes = [] if operations is None else operations.nodes()
        servers = None if operations is None else operations.servers()
        newest = {} if servers is None else _newest(store)
        return OperatorsHealth(
            nodes=_nodes(nodes),
            servers=None if servers is None else [_server(one, newest) for one in servers],
            store=StoreHealth(revision=store.database.revision(), size=store.database.size()),
            service=ServiceHealth(version=context.version, since=since),
        )

    return routes


def _member(
    account: str, known: MemberRecord | None, rights: Rights | None, worth: float | None
) -> OperatorsMember:
    return OperatorsMember(
        account=account,
        name=known.name if known else None,
        role=known.role if known else None,
        zone=known.zone if known else None,
        generation=rights.generation if rights else None,
        trading=rights.trading if rights else None,
        deposit=rights.deposit_wei / WAD if rights else None,
        deposit_wei=str(rights.deposit_wei) if rights else None,
        rated_watts=rights.rated_watts if rights else None,
        meter=rights.meter if rights else None,
        reputation=worth,
    )


def _nodes(nodes: Sequence[NodeStatus]) -> list[Node]:
    top = max((node.head for node in nodes if node.head is not None), default=0)
    return [
        Node(
            url=node.url,
            reachable=node.reachable,
            head=node.head,
            chain_time=node.chain_time,
            peers=node.peers,
            lag=None if node.head is None else top - node.head,
        )
        for node in nodes
    ]


def _server(server: ServerStatus, newest: dict[str, PostingRecord]) -> EdgeServer:
    posting = newest.get(server.signer)
    last = None
    if posting is not None:
        last = LastPosting(feed=posting.feed, epoch=posting.epoch, posted_at=posting.posted_at)
    return EdgeServer(
        signer=server.signer,
        operator=server.operator,
        name=server.name,
        rank=server.rank,
        status=server.status,
        reachable=server.reachable,
        last_posting=last,
    )


def _newest(store: Store) -> dict[str, PostingRecord]:
    """The newest posting that each signer signed."""
    found: dict[str, PostingRecord] = {}
    for feed in FEEDS:
        for posting in store.postings(feed, limit=POSTINGS, newest_first=True).items:
            for signer in posting.signers:
                there = found.get(signer)
                if there is None or there.posted_at < posting.posted_at:
                    found[signer] = posting
    return found
