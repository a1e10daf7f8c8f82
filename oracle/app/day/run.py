"""`wattmarket run`: a node, a deployment, a community's day, a report."""

from __future__ import annotations

import contextlib
import fcntl
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oracle import UserError
from oracle.app.day.agents import Agents
from oracle.app.day.door import Door, Host
from oracle.app.day.live import LiveMarket, next_morning
from oracle.app.day.market_day import MarketDay, Tally
from oracle.app.day.nodes import Node, geth_network, own_anvil, running_chain
from oracle.app.day.options import STORE, RunPlan
from oracle.app.day.plan import (
    Roster,
    deployment_plan,
    development_roster,
    random_salts,
    registration,
    schedule,
    standing_orders,
)
from oracle.app.day.pool_agents import MARKETS
from oracle.app.day.recorder import Recorder
from oracle.app.day.report import RunFacts, build_report
from oracle.app.files import write_text
from oracle.app.forecast.scores import run_forecast
from oracle.app.serving.head import ChainHead
from oracle.app.serving.instance import community_facts, deployment_facts
from oracle.app.serving.market import ChainMarket
from oracle.app.serving.operations import Operations
from oracle.app.serving.statements import StoreStatements
from oracle.chain.client import Client
from oracle.chain.deploy import deploy
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.community.agent import Households
from oracle.community.errors import utc_text
from oracle.community.model import Community
from oracle.devnet.accounts import CHAIN_ID
from oracle.service.errors import ServiceError
from oracle.service.ports import Ports
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import InstanceRecord
from oracle.service.store.store import Store, open_store

if TYPE_CHECKING:
    from oracle.service.serve import Server

DEPLOYMENT, TOKEN, LOCK = "deployment.toml", "token", "lock"
LIVE_PORT = 8573
"""The service's, where none is named and it is free, of a market that goes on by itself."""


@dataclass(frozen=True)
class Outcome:
    """A finished run. `follow` brings into the store what has happened on the chain since.

    `troubles`: what went on without somebody: readings refused, items of batches that failed,
    servers that were down or saw something else. `live` is the market that can go on from here.
    """

    report: dict[str, Any]
    community: Community
    profile_start: int
    folder: Path
    chain: str
    follow: Callable[[], None]
    troubles: tuple[str, ...]
    live: LiveMarket | None = None


Progress = Callable[[int, int, str], None]
"""Periods done, periods in all, what is under way."""


def run(
    plan: RunPlan, progress: Progress, on_ready: Callable[[Outcome, str | None], None]
) -> Outcome:
    """Runs the day; `on_ready` is called with the outcome while node and service still stand."""
    began = time.monotonic()
    options, folder = plan.options, plan.options.folder
    roster = _roster(plan.community, options.seed)
    # Readings and bills are in it.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(locked(folder))
        for old in folder.glob(f"{STORE}*"):
            old.unlink()
        node = stack.enter_context(_node(plan, roster, folder))
        store = stack.enter_context(open_store(f"sqlite:///{(folder / STORE).resolve()}"))
        door = Door() if options.live else None
        service = _service(plan, store, node, folder, door) if plan.serves else None
        if service is not None:
            stack.enter_context(service)
        progress(0, plan.periods, "deploying")
        market, tally = _deploy(plan, roster, node)
        (folder / DEPLOYMENT).write_text(market.deployment.to_toml(), encoding="utf-8")
        _save_instance(plan, store, market.deployment, roster)
        recorder = Recorder(
            plan.community, roster, market, store, plan.profile_start, depth=node.depth
        )
        households = Households(plan.community, plan.profiles, plan.method)
        day = _day(plan, node, recorder, households, tally, progress)
        day.run()
        node.pace.await_block(node.client.block().number + node.depth)
        recorder.follow()
        recorder.record_gas(tally.gas)
        facts = RunFacts(
            community=plan.community,
            roster=roster,
            profile_start=plan.profile_start,
            periods=plan.periods,
            rounds=day.rounds,
            epochs=day.epochs,
            seed=options.seed,
            market=options.market,
            seconds=time.monotonic() - began,
            gas=tally.gas,
            forecast=run_forecast(
                plan.community, plan.profiles, plan.profile_start, plan.periods, plan.method
            ),
        )
        report = build_report(facts, market, recorder.books)
        if options.report is not None:
            write_text(options.report, json.dumps(report, indent=1) + "\n")
        if options.plot is not None:
            _plot(plan, options.plot, report, recorder)
        outcome = Outcome(
            report,
            plan.community,
            plan.profile_start,
            folder,
            node.client.url,
            recorder.follow,
            tuple(day.troubles),
            None if door is None else _live(plan, node, recorder, households, tally, door),
        )
        if options.keep and not options.live and options.node == "anvil":
            node.client.request("evm_setAutomine", True)
        on_ready(outcome, None if service is None else service.url)
    return outcome


def _node(plan: RunPlan, roster: Roster, folder: Path) -> contextlib.AbstractContextManager[Node]:
    options, community = plan.options, plan.community
    if options.node == "anvil":
        return own_anvil(
            community,
            roster,
            plan.profile_start,
            options.chain_port,
            folder,
            live=options.live,
        )
    if options.node == "geth":
        return geth_network(community, roster, options.period_seconds, options.meter_delay, folder)
    node = running_chain(
        options.node,
        community,
        roster,
        options.period_seconds,
        options.meter_delay,
        depth=options.depth,
    )
    return contextlib.nullcontext(node)


def _deploy(plan: RunPlan, roster: Roster, node: Node) -> tuple[Market, Tally]:
    community = plan.community
    clock = schedule(
        community, node.start, node.period_seconds, plan.options.meter_delay, node.least_lead
    )
    if node.block_seconds is not None:
        clock.check(node.block_seconds, node.depth)
    made = deployment_plan(community, roster.parties, clock, node.depth)
    deployment = deploy(node.client, node.sender, made, roster.administrator, node.mine)
    market, tally = Market(node.client, deployment), Tally()
    # Members must be registered before the agent brings their orders: only transactions of one key
    # are surely mined in the order in which they were sent.
    for transactions in (
        registration(community, roster, market),
        standing_orders(community, roster, market, plan.periods_in_all),
    ):
        tally.add(transactions, node.pace.perform(0, transactions))
    return market, tally


def _day(
    plan: RunPlan,
    node: Node,
    recorder: Recorder,
    households: Households,
    tally: Tally,
    progress: Progress,
) -> MarketDay:
    agents = _agents(plan, recorder, households, plan.periods)
    done = 0

    def closed(period: int) -> None:
        nonlocal done
        recorder.record_period(period)
        done = period + 1
        progress(done, plan.periods, utc_text(agents.start_of(period)))

    def metered(period: int) -> None:
        # With late readings nothing is closed for long: the bar says at least what time it is.
        progress(done, plan.periods, utc_text(agents.start_of(period)))

    return MarketDay(
        agents,
        _views(node, recorder),
        node.pace,
        plan.periods,
        margin=node.margin,
        meter_delay=plan.options.meter_delay,
        tally=tally,
        on_period=closed,
        on_metered=metered,
    )


def _live(
    plan: RunPlan,
    node: Node,
    recorder: Recorder,
    households: Households,
    tally: Tally,
    door: Door,
) -> LiveMarket:
    """The market after the day, with the same households on the same chain."""
    head = node.client.block()
    pace = node.live_pace(
        next_morning(plan.community, head.timestamp), plan.community.step / plan.live_seconds
    )
    agents = _agents(plan, recorder, households, plan.periods_in_all)
    day = MarketDay(
        agents,
        _views(node, recorder),
        pace,
        plan.periods_in_all,
        first=plan.periods,
        margin=node.margin,
        meter_delay=plan.options.meter_delay,
        tally=tally,
        on_period=recorder.record_period,
    )
    host = Host(agents.guests, recorder.roster, recorder, pace)
    seconds = plan.live_seconds if plan.options.node == "anvil" else node.period_seconds
    return LiveMarket(
        day,
        pace,
        now=lambda: node.client.block().timestamp,
        follow=recorder.follow,
        attend=door.attend,
        begin=lambda: door.open(host, seconds),
        end=door.shut,
    )


def _agents(plan: RunPlan, recorder: Recorder, households: Households, periods: int) -> Agents:
    trading = MARKETS[plan.options.market]
    return trading(
        plan.community, recorder.roster, households, recorder.market, plan.profile_start, periods
    )


def _views(node: Node, recorder: Recorder) -> list[Market]:
    """Each edge server reads through a connection of its own."""
    deployment = recorder.market.deployment
    return [Market(Client(node.client.url), deployment) for _ in recorder.roster.servers]


def _roster(community: Community, seed: int | None) -> Roster:
    """With a seed everything repeats, salts included; without, they are nobody's to guess."""
    if seed is not None:
        return development_roster(community, seed)
    return development_roster(community, 0, random_salts(community))


def _save_instance(plan: RunPlan, store: Store, deployment: Deployment, roster: Roster) -> None:
    community = plan.community
    facts = {
        **community_facts(community),
        **deployment_facts(deployment),
        "servers": {server.signer.address: server.name for server in roster.servers},
        "administrator": roster.administrator.address,
        "agent": roster.agent.address,
        "salts": "random" if plan.options.seed is None else "of the seed",
        # Where else names are, for who is asked to erase one.
        "files": [str(path.resolve()) for path in plan.files],
    }
    store.save_instance(
        InstanceRecord(secrets.token_hex(16), deployment.chain_id, deployment.genesis, facts)
    )


def _plot(plan: RunPlan, path: Path, report: dict[str, Any], recorder: Recorder) -> None:
    # Drawing loads matplotlib, which a run without a figure does not need.
    from oracle.app.day.plot import save_day_plot

    epoch_periods = recorder.market.schedule.epoch_periods
    save_day_plot(path, report, plan.community, recorder.books, plan.profile_start, epoch_periods)


def _service(plan: RunPlan, store: Store, node: Node, folder: Path, door: Door | None) -> Server:
    # Here: a run that serves nothing needs no web framework.
    from oracle.service.serve import Server

    client = node.client
    ports = Ports(
        market=ChainMarket(client.url, store),
        join=door,
        running=door,
        operations=Operations(node.urls or [client.url], store),
        statements=StoreStatements(store),
    )

    def on(port: int | None) -> Server:
        settings = ServiceSettings(
            token_path=folder / TOKEN,
            port=port,
            rpc_url=client.url,
            development_chain=CHAIN_ID,
        )
        return Server(settings, store, live=ChainHead(client.url), ports=ports)

    if plan.options.live and plan.options.port is None:
        # A wallet knows the market by its address: the next run should be found there again.
        with contextlib.suppress(ServiceError):
            return on(LIVE_PORT)
    return on(plan.options.port)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder for one program at a time. Raises UserError where another has it."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(f"--folder: {folder}: another run uses it") from None
        yield
