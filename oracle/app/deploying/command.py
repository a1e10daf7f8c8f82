"""`wattmarket deploy`, `handover` and `successor`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from oracle import UserError
from oracle.app.daemon.config import KeyTable, password_of
from oracle.app.daemon.keystore import open_keystore, refuse_development_key
from oracle.app.day.pace import ChainPace
from oracle.app.day.plan import Parties, deployment_plan, schedule, zone_fees
from oracle.app.deploying.handover import meters, registrations
from oracle.app.deploying.market_file import MarketFile, load_market_file
from oracle.app.files import write_text
from oracle.chain.client import Client
from oracle.chain.deploy import deploy
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.signer import Signer
from oracle.chain.succession import deployment_at, newest, successor_of
from oracle.chain.transactions import Sender, Transaction
from oracle.community.load import load_community
from oracle.rounds.clock import Schedule

SET_UP_BLOCKS = 40
"""Creations, fees and members: two creations a block at 30 million gas, and time to spare."""
MEMBERS_A_BLOCK = 50
SAMPLE_BLOCKS = 20
GWEI = 10**9
DEVELOPMENT_NAMES = ("administrator", "network")
Echo = Callable[[str], None]


@dataclass(frozen=True)
class Site:
    """A chain, and the administrator who builds on it."""

    client: Client
    sender: Sender
    pace: ChainPace
    administrator: Signer
    block_seconds: float

    def perform(self, transactions: list[Transaction]) -> None:
        if transactions:
            self.pace.perform(0, transactions)


def site(node: str, keystore: Path, password_file: Path) -> Site:
    """Raises UserError, one line."""
    password = password_of(KeyTable(keystore=keystore, password_file=password_file))
    administrator = open_keystore(keystore, password)
    client = Client(node)
    chain_id = client.chain_id()
    refuse_development_key(administrator, chain_id, DEVELOPMENT_NAMES)
    most = max(2 * client.gas_price(), 2 * GWEI)
    sender = Sender(client, chain_id, max_fee=most, tip=GWEI)
    seconds = _pace_of(client)
    pace = ChainPace(client, sender, patience=max(60.0, SET_UP_BLOCKS * seconds))
    return Site(client, sender, pace, administrator, seconds)


def _pace_of(client: Client) -> float:
    """Seconds a block, of the last ones."""
    head = client.block()
    back = client.block(max(0, head.number - SAMPLE_BLOCKS))
    if head.number == back.number:
        raise UserError("--node: the chain has one block: its pace is unknown")
    return max(1.0, (head.timestamp - back.timestamp) / (head.number - back.number))


def deploy_market(
    file: Path,
    node: str,
    keystore: Path,
    password_file: Path,
    out: Path,
    succeeds: Path | None = None,
    echo: Echo = click.echo,
) -> int:
    """Deploys, and with `succeeds` registers the old market's members and names the new one there.

    Raises UserError, one line; nothing is sent then.
    """
    if out.exists():
        raise UserError(f"--to: {out}: is there already; a deployment is never overwritten")
    told = load_market_file(file)
    where = site(node, keystore, password_file)
    former = None if succeeds is None else _former(succeeds, where)
    clock = _clock(told, where, former)
    clock.check(where.block_seconds, told.depth)
    community = load_community(told.community)
    servers = tuple((server.signer, server.operator) for server in told.server)
    parties = Parties(where.administrator.address, told.network_account, servers)
    plan = deployment_plan(community, parties, clock, told.depth)
    made = deploy(where.client, where.sender, plan, where.administrator, where.pace.mine)
    write_text(out, made.to_toml())
    for name, at in made.contracts.items():
        echo(f"{name:<28}{at}")
    market = Market(where.client, made)
    where.perform(zone_fees(community, where.administrator, market))
    echo(f"Period 0 starts at {clock.start}; written to {out}")
    return 0 if former is None else _hand_over(where, former, market, echo)


def _former(path: Path, where: Site) -> Market:
    deployment = Deployment.load(path)
    # Not its code: that of another version is another.
    deployment.check_chain(where.client)
    market = Market(where.client, deployment)
    require_office(market, where.administrator, "--succeeds")
    return market


def require_office(market: Market, signer: Signer, flag: str) -> None:
    (administrator,) = market.read("administrator")
    if administrator.lower() != signer.address.lower():
        raise UserError(
            f"{flag}: {market.address}: its administrator is {administrator}, the key is of "
            f"{signer.address}"
        )


def _clock(told: MarketFile, where: Site, former: Market | None) -> Schedule:
    """Period 0 starts at the first full period, or at the old market's first epoch, that leaves
    time to set everything up and to declare.
    """
    community = load_community(told.community)
    length = told.period_seconds or community.step
    clock = schedule(community, 1 << 39, length, told.meter_delay)
    members = 0 if former is None else former.read("accountCount")[0]
    blocks = SET_UP_BLOCKS + math.ceil(members / MEMBERS_A_BLOCK)
    set_up = math.ceil(blocks * where.block_seconds)
    earliest = where.client.block().timestamp + set_up
    earliest += clock.declaration_lead + clock.elecoin_lead
    if former is None:
        start = -(-earliest // length) * length
    else:
        start = epoch_start(former.schedule, earliest)
    return schedule(community, start, length, told.meter_delay)


def epoch_start(clock: Schedule, earliest: int) -> int:
    """The first epoch of this clock, after its first one, that starts no earlier."""
    epoch = clock.period * clock.epoch_periods
    return clock.start + max(1, -(-(earliest - clock.start) // epoch)) * epoch


def hand_over(
    old: Path, new: Path, node: str, keystore: Path, password_file: Path, echo: Echo = click.echo
) -> int:
    """Whatever of the handover can be done now; 1 while something remains."""
    where = site(node, keystore, password_file)
    former = _former(old, where)
    deployment = Deployment.load(new)
    deployment.check(where.client)
    market = Market(where.client, deployment)
    require_office(market, where.administrator, "--to")
    return _hand_over(where, former, market, echo)


def _hand_over(where: Site, former: Market, market: Market, echo: Echo) -> int:
    sent = registrations(former, market, where.administrator)
    where.perform(sent)
    echo(f"registered: {sum(one.label == 'empower' for one in sent)} members")
    named = successor_of(where.client, former.address)
    if named is None or named.market != market.address:
        naming = former.transaction(where.administrator, "succeedBy", market.address)
        where.perform([naming])
        named = successor_of(where.client, former.address)
    assert named is not None
    echo(f"{former.address} is succeeded by {market.address} from its period {named.from_period}")
    due = meters(former, market, where.administrator, where.client.block().timestamp)
    where.perform(list(due.install))
    echo(f"meters installed: {len(due.install)}")
    if due.waiting:
        echo(f"{len(due.waiting)} meters wait for their last reading in the old market")
    for who in due.missing:
        echo(f"{who}: its last period was not read: install its meter by hand, with its stand")
    if due.waiting or due.missing:
        echo("Next, from the new market's start on: wattmarket handover, until nothing remains.")
    return int(bool(due.waiting or due.missing))


def find_successor(old: Path, node: str, out: Path | None, echo: Echo = click.echo) -> int:
    """Follows the chain's own pointers; 1 where there is no successor."""
    deployment = Deployment.load(old)
    client = Client(node)
    deployment.check_chain(client)
    address = deployment.address("ElectricityTrading")
    named = successor_of(client, address)
    if named is None:
        echo(f"{address}: no successor")
        return 1
    last = newest(client, named.market)
    found = deployment_at(client, last, deployment.depth)
    starts = deployment.schedule.start_of(named.from_period)
    echo(f"{address} is succeeded by {named.market} from its period {named.from_period} ({starts})")
    if last != named.market:
        echo(f"the newest is {last}, from {found.schedule.start} on")
    if out is not None:
        if out.exists():
            raise UserError(f"--to: {out}: is there already")
        write_text(out, found.to_toml())
        echo(f"written to {out}")
    return 0
