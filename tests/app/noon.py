"""A day of a few periods at noon on an Anvil of its own, without the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from oracle.app.day.agents import Agents
from oracle.app.day.market_day import MarketDay, Tally
from oracle.app.day.nodes import own_anvil
from oracle.app.day.plan import (
    deployment_plan,
    development_roster,
    registration,
    schedule,
    standing_orders,
)
from oracle.chain.deploy import deploy
from oracle.chain.market import Market
from oracle.community.agent import Households
from oracle.community.load import load_community
from oracle.community.model import Community
from oracle.community.profiles import load_profiles

COMMUNITY = load_community()
PROFILES = load_profiles(COMMUNITY)
START = COMMUNITY.local_midnight(COMMUNITY.default_start)  # type: ignore[arg-type]

Bend = Callable[[Market], Market]
"""What a server makes of its view of the chain."""


def honest(view: Market) -> Market:
    return view


@contextmanager
def noon(
    folder: Path,
    periods: int,
    *,
    community: Community = COMMUNITY,
    bends: tuple[Bend, ...] = (honest, honest, honest),
) -> Iterator[MarketDay]:
    """A day whose servers see the chain through `bends`, before its first phase."""
    roster = development_roster(community, 0)
    start = START + 48 * community.step
    with own_anvil(community, roster, start, None, folder) as node:
        clock = schedule(community, start, community.step)
        plan = deployment_plan(community, roster.parties, clock)
        deployment = deploy(node.client, node.sender, plan, roster.administrator, node.mine)
        market = Market(node.client, deployment)
        node.pace.perform(0, registration(community, roster, market))
        node.pace.perform(0, standing_orders(community, roster, market, periods))
        households = Households(community, PROFILES)
        agents = Agents(community, roster, households, market, start, periods)
        views = [bend(market) for bend in bends]
        yield MarketDay(agents, views, node.pace, periods, margin=60, tally=Tally())
