"""`GET /api/market`: what a page must know of the deployment before it asks the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from oracle.service.errors import ApiError
from oracle.service.http.answers import kept_route
from oracle.service.http.bodies import problems
from oracle.service.http.context import Context, administrator_of
from oracle.service.http.schemas import Out
from oracle.service.ports import Running
from oracle.service.store.records import InstanceRecord
from oracle.service.store.store import Store

JoinMode = Literal["open", "request", "closed"]


class MarketFacts(Out):
    """One deployment. What is not known is null."""

    community: str | None
    currency: str | None
    timezone: str | None
    instance_id: str = Field(description="random, new for each deployment")
    chain_id: int
    chain_name: str = Field(description="what a wallet may call the chain")
    genesis_hash: str
    contracts: dict[str, str] = Field(description="addresses by contract")
    deploy_block: int | None = Field(description="no event of the market is older")
    depth: int | None = Field(description="blocks after which edge servers take a block for good")
    zones: list[str] = Field(
        description="names by the chain's numbers; the numbers of the members' zones without any"
    )
    administrator: str | None = Field(
        description="who holds the office now; where the chain cannot be read: at deployment"
    )
    agent: str | None = Field(description="to whom members give standing orders")
    schedule: dict[str, int] = Field(description="seconds, and counts of periods")
    redemption_wei: str | None = Field(description="currency per ELE, at any time")
    development: bool = Field(description="a chain of our own, whose ether is worth nothing")
    live: bool | None = Field(description="periods go on by themselves")
    seconds_per_period_wall: float | None = Field(description="how long one takes here")
    join: JoinMode = Field(description="request: the operator decides")
    rpc: bool = Field(description="POST /rpc reaches the chain")


def join_mode(context: Context, instance: InstanceRecord | None) -> JoinMode:
    """Whether a visitor is made a member at once, by the operator, or not at all."""
    ports = context.ports
    if instance is None or ports.market is None:
        return "closed"
    ours = instance.chain_id == context.settings.development_chain
    return "open" if ours and ports.join is not None else "request"


def router(context: Context) -> APIRouter:
    """The endpoint over one store and one chain."""
    public = APIRouter(route_class=kept_route(context.answers))
    settings, ports = context.settings, context.ports
    administrator = administrator_of(ports.market)

    @public.get("/api/market", responses=problems(503))
    def market() -> MarketFacts:
        """The deployment: addresses, clock, who administrates, and what this service offers."""
        instance = context.store.instance()
        if instance is None:
            raise ApiError(503, "no deployment yet")
        facts = instance.deployment
        held_by = administrator()
        running = Running(False) if ports.running is None else ports.running.running()
        development = instance.chain_id == settings.development_chain
        return MarketFacts(
            community=_text(facts, "community"),
            currency=_text(facts, "currency"),
            timezone=_text(facts, "timezone"),
            instance_id=instance.instance_id,
            chain_id=instance.chain_id,
            chain_name="wattmarket development" if development else f"chain {instance.chain_id}",
            genesis_hash=instance.genesis_hash,
            contracts=dict(facts.get("contracts", {})),
            deploy_block=facts.get("deploy_block"),
            depth=facts.get("depth"),
            zones=_zones(facts, context.store),
            administrator=held_by or _text(facts, "administrator"),
            agent=_text(facts, "agent"),
            schedule=dict(facts.get("schedule", {})),
            redemption_wei=_text(facts, "redemption_wei"),
            development=development,
            live=None if ports.running is None else running.live,
            seconds_per_period_wall=running.seconds_per_period,
            join=join_mode(context, instance),
            rpc=settings.rpc_url is not None,
        )

    return public


def _zones(facts: Mapping[str, Any], store: Store) -> list[str]:
    """Of a market whose community nobody described, those that members are in are known."""
    named = list(facts.get("zones", ()))
    if named:
        return named
    numbers = [int(member.zone) for member in store.members() if member.zone.isdecimal()]
    return [str(number) for number in range(1 + max(numbers, default=-1))]


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)
