"""`wattmarket run`: a node, a deployment, a community's day, a report."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from oracle import UserError
from oracle.app.agents import Agents
from oracle.app.day_report import RunFacts, build_report
from oracle.app.figures import check_figure
from oracle.app.market_day import MarketDay, Tally
from oracle.app.nodes import Node, own_anvil, running_chain
from oracle.app.plan import (
    Roster,
    deployment_plan,
    development_roster,
    registration,
    schedule,
)
from oracle.app.recorder import Recorder
from oracle.chain.client import ChainError, Client
from oracle.chain.deploy import deploy
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.community.agent import Households
from oracle.community.forecast import METHODS, Method
from oracle.community.load import load_community
from oracle.community.model import Community
from oracle.community.profiles import Profiles, load_profiles, utc_text
from oracle.devnet.ports import free_port
from oracle.service.live import Head
from oracle.service.records import InstanceRecord
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store import Store, open_store

FOLDER = Path(".wattmarket")
DEPLOYMENT, STORE, TOKEN, LOCK = "deployment.toml", "store.sqlite", "token", "lock"


@dataclass(frozen=True)
class RunOptions:
    """What the command line was given."""

    community: Path | None = None
    start: dt.date | None = None
    periods: int | None = None
    forecast: str = "persistence"
    node: str = "anvil"
    period_seconds: int | None = None
    report: Path | None = None
    plot: Path | None = None
    keep: bool = False
    seed: int = 0
    port: int | None = None
    chain_port: int | None = None
    folder: Path = FOLDER


@dataclass(frozen=True)
class Plan:
    """A checked run: nothing is started before there is one."""

    options: RunOptions
    community: Community
    profiles: Profiles
    profile_start: int
    periods: int
    method: Method
    roster: Roster


@dataclass(frozen=True)
class Outcome:
    """A finished run."""

    report: dict[str, Any]
    community: Community
    profile_start: int
    folder: Path


Progress = Callable[[int, int, str], None]
"""Periods done, periods in all, what is under way."""


def check(options: RunOptions) -> Plan:
    """Everything that can be wrong before anything is started. Raises UserError, one line."""
    community = load_community(options.community)
    profiles = load_profiles(community, options.community)
    if not community.edge_servers:
        raise UserError("edge_server: none: a market needs 1, 3, 5 … of them")
    if options.forecast not in METHODS:
        raise UserError(f"--forecast: {options.forecast!r}: one of {', '.join(METHODS)}")
    method = next(m for m in METHODS if m == options.forecast)
    day = options.start or community.default_start or _first_day(community, profiles)
    start = community.local_midnight(day)
    periods = options.periods if options.periods is not None else community.periods_of_day(day)
    if periods < 1:
        raise UserError(f"--periods: {periods}: at least 1")
    if options.period_seconds is not None and options.node == "anvil":
        raise UserError("--period-seconds: only with --node URL; on anvil the run sets the clock")
    if options.period_seconds is not None and options.period_seconds < 10:
        raise UserError(f"--period-seconds: {options.period_seconds}: at least 10")
    try:
        profiles.window(start, periods)
    except ValueError as error:
        raise UserError(f"--start {day}: {error}") from None
    if options.report is not None and not options.report.resolve().parent.is_dir():
        raise UserError(f"--report: {options.report}: its folder does not exist")
    if options.report is not None and options.report.is_dir():
        raise UserError(f"--report: {options.report}: is a folder; name a file")
    if options.plot is not None:
        check_figure(options.plot)
    if options.keep:
        free_port(options.port, "--port")
    if options.node == "anvil":
        free_port(options.chain_port, "--chain-port")
    roster = development_roster(community, options.seed)
    return Plan(options, community, profiles, start, periods, method, roster)


def _first_day(community: Community, profiles: Profiles) -> dt.date:
    first = dt.datetime.fromtimestamp(int(profiles.start[0]), tz=community.tz)
    midnight = first.time() == dt.time()
    return first.date() if midnight else first.date() + dt.timedelta(days=1)


def run(plan: Plan, progress: Progress, on_ready: Callable[[Outcome, str | None], None]) -> Outcome:
    """Runs the day; `on_ready` is called with the outcome while node and service still stand."""
    began = time.monotonic()
    folder = plan.options.folder
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_locked(folder))
        (folder / STORE).unlink(missing_ok=True)
        node = stack.enter_context(_node(plan, folder))
        store = stack.enter_context(open_store(f"sqlite:///{(folder / STORE).resolve()}"))
        service = _service(plan, store, node.client, folder) if plan.options.keep else None
        if service is not None:
            stack.enter_context(service)
        progress(0, plan.periods, "deploying")
        deployment, tally = _deploy(plan, node)
        (folder / DEPLOYMENT).write_text(deployment.to_toml(), encoding="utf-8")
        market = Market(node.client, deployment)
        _save_instance(plan, store, deployment)
        recorder = Recorder(plan.community, plan.roster, market, store, plan.profile_start)
        day = _day(plan, node, market, tally, recorder, progress)
        day.run()
        recorder.follow()
        recorder.record_gas(tally.gas)
        facts = RunFacts(
            community=plan.community,
            roster=plan.roster,
            profile_start=plan.profile_start,
            periods=plan.periods,
            rounds=day.rounds,
            epochs=day.epochs,
            seed=plan.options.seed,
            seconds=time.monotonic() - began,
            gas=tally.gas,
        )
        report = build_report(facts, market, recorder.books)
        if plan.options.report is not None:
            _write(plan.options.report, json.dumps(report, indent=1) + "\n")
        if plan.options.plot is not None:
            _plot(plan, plan.options.plot, report, recorder)
        outcome = Outcome(report, plan.community, plan.profile_start, folder)
        if service is not None and plan.options.node == "anvil":
            node.client.request("evm_setAutomine", True)
        on_ready(outcome, None if service is None else service.url)
    return outcome


def _node(plan: Plan, folder: Path) -> contextlib.AbstractContextManager[Node]:
    options, community, roster = plan.options, plan.community, plan.roster
    if options.node == "anvil":
        return own_anvil(community, roster, plan.profile_start, options.chain_port, folder)
    node = running_chain(options.node, community, roster, options.period_seconds)
    return contextlib.nullcontext(node)


def _deploy(plan: Plan, node: Node) -> tuple[Deployment, Tally]:
    clock = schedule(plan.community, node.start, node.period_seconds)
    made = deployment_plan(plan.community, plan.roster, clock, node.depth)
    deployment = deploy(node.client, node.sender, made, plan.roster.administrator, node.mine)
    tally = Tally()
    transactions = registration(plan.community, plan.roster, Market(node.client, deployment))
    tally.add(transactions, node.pace.perform(0, transactions))
    return deployment, tally


def _day(
    plan: Plan,
    node: Node,
    market: Market,
    tally: Tally,
    recorder: Recorder,
    progress: Progress,
) -> MarketDay:
    households = Households(plan.community, plan.profiles, plan.method)
    agents = Agents(
        plan.community, plan.roster, households, market, plan.profile_start, plan.periods
    )

    def closed(period: int) -> None:
        recorder.record_period(period)
        progress(period + 1, plan.periods, utc_text(agents.start_of(period)))

    # Each edge server reads through a connection of its own.
    servers = [Market(Client(node.client.url), market.deployment) for _ in plan.roster.servers]
    return MarketDay(
        agents,
        servers,
        node.pace,
        plan.periods,
        margin=node.margin,
        tally=tally,
        on_period=closed,
    )


def _save_instance(plan: Plan, store: Store, deployment: Deployment) -> None:
    facts = {
        "community": plan.community.name,
        "currency": plan.community.currency,
        "timezone": plan.community.timezone,
        "contracts": deployment.contracts,
        "schedule": asdict(deployment.schedule),
    }
    store.save_instance(
        InstanceRecord(secrets.token_hex(16), deployment.chain_id, deployment.genesis, facts)
    )


def _plot(plan: Plan, path: Path, report: dict[str, Any], recorder: Recorder) -> None:
    # Drawing loads matplotlib, which a run without a figure does not need.
    from oracle.app.day_plot import save_day_plot

    epoch_periods = recorder.market.schedule.epoch_periods
    save_day_plot(path, report, plan.community, recorder.books, plan.profile_start, epoch_periods)


class _ChainHead:
    """The service's view of the running chain."""

    def __init__(self, url: str) -> None:
        self._client = Client(url)

    def head(self) -> Head | None:
        try:
            block = self._client.block()
        except ChainError:
            return None
        return Head(block.number, block.timestamp)


def _service(plan: Plan, store: Store, client: Client, folder: Path) -> Server:
    settings = ServiceSettings(token_path=folder / TOKEN, port=plan.options.port)
    return Server(settings, store, live=_ChainHead(client.url))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(f"--folder: {folder}: another run uses it") from None
        yield


def _write(path: Path, text: str) -> None:
    """All or nothing: a reader never sees half a file."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
